/** Exits act at once, a pause holds and loses no one, a goal counts also after the end. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { pauseByHand, resumeFlow } from '../../../db/queries/flows.ts';
import { lateOnesAMinute } from '../../../db/queries/marks.ts';
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

test('resuming floods nobody: who is late goes on one after another, longest waiting first, and nobody is left out', async () => {
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P1D' }],
    ['end', 'end'],
  ]);
  const people: string[] = [];
  for (let n = 0; n < 5; n++) {
    const id = await addCandidate(fresh.db, { name: `Ana ${n}` });
    people.push(id);
    await enter(id, flowId);
    if (n < 4) clock.set(clock.now() + (n < 3 ? 60_000 : day));
  }
  await pauseByHand(fresh.db, flowId, null, clock.now());
  await fresh.db.deleteFrom('mark').execute();
  // Four have waited their day by now, the last one only began.
  const late = await fresh.db
    .selectFrom('enrolment')
    .select('id')
    .where('wake_at', '<=', new Date(clock.now()))
    .execute();
  await resumeFlow(fresh.db, flowId, clock.now());
  const marks = await sql<{ candidate: string; after: number }>`
    select enrolment.candidate_id as candidate, round(extract(epoch from next_at - min(next_at) over ()) * 1000)::int as after
    from mark join enrolment on enrolment.id = mark.enrolment_id order by next_at, candidate_id`.execute(
    fresh.db,
  );
  expect(marks.rows.map((row) => row.candidate).sort()).toEqual([...people].sort());
  const apart = 60_000 / lateOnesAMinute;
  const lateOnes = people.slice(0, late.length);
  expect(marks.rows.filter((row) => lateOnes.includes(row.candidate))).toEqual(
    lateOnes.map((candidate, n) => ({ candidate, after: n * apart })),
  );
  expect(marks.rows.filter((row) => !lateOnes.includes(row.candidate)).map((row) => row.after)).toEqual(
    people.slice(late.length).map(() => 0),
  );
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
