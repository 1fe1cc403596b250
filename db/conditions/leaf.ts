/** One leaf of a condition as SQL: which column answers a field, and how. */
import { type RawBuilder, sql } from 'kysely';
import type { Condition, Operator } from '../../engine/conditions/condition.ts';
import { type ConsentState, consentStates } from '../../engine/conditions/consent.ts';
import { findField } from '../../engine/conditions/fields.ts';
import { readHistoryPath } from '../../engine/conditions/history.ts';
import { keyedFields } from '../../engine/conditions/keys.ts';
import { leafHolds } from '../../engine/conditions/memory.ts';
import { customPart } from './custom.ts';
import { historyPart } from './history.ts';
import { after, instantPart } from './instant.ts';
import type { Known, KnownThings } from './known.ts';
import { not, or, type Part } from './parts.ts';
import { emailPart, keyedPart } from './text.ts';

export type Leaf = Extract<Condition, { field: string }>;

export interface Asking {
  known: KnownThings;
  /** Milliseconds. */
  now: number;
  /** An application `a` is in scope; otherwise there is none. */
  hasApplication: boolean;
  /** Within a “not”: whoever is found is not meant, so that no index helps. */
  turned?: boolean;
}

/** What each "not" is the contrary of. */
const contraries: Partial<Record<Operator, Operator>> = {
  'is-not': 'is',
  'contains-not': 'contains',
  'none-of': 'any-of',
  'not-within-last': 'within-last',
  'not-empty': 'empty',
};

export async function leafPart(leaf: Leaf, asking: Asking): Promise<Part> {
  const contrary = contraries[leaf.op];
  if (contrary) return not(await leafPart({ ...leaf, op: contrary }, { ...asking, turned: true }));
  // Nothing of such a name can be stored, so it is never there.
  if (leaf.field.includes('\0') || !leaf.field.isWellFormed()) return holds(leaf, undefined);
  const [root = '', name = ''] = leaf.field.split('.');
  const known = exact[leaf.field];
  if (known) return known(leaf, asking);
  if (root === 'candidate' && name === 'custom' && findField(leaf.field)) return customPart(leaf, asking);
  const keyed = keyedFields.find((field) => leaf.field === `candidate.${field}`);
  if (keyed) return keyedPart(keyed, leaf, asking.turned);
  const history = readHistoryPath(leaf.field);
  if (history) return historyPart(history, leaf, asking);
  return holds(leaf, undefined);
}

type Answer = (leaf: Leaf, asking: Asking) => Part | Promise<Part>;

const ofApplication =
  (answer: Answer): Answer =>
  (leaf, asking) =>
    asking.hasApplication ? answer(leaf, asking) : holds(leaf, undefined);

const exact: Record<string, Answer | undefined> = {
  'candidate.status': (leaf) =>
    amongPart(sql`c.status`, valuesOf('active', 'hired', 'do-not-contact'), 'value', leaf),
  'candidate.createdAt': (leaf, asking) => instantPart(sql`c.created_at`, leaf, asking),
  'candidate.consentUntil': (leaf, asking) => instantPart(sql`c.consent_until`, leaf, asking),
  'candidate.consent': (leaf, { now }) => {
    const given = sql`c.consent_withdrawn_at is null and c.consent_given_at is not null`;
    const are: Record<ConsentState, Part> = {
      given: sql<boolean>`(${given} and (c.consent_until is null or c.consent_until >= ${after(now)}))`,
      withdrawn: sql<boolean>`c.consent_withdrawn_at is not null`,
      expired: sql<boolean>`(${given} and c.consent_until < ${after(now)})`,
      none: sql<boolean>`(c.consent_withdrawn_at is null and c.consent_given_at is null)`,
    };
    return or(consentStates.filter((state) => holds(leaf, state)).map((state) => are[state]));
  },
  'candidate.email': (leaf, { turned }) => emailPart(leaf, turned),
  'candidate.tags': async (leaf, { known }) => {
    if (leaf.op === 'empty') return sql<boolean>`c.tags = '{}'`;
    const tags = (await known.all('tags')).filter((tag) => holds(leaf, [tag.fields.value]));
    return tags.length > 0 && sql<boolean>`c.tags && ${tags.map((tag) => tag.id)}::text[]`;
  },
  'candidate.pools': async (leaf, { known }) => {
    if (leaf.op === 'empty')
      return sql<boolean>`not exists (select from pool_member where candidate_id = c.id)`;
    const pools = (await known.all('pools')).filter((pool) => holds(leaf, [pool.fields.value]));
    return (
      pools.length > 0 &&
      sql<boolean>`exists (select from pool_member where candidate_id = c.id and pool_id = any(${pools.map((pool) => pool.id)}::uuid[]))`
    );
  },
  'owner.fullName': async (leaf, { known }) =>
    amongPart(sql`c.owner_id`, await known.all('owners'), 'fullName', leaf),
  'owner.email': async (leaf, { known }) =>
    amongPart(sql`c.owner_id`, await known.all('owners'), 'email', leaf),
  'application.stage': ofApplication(async (leaf, { known }) =>
    amongPart(sql`a.stage_id`, await known.all('stages'), 'stage', leaf, 'uuid'),
  ),
  'application.stageKind': ofApplication(async (leaf, { known }) =>
    amongPart(sql`a.stage_id`, await known.all('stages'), 'stageKind', leaf, 'uuid'),
  ),
  'application.status': ofApplication((leaf) =>
    amongPart(sql`a.status`, valuesOf('active', 'hired', 'rejected', 'withdrawn'), 'value', leaf),
  ),
  'application.source': ofApplication(async (leaf, { known }) =>
    amongPart(sql`coalesce(a.source_kind, a.source)`, await known.all('applicationSources'), 'value', leaf),
  ),
  'application.appliedAt': ofApplication((leaf, asking) => instantPart(sql`a.applied_at`, leaf, asking)),
  ...Object.fromEntries(
    ['id', 'title', 'department', 'location'].map((name) => [
      `job.${name}`,
      ofApplication(async (leaf, { known }) =>
        amongPart(sql`a.job_id`, await known.all('jobs'), name, leaf, 'uuid'),
      ),
    ]),
  ),
};

const valuesOf = (...values: string[]): Known[] => values.map((value) => ({ id: value, fields: { value } }));

/** The leaf judged in memory on a value that there are few of. */
function holds(leaf: Leaf, actual: unknown): boolean {
  return leafHolds(leaf.op, actual, leaf.value ?? null, { facts: nobody, now: 0 });
}
/** No operator on what there is few of looks at anything but the value. */
const nobody = null as never;

/** The column holds one of those for which the leaf holds, or none at all and it holds for nothing. */
function amongPart(
  column: RawBuilder<unknown>,
  things: readonly Known[],
  name: string,
  leaf: Leaf,
  type: 'text' | 'uuid' = 'text',
): Part {
  const some = (wanted: boolean): Part => {
    const ids = things.filter((thing) => holds(leaf, thing.fields[name]) === wanted).map((thing) => thing.id);
    return ids.length > 0 && sql<boolean>`${column} = any(${ids}::${sql.raw(type)}[])`;
  };
  return holds(leaf, undefined) ? not(some(false)) : some(true);
}
