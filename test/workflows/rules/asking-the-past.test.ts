/** Conditions that ask what happened: a run and a trigger know it, and look up nothing that nobody asks for. */
import { expect, test } from 'vitest';
import { addCandidate, day, publish } from '../../harness/house.ts';
import { clock, enter, fresh, only, record, standOnEmptyGround, ways } from './stage.ts';

standOnEmptyGround();

const at = { x: 0, y: 0 };
const replied = { field: 'history.message.replied.last', op: 'within-last', value: 'P30D' } as const;

const publishBranch = () =>
  publish(fresh.db, {
    name: 'Asks the past',
    settings: { reentry: 'always', exitOn: [] },
    nodes: [
      { id: 'start', type: 'manual', position: at, data: {} },
      { id: 'asked', type: 'branch', position: at, data: { cases: [{ port: 'yes', when: replied }] } },
      { id: 'warm', type: 'add-tag', position: at, data: { tag: 'warm' } },
      { id: 'end', type: 'end', position: at, data: {} },
    ],
    edges: [
      { id: '1', source: 'start', sourceHandle: 'next', target: 'asked' },
      { id: '2', source: 'asked', sourceHandle: 'yes', target: 'warm' },
      { id: '3', source: 'asked', sourceHandle: 'else', target: 'end' },
      { id: '4', source: 'warm', sourceHandle: 'next', target: 'end' },
    ],
  });

test('a run goes by whether she replied within 30 days', async () => {
  const { flowId } = await publishBranch();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  expect(await ways((await only()).id)).toEqual(['start', 'asked → else', 'end']);

  const rui = await addCandidate(fresh.db, { name: 'Rui Pinto' });
  await record(rui, { type: 'message.replied' });
  clock.set(clock.now() + 29 * day);
  await enter(rui, flowId);
  const { id } = await fresh.db
    .selectFrom('enrolment')
    .select('id')
    .where('candidate_id', '=', rui)
    .executeTakeFirstOrThrow();
  expect(await ways(id)).toEqual(['start', 'asked → yes', 'warm', 'end']);
});
