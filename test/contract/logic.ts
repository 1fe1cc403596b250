/** Steps that decide where a run goes: lots, repetitions, goals from anywhere, exits. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

export function logicCases(on: Setup): void {
  const wait = (id: string, length: string, next?: string) => ({
    id,
    type: 'wait',
    data: { for: length },
    ...(next ? { to: { next } } : {}),
  });

  test('split takes one of its ways, and never one that weighs nothing', async () => {
    const arms = [
      { port: 'never', weight: 0 },
      { port: 'always', label: 'Always', weight: 3 },
    ];
    const drawn = flow([{ id: 'lot', type: 'split', data: { arms } }]);
    const run = await on.world.enrol(drawn, await on.add());
    expect(told(await on.world.ledger(run))).toEqual(['start next', 'lot always', 'done -']);
  });

  test('holdout treats the same candidate alike each time she enters', async () => {
    const drawn = flow([{ id: 'half', type: 'holdout', data: { share: 50 } }]);
    const ines = await on.add();
    const ways = [];
    for (let n = 0; n < 3; n++) ways.push(told(await on.world.ledger(await on.world.enrol(drawn, ines)))[1]);
    expect(['half in', 'half out']).toContain(ways[0]);
    expect(new Set(ways).size).toBe(1);
  });

  test('repeat goes back as often as it says', async () => {
    const drawn = flow([
      wait('rest', 'P1D'),
      { id: 'more', type: 'repeat', data: { times: 1 }, to: { again: 'rest' } },
    ]);
    const run = await on.world.enrol(drawn, await on.add());
    await on.world.pass('P3D');
    expect(told(await on.world.ledger(run)).slice(1)).toEqual([
      'rest next',
      'more again',
      'rest#2 next',
      'more#2 done',
      'done -',
    ]);
  });

  const nurture = flow([
    wait('long', 'P30D', 'done'),
    { id: 'noted', type: 'goal', data: { event: 'note.added' } },
    { id: 'warm', type: 'add-tag', data: { tag: 'warm' } },
    wait('short', 'P2D'),
  ]);

  test('a goal is jumped to from a wait, once', async () => {
    const run = await on.world.enrol(nurture, await on.add());
    await on.world.pass('P3D');
    await on.world.happen(run, { type: 'note.added' });
    const until = on.world.now() + 2 * 86_400_000;
    expect(await on.world.status(run)).toMatchObject({ status: 'open', node: 'short', until });
    await on.world.happen(run, { type: 'note.added' });
    await on.world.pass('P2D');
    expect(told(await on.world.ledger(run))).toEqual([
      'start next',
      'long -',
      'noted next',
      'warm next done',
      'short next',
      'done -',
    ]);
  });

  test('a goal is not reached while the flow is paused, but as soon as it goes on', async () => {
    const run = await on.world.enrol(nurture, await on.add());
    await on.world.pause(run);
    await on.world.happen(run, { type: 'note.added' });
    expect((await on.world.status(run)).node).toBe('long');
    await on.world.resume(run);
    expect((await on.world.status(run)).node).toBe('short');
  });

  test('a reply to this flow’s mail reaches its goal', async () => {
    const drawn = flow([
      { id: 'mail', type: 'send-email', data: { templateId: on.thanks } },
      wait('long', 'P30D', 'done'),
      { id: 'replied', type: 'goal', data: { event: 'message.replied' } },
    ]);
    const run = await on.world.enrol(drawn, await on.add());
    await on.world.happen(run, { type: 'message.replied' });
    expect(told(await on.world.ledger(run)).slice(2)).toEqual(['long -', 'replied next', 'done -']);
  });

  test('an exit ends the run for its reason; what was written before it still leaves', async () => {
    const drawn = flow([
      { id: 'mail', type: 'send-email', data: { templateId: on.thanks } },
      {
        id: 'ask',
        type: 'branch',
        data: {
          cases: [{ port: 'cold', when: { field: 'candidate.tags', op: 'contains-not', value: 'warm' } }],
        },
        to: { cold: 'out', else: 'done' },
      },
      { id: 'out', type: 'exit', data: { reason: 'Not warm enough' } },
    ]);
    const ines = await on.add();
    const run = await on.world.enrol(drawn, ines);
    expect(await on.world.status(run)).toMatchObject({
      status: 'exited',
      node: null,
      reason: 'left:Not warm enough',
    });
    expect(told(await on.world.ledger(run)).slice(2)).toEqual(['ask cold', 'out -']);
    expect(await on.world.messages(ines)).toMatchObject([{ node: 'mail' }]);
  });

  const other = flow([wait('long', 'P90D')]);

  test('run-flow starts another flow and goes on', async () => {
    const flowId = await on.world.addFlow(other);
    const run = await on.world.enrol(
      flow([{ id: 'go', type: 'run-flow', data: { flowId } }]),
      await on.add(),
    );
    expect(told(await on.world.ledger(run))).toEqual(['start next', 'go next done', 'done -']);
    expect(await on.world.caused(run)).toMatchObject([{ type: 'enrolment.requested', data: { flowId } }]);
  });

  const asking = (flowId: string) =>
    flow([
      {
        id: 'go',
        type: 'run-flow',
        data: { flowId, waits: true, atMost: 'P30D' },
        to: { exited: 'done', refused: 'done', ended: 'done', timeout: 'done' },
      },
      { id: 'warm', type: 'add-tag', data: { tag: 'warm' } },
    ]);

  test.each([
    ['converted', ['go converted done', 'warm next done', 'done -']],
    ['exited', ['go exited done', 'done -']],
    ['refused', ['go refused done', 'done -']],
  ])('run-flow leaves by how the other one came out: %s', async (outcome, expected) => {
    const run = await on.world.enrol(asking(await on.world.addFlow(other)), await on.add());
    expect((await on.world.status(run)).node).toBe('go');
    await on.world.happen(run, { type: 'flow.answered', data: { outcome } });
    expect(told(await on.world.ledger(run)).slice(1)).toEqual(expected);
  });

  test('run-flow waits no longer than it says', async () => {
    const run = await on.world.enrol(asking(await on.world.addFlow(other)), await on.add());
    await on.world.pass('P30D');
    expect(told(await on.world.ledger(run)).slice(1)).toEqual(['go timeout done', 'done -']);
  });

  test('run-flow fails where the flow is gone', async () => {
    const run = await on.world.enrol(
      flow([{ id: 'go', type: 'run-flow', data: { flowId: 'gone' } }]),
      await on.add(),
    );
    expect(told(await on.world.ledger(run)).slice(1)).toEqual(['go - failed flow-gone']);
    expect((await on.world.status(run)).status).toBe('blocked');
  });
}
