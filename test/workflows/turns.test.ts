/** One of several people: whose turn it is, and who has the least to do, when many ask at once. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { knownPeople } from '../../db/queries/people.ts';
import { writeTasks } from '../../db/queries/tasks.ts';
import { whoIsMeant } from '../../engine/whom.ts';
import { flow } from '../contract/flows.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { addCandidate, houseOn, monday, publish, testClock } from '../harness/house.ts';

let fresh: FreshDatabase;
let team: string[];
beforeAll(async () => {
  fresh = await freshDatabase();
  team = [];
  for (const name of ['Ana', 'Ben', 'Cem']) {
    const id = newId();
    team.push(id);
    await fresh.db
      .insertInto('user')
      .values({ id, name, email: `${name}@halden.example` })
      .execute();
  }
});
afterAll(() => fresh.drop());

const newFlow = async (data: Record<string, unknown>) => {
  const graph = flow([{ id: 'give', type: 'assign-owner', data }]);
  const { flowId } = await publish(
    fresh.db,
    { ...graph, name: `Giving ${newId()}` },
    { templates: {}, now: monday },
  );
  return flowId;
};

test('thirty people at once are given to three in turn, ten to each', async () => {
  const { db } = fresh;
  const flowId = await newFlow({ to: 'turn', peopleIds: team });
  const people = await Promise.all(
    Array.from({ length: 30 }, () => addCandidate(db, { name: 'Someone' }, monday)),
  );
  const house = houseOn(db, testClock());
  const { requestEnrolments } = await import('../../db/queries/flow-runs.ts');
  await requestEnrolments(
    db,
    { flowId, candidateIds: people, applicationId: null, by: { kind: 'person' } },
    monday,
  );
  const other = houseOn(db, testClock());
  await Promise.all([house.settle(), other.settle()]);
  const owned = await db
    .selectFrom('candidate')
    .select(['owner_id', (eb) => eb.fn.countAll<string>().as('n')])
    .where('id', 'in', people)
    .groupBy('owner_id')
    .execute();
  expect(owned.map(({ n }) => Number(n))).toEqual([10, 10, 10]);
});

test('a second worker that asks waits for the first one’s transaction, and takes the next turn', async () => {
  const { db } = fresh;
  const flowId = await newFlow({ to: 'turn', peopleIds: team });
  const asked = {
    whom: { to: 'turn' as const, peopleIds: team },
    candidateId: newId(),
    flowId,
    node: 'give',
    chooses: true,
  };
  const order: string[] = [];
  let ready: (() => void) | undefined;
  const taken = new Promise<void>((resolve) => {
    ready = resolve;
  });
  let release: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = db.transaction().execute(async (trx) => {
    const [known] = await knownPeople(trx, [asked]);
    ready?.();
    await held;
    order.push('first');
    return known?.turn;
  });
  await taken;
  const second = db.transaction().execute(async (trx) => {
    const [known] = await knownPeople(trx, [asked]);
    order.push('second');
    return known?.turn;
  });
  release?.();
  expect([await first, await second]).toEqual([0, 1]);
  expect(order).toEqual(['first', 'second']);
});

test('by load goes to whoever has the fewest open tasks, counting what the same transaction gives', async () => {
  const { db } = fresh;
  const flowId = await newFlow({ to: 'load', peopleIds: team });
  const [ana, ben, cem] = team;
  await db.transaction().execute(async (trx) => {
    for (const assigneeId of [ana, ana, ben])
      await writeTasks(trx, [
        {
          kind: 'task',
          title: 'Call',
          body: '',
          assigneeId: assigneeId ?? null,
          candidateId: null,
          applicationId: null,
          dueAt: null,
          by: { kind: 'person', id: null },
          now: monday,
        },
      ]);
    const whom = { to: 'load' as const, peopleIds: team };
    const asked = Array.from({ length: 4 }, () => ({
      whom,
      candidateId: newId(),
      flowId,
      node: 'give',
      chooses: true,
    }));
    const known = await knownPeople(trx, asked);
    expect(known.map((each) => whoIsMeant(whom, each)?.id)).toEqual([cem, ben, cem, ana]);
  });
});
