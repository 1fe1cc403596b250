/** Temporal’s store is a cache: what it lost or never took is marked again. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { markAllOpen } from '../../../db/queries/marks.ts';
import { addCandidate, day, houseOn } from '../../harness/house.ts';
import { clock, enter, fresh, house, only, publishAsking, standOnEmptyGround } from './stage.ts';

standOnEmptyGround();

test('with Temporal away, starting marks wait; nothing that ran is run again', async () => {
  const { flowId } = await publishAsking();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  const [mark] = await fresh.db.selectFrom('mark').selectAll().execute();
  expect(mark).toMatchObject({ kind: 'start' });
  expect(mark?.start_at?.getTime()).toBe(clock.now() + 14 * day);
  const started: { id: string; delay: number }[] = [];
  const back = houseOn(fresh.db, clock, {
    clocks: () => ({
      start: async (id, delay) => void started.push({ id, delay }),
      wake: async () => {},
      end: async () => {},
    }),
  });
  await sql`update mark set next_at = now()`.execute(fresh.db);
  await back.settle();
  expect(started).toEqual([{ id: (await only()).id, delay: 14 * day }]);
  expect(await fresh.db.selectFrom('mark').selectAll().execute()).toEqual([]);
  expect(await fresh.db.selectFrom('caught_mail').select('id').execute()).toHaveLength(1);
});

test('a deadline that passed a minute ago is marked by the sweep; a lost store marks everyone', async () => {
  const { flowId } = await publishAsking();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  await sql`delete from mark`.execute(fresh.db);
  clock.set(clock.now() + 14 * day + 59_000);
  await house.settle();
  expect(await fresh.db.selectFrom('mark').selectAll().execute()).toEqual([]);
  clock.set(clock.now() + 2000);
  await house.settle();
  expect(await fresh.db.selectFrom('mark').select(['kind', 'lane']).execute()).toEqual([
    { kind: 'wake', lane: 'due' },
  ]);
  expect(await markAllOpen(fresh.db), 'who is marked already is not marked twice').toBe(0);
  await sql`delete from mark`.execute(fresh.db);
  expect(await markAllOpen(fresh.db)).toBe(1);
});
