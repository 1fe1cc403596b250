/** Whether a run still waits for the answer to what one of its visits asked: a decision, a call. */
import { type RawBuilder, sql } from 'kysely';

/**
 * `run` and `asked` are tables of the statement: the run's cursor (`status`, `node_id`, `state`), and what was asked
 * (`node_id`, `visit`). A run that was moved waits on at a node that has asked nothing; its wait then names the one that
 * has (see `carriedOver` in engine/run/move.ts).
 */
export const waitsFor = (run: string, asked: string): RawBuilder<boolean> => {
  const [of, to] = [
    (column: string) => sql.ref(`${run}.${column}`),
    (column: string) => sql.ref(`${asked}.${column}`),
  ];
  return sql<boolean>`(${of('status')} = 'open' and ${of('state')} #>> '{wait,kind}' = 'answer'
    and coalesce(${of('state')} #>> '{wait,asked}', ${of('node_id')}) = ${to('node_id')}
    and (${of('state')} #>> '{wait,visit}')::int = ${to('visit')})`;
};
