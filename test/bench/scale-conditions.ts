/** Searches by condition over the town, and whether the narrow ones find their people by indexes alone. */
import type { CompiledQuery } from 'kysely';
import { sql } from 'kysely';
import { conditionSql } from '../../db/conditions/sql.ts';
import type { Db } from '../../db/connect.ts';
import type { Condition, ConditionLeaf } from '../../engine/conditions/condition.ts';

export interface ConditionQuestion {
  name: string;
  condition: Condition;
  /** Few enough that no table may be read from end to end. */
  isNarrow: boolean;
}

const narrow = (name: string, condition: Condition): ConditionQuestion => ({
  name,
  condition,
  isNarrow: true,
});
const wide = (name: string, condition: Condition): ConditionQuestion => ({
  name,
  condition,
  isNarrow: false,
});

/** The town's rare company, level and years are drawn in `scale-town.ts`. */
const company: Condition = { field: 'candidate.company', op: 'is', value: 'Zukauskas Robotics' };
const level: Condition = { field: 'candidate.custom.level', op: 'is', value: 'Level 777' };
const rareTag: Condition = { field: 'candidate.tags', op: 'contains', value: 'Board-ready' };
const clicked: ConditionLeaf = {
  field: 'history.message.clicked.count',
  op: 'at-least',
  value: 2,
  within: 'P7D',
};
const replied: Condition = { field: 'history.message.replied.last', op: 'within-last', value: 'P7D' };

export const conditionQuestions: readonly ConditionQuestion[] = [
  narrow('a company', company),
  narrow('a custom field', level),
  narrow('a number in a custom field', { field: 'candidate.custom.years', op: 'is', value: 777 }),
  narrow('an address', { field: 'candidate.email', op: 'is', value: 'person777777@mail.example' }),
  narrow('a rare tag', rareTag),
  narrow('a rare tag or a custom field', { any: [rareTag, level] }),
  narrow('a company and not a tag', {
    all: [company, { not: { field: 'candidate.tags', op: 'contains', value: 'warm' } }],
  }),
  narrow('whoever replied within a week', replied),
  narrow('whoever clicked at least twice within a week', clicked),
  narrow('a rare tag, and clicked at least twice within 90 days', {
    all: [rareTag, { ...clicked, within: 'P90D' }],
  }),
  narrow('a piece of a company’s name', {
    field: 'candidate.company',
    op: 'contains',
    value: 'ukauskas robot',
  }),
  narrow('a piece of a custom field', { field: 'candidate.custom.level', op: 'contains', value: 'VEL 777' }),
  narrow('a piece of an address', { field: 'candidate.email', op: 'contains', value: 'person77777' }),
  narrow('a piece of a headline that nobody has', {
    field: 'candidate.headline',
    op: 'contains',
    value: 'zeppelin',
  }),
  narrow('whoever’s consent is over', { field: 'candidate.consent', op: 'is', value: 'expired' }),
  narrow('whoever refused consent', { field: 'candidate.consent', op: 'is', value: 'withdrawn' }),
  narrow('a rare tag, and replied within a week', { all: [rareTag, replied] }),
  narrow('a company, with an application', {
    all: [company, { field: 'application.status', op: 'is', value: 'active' }],
  }),
  wide('a word of the headline', { field: 'candidate.headline', op: 'contains', value: 'engineer' }),
  wide('whoever clicked at least twice within 90 days', { ...clicked, within: 'P90D' }),
  wide('whoever clicked fewer than twice within 90 days', { ...clicked, op: 'less', within: 'P90D' }),
  wide('whoever may be written to', { field: 'candidate.consent', op: 'is-not', value: 'withdrawn' }),
  wide('a headline without a word', { field: 'candidate.headline', op: 'contains-not', value: 'engineer' }),
  wide('known for a month at most', { field: 'candidate.createdAt', op: 'within-last', value: 'P2M' }),
  wide('a common tag, and no reply', {
    all: [
      { field: 'candidate.tags', op: 'contains', value: 'warm' },
      { field: 'history.message.replied.last', op: 'empty' },
    ],
  }),
];

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const large = ['candidate', 'candidate_email', 'application', 'event', 'pool_member', 'candidate_text'];

/** Which of the narrow questions read one of the large tables from end to end. */
export async function readWhole(db: Db): Promise<string[]> {
  const found: string[] = [];
  for (const { name, condition, isNarrow } of conditionQuestions) {
    if (!isNarrow) continue;
    const holds = await conditionSql(db, condition, Date.now());
    const asked: CompiledQuery<{ 'QUERY PLAN': { Plan: PlanNode }[] }> = sql<{
      'QUERY PLAN': { Plan: PlanNode }[];
    }>`explain (format json) select c.id from candidate c where c.merged_into is null and (${holds})`.compile(
      db,
    );
    const { rows } = await db.executeQuery(asked);
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    if (!plan) throw new Error('Postgres told no plan.');
    const whole = nodesOf(plan).some(
      (node) => node['Node Type'].includes('Seq Scan') && large.includes(node['Relation Name'] ?? ''),
    );
    if (whole) found.push(name);
  }
  return found;
}
