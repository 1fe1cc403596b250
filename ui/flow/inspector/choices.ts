/** What the fields of the inspector offer to choose from, gathered once for a flow. */

import type { FieldDefinition } from '../../../engine/conditions/fields.ts';
import { eventChoices } from '../../../engine/events/words.ts';
import type { PickOption } from './Pick.svelte';

/** The workspace as an editor of flows sees it. */
export interface Workspace {
  templates: { id: string; name: string; subject: string; body: string; version: number }[];
  pools: { id: string; name: string; members: number }[];
  jobs: { id: string; title: string; department: string | null }[];
  /** Names, in the order of their pipeline, each once. */
  stages: string[];
  sources: { id: string; name: string; kind: string }[];
  tags: string[];
}

export const nothingYet: Workspace = {
  templates: [],
  pools: [],
  jobs: [],
  stages: [],
  sources: [],
  tags: [],
};

const plain = (value: string): PickOption => ({ value, label: value });

/** A source stands in a flow by its kind, so two of one kind are one choice. */
const sourceOptions = ({ sources }: Workspace): PickOption[] => {
  const kinds = new Map<string, string[]>();
  for (const source of sources) kinds.set(source.kind, [...(kinds.get(source.kind) ?? []), source.name]);
  return [...kinds].map(([kind, names]) => ({ value: kind, label: names.join(', '), note: kind }));
};

export type ChoiceKind = 'tag' | 'stage' | 'job' | 'pool' | 'template' | 'source' | 'event';

export const optionsOf: { [K in ChoiceKind]: (workspace: Workspace) => PickOption[] } = {
  tag: (w) => w.tags.map(plain),
  stage: (w) => w.stages.map(plain),
  job: (w) => w.jobs.map((job) => ({ value: job.id, label: job.title, note: job.department ?? undefined })),
  pool: (w) => w.pools.map((pool) => ({ value: pool.id, label: pool.name })),
  template: (w) =>
    w.templates.map((template) => ({ value: template.id, label: template.name, note: template.subject })),
  source: sourceOptions,
  event: () => eventChoices.map((choice) => ({ ...choice, group: groupOf(choice.value) })),
};

const groups: Record<string, string> = {
  candidate: 'Candidate',
  application: 'Application',
  pool: 'Pools',
  message: 'Messages',
  enrolment: 'Flows',
  note: 'Notes',
};
const groupOf = (type: string): string => groups[type.split('.')[0] ?? ''] ?? '';

const fromLists = {
  stages: (w: Workspace) => optionsOf.stage(w),
  jobs: (w: Workspace) => optionsOf.job(w),
  sources: (w: Workspace) => optionsOf.source(w),
  pools: (w: Workspace) => optionsOf.pool(w),
  tags: (w: Workspace) => optionsOf.tag(w),
} satisfies Record<NonNullable<FieldDefinition['from']>, (w: Workspace) => PickOption[]>;

/** What a condition's field offers as values; null: anything may be typed. */
export function valuesOf(field: FieldDefinition, workspace: Workspace): PickOption[] | null {
  if (field.options) return field.options;
  return field.from ? fromLists[field.from](workspace) : null;
}
