/** Exits act at once, a pause holds and loses no one, a goal counts also after the end. */
import { expect, test } from 'vitest';
import { recordReply, unsubscribe } from '../../../db/queries/messages.ts';
import { addCandidate, day } from '../../harness/house.ts';
import {
  advance,
  clock,
  enter,
  fresh,
  house,
  only,
  publishAsking,
  publishChain,
  record,
  standOnEmptyGround,
  template,
  ways,
} from './stage.ts';

standOnEmptyGround();

test('an exit ends the run at once, cancels what has not left, and is heard while the flow is paused', async () => {
  const { flowId } = await publishAsking();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await record(ana, { type: 'enrolment.requested', data: { flowId } });
  for (const pump of house.pumps) if (pump.name !== 'deliver-email') await pump.round();
  await fresh.db.updateTable('flow').set({ state: 'paused' }).execute();
  await record(ana, { type: 'candidate.hired' });
  const message = await fresh.db.selectFrom('message').select(['status', 'reason']).executeTakeFirstOrThrow();
  expect(message).toEqual({ status: 'cancelled', reason: 'exit:candidate.hired' });
  const { id } = await only();
  await advance(id);
  expect(await only()).toMatchObject({
    status: 'exited',
    end_reason: 'exit:candidate.hired',
    node_id: null,
  });
  await house.settle();
  expect(await fresh.db.selectFrom('caught_mail').select('id').execute()).toEqual([]);
});

test('an unsubscribe link works once, ends the flow, and keeps the next flow from writing', async () => {
  const first = await publishAsking();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, first.flowId);
  const { token } = await fresh.db.selectFrom('message').select('token').executeTakeFirstOrThrow();
  expect(await unsubscribe(fresh.db, token, clock.now())).toBe('done');
  expect(await unsubscribe(fresh.db, token, clock.now())).toBe('already');
  expect(await unsubscribe(fresh.db, 'nobody’s', clock.now())).toBe('unknown');
  await house.settle();
  await advance((await only()).id);
  expect((await only()).status).toBe('exited');
  const second = await publishAsking();
  await enter(ana, second.flowId);
  const skipped = await fresh.db
    .selectFrom('step')
    .select(['node_id', 'outcome'])
    .where('outcome', '=', 'skipped')
    .where('version_id', '=', second.versionId)
    .execute();
  expect(skipped).toEqual([{ node_id: 'mail', outcome: 'skipped' }]);
  expect(await fresh.db.selectFrom('caught_mail').select('id').execute()).toHaveLength(1);
});

test('pausing holds everyone before the next effect and loses no one', async () => {
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P1D' }],
    ['tag', 'add-tag', { tag: 'warm' }],
    ['end', 'end'],
  ]);
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  const { id } = await only();
  await fresh.db.updateTable('flow').set({ state: 'paused' }).execute();
  clock.set(clock.now() + 2 * day);
  expect(await advance(id)).toMatchObject({ done: false, wakeAt: null });
  expect((await only()).node_id).toBe('wait');
  await fresh.db.updateTable('flow').set({ state: 'live' }).execute();
  expect(await advance(id)).toEqual({ done: true });
  expect(await ways(id)).toEqual(['start', 'wait', 'tag', 'end']);
});

test('reaching the goal after the last step still counts', async () => {
  const { flowId } = await publishChain(
    [
      ['start', 'manual'],
      ['mail', 'send-email', { templateId: template }],
      ['end', 'end'],
    ],
    { exitOn: [], goal: { events: ['message.replied'], window: 'P30D', exit: true } },
  );
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  expect(await only()).toMatchObject({ status: 'ended', goal_at: null });
  clock.set(clock.now() + 10 * day);
  const message = await fresh.db.selectFrom('message').select('id').executeTakeFirstOrThrow();
  await recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: clock.now() });
  await house.settle();
  expect((await only()).goal_at?.getTime()).toBe(clock.now());
});
