/** A condition as SQL over a candidate `c`. Its equal in memory is `engine/conditions/memory.ts`. */
import { type RawBuilder, sql } from 'kysely';
import type { Condition } from '../../engine/conditions/condition.ts';
import { fieldsOf } from '../../engine/conditions/reads.ts';
import type { Db } from '../connect.ts';
import type { Trx } from '../queries/lock.ts';
import { KnownThings } from './known.ts';
import { type Asking, leafPart } from './leaf.ts';
import { and, asSql, not, or, type Part } from './parts.ts';

/**
 * For a `where`: true for whom the condition holds, false or null for everyone else. What it asks of an application is asked of each of hers: it holds
 * when the whole of it holds for one of them, or, if she has none, without one. So "stage is Offer and job is
 * Engineer" means one application that is both. Keys that are not stored yet must be stored first
 * (`queries/candidate-keys.ts`). `now` in milliseconds.
 *
 * The condition has no problem (`engine/flow/condition-problems.ts`): each operator is one of its field's.
 */
export async function conditionSql(
  db: Db | Trx,
  condition: Condition,
  now: number,
): Promise<RawBuilder<boolean>> {
  const known = new KnownThings(db);
  return asSql(await withAnyApplication(condition, { known, now, hasApplication: false }));
}

const ofApplication = (condition: Condition): boolean =>
  fieldsOf(condition).some((field) => field.startsWith('application.') || field.startsWith('job.'));

/** Whatever does not ask about an application is lifted out, so that indexes on candidates serve it. */
async function withAnyApplication(condition: Condition, asking: Asking): Promise<Part> {
  if (!ofApplication(condition)) return tree(condition, asking);
  if ('any' in condition)
    return or(await Promise.all(condition.any.map((each) => withAnyApplication(each, asking))));
  if ('all' in condition) {
    const free = condition.all.filter((each) => !ofApplication(each));
    const bound = condition.all.filter(ofApplication);
    const [only] = bound;
    return and([
      await tree({ all: free }, asking),
      bound.length === 1 && only
        ? await withAnyApplication(only, asking)
        : await ofOne({ all: bound }, asking),
    ]);
  }
  return ofOne(condition, asking);
}

async function ofOne(condition: Condition, asking: Asking): Promise<Part> {
  const withOne = await tree(condition, { ...asking, hasApplication: true });
  const without = await tree(condition, { ...asking, hasApplication: false });
  return or([
    withOne === false
      ? false
      : sql<boolean>`exists (select from application a where a.candidate_id = c.id and ${asSql(withOne)})`,
    and([without, sql<boolean>`not exists (select from application a where a.candidate_id = c.id)`]),
  ]);
}

async function tree(condition: Condition, asking: Asking): Promise<Part> {
  if ('all' in condition) return and(await Promise.all(condition.all.map((each) => tree(each, asking))));
  if ('any' in condition) return or(await Promise.all(condition.any.map((each) => tree(each, asking))));
  if ('not' in condition) return not(await tree(condition.not, { ...asking, turned: true }));
  return leafPart(condition, asking);
}
