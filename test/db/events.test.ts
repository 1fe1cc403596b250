import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

const now = Date.UTC(2026, 10, 23, 14, 32);

async function candidate(name: string): Promise<string> {
  const id = newId(now);
  const at = new Date(now);
  await fresh.db
    .insertInto('candidate')
    .values({
      id,
      full_name: name,
      name_key: name.toLowerCase(),
      search_key: name.toLowerCase(),
      created_at: at,
      updated_at: at,
      last_activity_at: at,
    })
    .execute();
  return id;
}

test('two writers at once give one candidate dense, distinct seqs', async () => {
  const id = await candidate('Inês Carvalho');
  const write = () =>
    fresh.db.transaction().execute(async (trx) => {
      await lockCandidates(trx, [id]);
      return recordEvents(
        trx,
        [
          { candidateId: id, type: 'candidate.tagged', by: { kind: 'person' } },
          { candidateId: id, type: 'pool.joined', by: { kind: 'person' } },
        ],
        now,
      );
    });
  await Promise.all(Array.from({ length: 10 }, write));
  const seqs = await fresh.db
    .selectFrom('event')
    .select('seq')
    .where('candidate_id', '=', id)
    .orderBy('seq')
    .execute();
  expect(seqs.map((row) => Number(row.seq))).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  const queued = await fresh.db.selectFrom('event_queue').select('event_id').execute();
  expect(queued, 'nobody listens, so nothing is queued for the router').toEqual([]);
});
