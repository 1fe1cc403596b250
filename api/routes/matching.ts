/** Candidates by condition: who they are, and how many of how many. */
import { conditionSql } from '../../db/conditions/sql.ts';
import { keepKeysForSearch } from '../../db/queries/candidate-keys.ts';
import { candidatesWithTotal, countCandidates } from '../../db/queries/candidate-list.ts';
import type { Condition } from '../../engine/conditions/condition.ts';
import { soundCondition } from '../condition.ts';
import { candidatePage } from '../contract/candidates.ts';
import { matchingCount, matchingCountRequest, matchingRequest } from '../contract/matching.ts';
import { pageOf } from '../cursor.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, route } from '../route.ts';
import { namesFor } from '../words.ts';
import { afterIn, keyIn, rowOf } from './candidates.ts';

const tags = ['Candidates'];
const matching = route({
  method: 'post',
  path: '/api/candidates/matching',
  role: 'viewer',
  tags,
  summary: 'Candidates for whom a condition holds',
  request: { body: body(matchingRequest) },
  responses: answers(200, candidatePage),
});
const count = route({
  method: 'post',
  path: '/api/candidates/matching/count',
  role: 'viewer',
  tags,
  summary: 'For how many candidates a condition holds',
  request: { body: body(matchingCountRequest) },
  responses: answers(200, matchingCount),
});

/** Someone waits for this very figure, so it is counted further than beside a list. */
export const aWhile = { forMs: 250, upTo: 100_000 };

export const matchingRoutes = ({ db, clock }: Deps) => {
  const asked = async (condition: Condition) => {
    const sound = soundCondition(condition);
    await keepKeysForSearch(db);
    return { condition: await conditionSql(db, sound, clock.now()) };
  };
  return resource()
    .openapi(matching, async (c) => {
      const { condition, limit, cursor, sort } = c.req.valid('json');
      const filter = await asked(condition);
      const after = afterIn(sort, cursor);
      const { rows, total } = await candidatesWithTotal(db, filter, sort, { limit: limit + 1, after });
      const names = await namesFor(
        db,
        rows.map((row) => row.next),
      );
      return c.json({ ...pageOf(rows, limit, keyIn(sort), (row) => rowOf(row, names)), total }, 200);
    })
    .openapi(count, async (c) => {
      const filter = await asked(c.req.valid('json').condition);
      const [those, all] = await Promise.all([
        countCandidates(db, filter, aWhile),
        countCandidates(db, {}, aWhile),
      ]);
      return c.json({ matching: those, all }, 200);
    });
};
