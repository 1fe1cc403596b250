/** What the builder of conditions offers to choose from. */
import type { FieldDefinition } from '../../engine/conditions/fields.ts';
import type { PickOption } from '../parts/pick-option.ts';

export interface ConditionChoices {
  /** Those in the archive are known by name, and not offered. */
  pools: { id: string; name: string; members: number; isDynamic?: boolean; isArchived?: boolean }[];
  jobs: { id: string; title: string; department: string | null }[];
  /** Names, in the order of their pipeline, each once. */
  stages: string[];
  sources: { id: string; name: string; kind: string }[];
  tags: string[];
  /** Names of candidates' own fields. */
  customFields: string[];
}

export const noChoices: ConditionChoices = {
  pools: [],
  jobs: [],
  stages: [],
  sources: [],
  tags: [],
  customFields: [],
};

type Options = (choices: ConditionChoices) => PickOption[];
const plain = (value: string): PickOption => ({ value, label: value });

export const tagOptions: Options = ({ tags }) => tags.map(plain);
export const stageOptions: Options = ({ stages }) => stages.map(plain);
export const poolOptions: Options = ({ pools }) =>
  pools.filter((pool) => !pool.isArchived).map(({ id, name }) => ({ value: id, label: name }));
export const jobOptions: Options = ({ jobs }) =>
  jobs.map((job) => ({ value: job.id, label: job.title, note: job.department ?? undefined }));
/** A source stands in a condition by its kind, so two of one kind are one choice. */
export const sourceOptions: Options = ({ sources }) => {
  const kinds = new Map<string, string[]>();
  for (const source of sources) kinds.set(source.kind, [...(kinds.get(source.kind) ?? []), source.name]);
  return [...kinds].map(([kind, names]) => ({ value: kind, label: names.join(', '), note: kind }));
};

const fromLists = {
  stages: stageOptions,
  jobs: jobOptions,
  sources: sourceOptions,
  pools: poolOptions,
  tags: tagOptions,
} satisfies Record<NonNullable<FieldDefinition['from']>, Options>;

/** What a condition's field offers as values; null: anything may be typed. */
export function valuesOf(field: FieldDefinition, choices: ConditionChoices): PickOption[] | null {
  if (field.options) return field.options;
  return field.from ? fromLists[field.from](choices) : null;
}
