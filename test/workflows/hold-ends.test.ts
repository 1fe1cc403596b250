/** Holds on contact that run out: said once, at their instant, however often and late anyone looks. */
import { expect, test } from 'vitest';
import { listPutAside } from '../../db/queries/failures.ts';
import { holdContact, releaseContact } from '../../db/queries/holds.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { addCandidate, day, houseOn } from '../harness/house.ts';
import { clock, fresh, house, standOnEmptyGround } from './rules/stage.ts';

standOnEmptyGround();

const hold = (candidateId: string, days: number) =>
  holdContact(
    fresh.db,
    candidateId,
    { until: clock.now() + days * day, covers: 'nurture', reason: '' },
    'marta',
    clock.now(),
  );
const ends = async (candidateId: string) =>
  (
    await fresh.db
      .selectFrom('event')
      .select(['at', 'data', 'by_kind'])
      .where('candidate_id', '=', candidateId)
      .where('type', '=', 'contact.released')
      .orderBy('seq')
      .execute()
  ).map(({ at, data, by_kind }) => ({ at: at.getTime(), data, by: by_kind }));

test('a hold that runs out says so once, at its own instant, though the worker was away then', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana' });
  const until = clock.now() + 2 * day;
  await hold(ana, 2);
  clock.set(until - 1);
  await house.settle();
  expect(await ends(ana)).toEqual([]);
  clock.set(until + day);
  await Promise.all([house.settle(), houseOn(fresh.db, clock).settle()]);
  await house.settle();
  expect(await ends(ana)).toEqual([{ at: until, data: { expired: true }, by: 'system' }]);
  const left = await fresh.db.selectFrom('due').select('id').where('kind', '=', 'hold-end').execute();
  expect(left).toEqual([]);
});

test('a hold that was let go of by hand does not run out as well', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana' });
  await hold(ana, 2);
  clock.set(clock.now() + day);
  await releaseContact(fresh.db, ana, 'marta', clock.now());
  clock.set(clock.now() + 5 * day);
  await house.settle();
  expect((await ends(ana)).map(({ data }) => data)).toEqual([{}]);
});

test('a hold that another replaced runs out with the other, sooner or later', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana' });
  await hold(ana, 2);
  await hold(ana, 9);
  const bea = await addCandidate(fresh.db, { name: 'Bea' });
  await hold(bea, 9);
  await hold(bea, 2);
  const began = clock.now();
  for (let days = 1; days <= 12; days++) {
    clock.set(began + days * day);
    await house.settle();
  }
  expect((await ends(ana)).map(({ at }) => at)).toEqual([began + 9 * day]);
  expect((await ends(bea)).map(({ at }) => at)).toEqual([began + 2 * day]);
});

test('of two people who turn out to be one, contact is free when the longer hold has run out', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana' });
  const same = await addCandidate(fresh.db, { name: 'Ana' });
  await hold(ana, 2);
  await hold(same, 4);
  const began = clock.now();
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep: ana, lose: same, by: { kind: 'person' } }, clock.now()));
  for (let days = 1; days <= 6; days++) {
    clock.set(began + days * day);
    await house.settle();
  }
  expect((await ends(ana)).map(({ at }) => at)).toEqual([began + 4 * day]);
  expect(await listPutAside(fresh.db)).toEqual([]);
});
