/** Pure: the catalogue of fields that a condition may read, with what may be asked of each. */
import type { Operator } from './condition.ts';
import { historyLabel, historyTypes, readHistoryPath } from './history.ts';

export type FieldType = 'text' | 'number' | 'boolean' | 'instant' | 'tags' | 'pools' | 'choice';

export interface FieldDefinition {
  path: string;
  label: string;
  type: FieldType;
  operators: readonly Operator[];
  /** For `choice`: what there is to choose from, unless `from` names where to look it up. */
  options?: { value: string; label: string }[];
  /** Where the editor finds values to offer. */
  from?: 'stages' | 'jobs' | 'sources' | 'pools' | 'tags';
}

export const operatorsOf = {
  text: [
    'is',
    'is-not',
    'contains',
    'contains-not',
    'starts-with',
    'any-of',
    'none-of',
    'empty',
    'not-empty',
  ],
  number: ['is', 'is-not', 'greater', 'less', 'at-least', 'at-most', 'empty', 'not-empty'],
  boolean: ['is', 'is-not', 'empty', 'not-empty'],
  instant: ['before', 'after', 'within-last', 'not-within-last', 'empty', 'not-empty'],
  tags: ['contains', 'contains-not', 'any-of', 'none-of', 'empty', 'not-empty'],
  pools: ['contains', 'contains-not', 'any-of', 'none-of', 'empty', 'not-empty'],
  choice: ['is', 'is-not', 'any-of', 'none-of', 'empty', 'not-empty'],
} as const satisfies Record<FieldType, readonly Operator[]>;

const field = (
  path: string,
  label: string,
  type: FieldType,
  more: Partial<FieldDefinition> = {},
): FieldDefinition => ({
  path,
  label,
  type,
  operators: operatorsOf[type],
  ...more,
});

const options = (...values: [string, string][]) => ({
  options: values.map(([value, label]) => ({ value, label })),
});

/** How often something happened is always a number, be it none. */
const countOperators = operatorsOf.number.filter((op) => op !== 'empty' && op !== 'not-empty');

function historyFields(type: string): [last: FieldDefinition, count: FieldDefinition] {
  const label = historyLabel(type);
  return [
    field(`history.${type}.last`, `${label}, last time`, 'instant'),
    field(`history.${type}.count`, `${label}, how often`, 'number', { operators: countOperators }),
  ];
}

export const conditionFields: FieldDefinition[] = [
  field('candidate.tags', 'Tags', 'tags', { from: 'tags' }),
  field('candidate.pools', 'Pools', 'pools', { from: 'pools' }),
  field('candidate.firstName', 'First name', 'text'),
  field('candidate.lastName', 'Last name', 'text'),
  field('candidate.fullName', 'Full name', 'text'),
  field('candidate.email', 'Email', 'text'),
  field('candidate.phone', 'Phone', 'text'),
  field('candidate.headline', 'Headline', 'text'),
  field('candidate.company', 'Company', 'text'),
  field('candidate.location', 'Location', 'text'),
  field('candidate.country', 'Country', 'text'),
  field('candidate.timeZone', 'Time zone', 'text'),
  field('candidate.source', 'Source', 'text', { from: 'sources' }),
  field(
    'candidate.status',
    'Status',
    'choice',
    options(['active', 'Active'], ['hired', 'Hired'], ['do-not-contact', 'Do not contact']),
  ),
  field('candidate.createdAt', 'Known since', 'instant'),
  field('candidate.consent', 'Consent to stay in touch', 'choice', {
    // She has always said something, or nothing: no answer is empty.
    operators: operatorsOf.choice.filter((op) => op !== 'empty' && op !== 'not-empty'),
    ...options(
      ['given', 'Given'],
      ['withdrawn', 'Refused or withdrawn'],
      ['expired', 'Expired'],
      ['none', 'Never asked or not answered'],
    ),
  }),
  field('candidate.consentUntil', 'Consent until', 'instant'),
  field('application.stage', 'Stage', 'text', { from: 'stages' }),
  field(
    'application.stageKind',
    'Kind of stage',
    'choice',
    options(
      ['lead', 'Lead'],
      ['active', 'Active'],
      ['offer', 'Offer'],
      ['hired', 'Hired'],
      ['archived', 'Archived'],
    ),
  ),
  field(
    'application.status',
    'Application',
    'choice',
    options(['active', 'Active'], ['hired', 'Hired'], ['rejected', 'Rejected'], ['withdrawn', 'Withdrawn']),
  ),
  field('application.source', 'Application source', 'text', { from: 'sources' }),
  field('application.appliedAt', 'Applied', 'instant'),
  field('job.id', 'Job', 'choice', { from: 'jobs' }),
  field('job.title', 'Job title', 'text'),
  field('job.department', 'Department', 'text'),
  field('job.location', 'Job location', 'text'),
  field('owner.fullName', 'Owner', 'text'),
  field('owner.email', 'Owner’s email', 'text'),
  ...Object.keys(historyTypes).flatMap((type) => historyFields(type)),
];

/** What the product's own events carry, in words; events of other houses keep their names. */
const eventLabels: Record<string, string> = {
  from: 'Stage before',
  to: 'New stage',
  source: 'Source',
  poolId: 'Pool',
  jobId: 'Job',
  jobTitle: 'Job title',
  pipelineId: 'Pipeline',
  tag: 'Tag',
  url: 'Link',
  name: 'Name',
};

const openPath = /^(candidate\.custom|event)\.([^.]+)$/;
/** What only a run knows of itself; asked by steps, offered to nobody. */
const runFields: FieldDefinition[] = [field('run.visit', 'Round', 'number')];

const byPath = new Map([...conditionFields, ...runFields].map((each) => [each.path, each]));
const everything: readonly Operator[] = [...new Set(Object.values(operatorsOf).flat())];

/**
 * The field of that path. `candidate.custom.<name>` and `event.<name>` exist for any name; their values' own
 * type decides, so every operator may be asked. Null: there is no such field.
 */
export function findField(path: string): FieldDefinition | null {
  const known = byPath.get(path);
  if (known) return known;
  const history = readHistoryPath(path);
  if (history) return historyFields(history.type)[history.ask === 'last' ? 0 : 1];
  const open = openPath.exec(path);
  if (!open) return null;
  const [, owner, name = path] = open;
  const label = (owner === 'event' ? eventLabels[name] : undefined) ?? name;
  return { path, label, type: 'text', operators: everything };
}

/** Fields of unknown type: what they hold decides how they compare. */
export const isOpenField = (path: string): boolean => openPath.test(path);

/** Operators that take no value. */
export const needsNoValue = (op: Operator): boolean => op === 'empty' || op === 'not-empty';
