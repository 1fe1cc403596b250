/** A goal from anywhere, with real rows: an open run is woken by what it jumps for, and by nothing else. */
import { expect, test } from 'vitest';
import { addCandidate } from '../../harness/house.ts';
import {
  advance,
  clock,
  enter,
  fresh,
  house,
  only,
  publishChain,
  record,
  standOnEmptyGround,
  ways,
} from './stage.ts';

standOnEmptyGround();

test('what a goal counts wakes the run that may still jump to it, and takes it there', async () => {
  const { flowId } = await publishChain(
    [
      ['start', 'manual'],
      ['long', 'wait', { for: 'P30D' }],
      ['noted', 'goal', { event: 'note.added' }],
      ['short', 'wait', { for: 'P2D' }],
      ['end', 'end'],
    ],
    {},
    [
      ['start', 'next', 'long'],
      ['long', 'next', 'end'],
      ['noted', 'next', 'short'],
      ['short', 'next', 'end'],
    ],
  );
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' }, clock.now());
  await enter(ana, flowId);
  const { id } = await only();
  await record(ana, { type: 'candidate.assigned' });
  await house.settle();
  expect((await only()).node_id).toBe('long');
  await record(ana, { type: 'note.added' });
  const queued = await fresh.db.selectFrom('event').select(['type', 'queued']).orderBy('seq').execute();
  expect(queued.filter((event) => event.queued).map((event) => event.type)).toEqual([
    'enrolment.requested',
    'note.added',
  ]);
  const marked = () => fresh.db.selectFrom('mark').select('kind').where('enrolment_id', '=', id).execute();
  expect((await marked()).map((mark) => mark.kind)).not.toContain('wake');
  await house.settle();
  expect((await marked()).map((mark) => mark.kind)).toContain('wake');
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'long', 'noted']);
  expect((await only()).node_id).toBe('short');
});
