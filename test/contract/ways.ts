/** How a run finds its way: waits, branches, loops, exits, goals, pauses. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

const day = 86_400_000;

export function wayCases(on: Setup): void {
  test('wait lasts as long as it says', async () => {
    const run = await on.world.enrol(
      flow([{ id: 'wait', type: 'wait', data: { for: 'P3D' } }]),
      await on.add(),
    );
    const entered = on.world.now();
    expect(await on.world.status(run)).toMatchObject({
      status: 'open',
      node: 'wait',
      until: entered + 3 * day,
    });
    await on.world.pass('P2D');
    expect((await on.world.status(run)).node).toBe('wait');
    await on.world.pass('P1D');
    expect(told(await on.world.ledger(run))).toEqual(['start next', 'wait next', 'done -']);
  });

  const asking = (event: string) => [
    { id: 'mail', type: 'send-email', data: { templateId: on.thanks } },
    { id: 'answer', type: 'wait-for', data: { event, timeout: 'P14D' }, to: { timeout: 'done' } },
    { id: 'warm', type: 'add-tag', data: { tag: 'warm' } },
  ];

  test('wait-for goes on by the event', async () => {
    const run = await on.world.enrol(flow(asking('message.replied')), await on.add());
    await on.world.pass('P2D');
    await on.world.happen(run, { type: 'message.replied' });
    expect(told(await on.world.ledger(run)).slice(2)).toEqual(['answer event', 'warm next done', 'done -']);
  });

  test('wait-for goes on by its timeout', async () => {
    const run = await on.world.enrol(flow(asking('message.replied')), await on.add());
    await on.world.happen(run, { type: 'message.clicked' });
    await on.world.pass('P14D');
    expect(told(await on.world.ledger(run)).slice(2)).toEqual(['answer timeout', 'done -']);
  });

  test('wait-for hears an answer that came before it was reached, but not twice', async () => {
    const early = flow([
      { id: 'mail', type: 'send-email', data: { templateId: on.thanks } },
      { id: 'breathe', type: 'wait', data: { for: 'P1D' } },
      { id: 'first', type: 'wait-for', data: { event: 'message.replied', timeout: 'P7D' } },
      { id: 'second', type: 'wait-for', data: { event: 'message.replied', timeout: 'P7D' } },
    ]);
    const run = await on.world.enrol(early, await on.add());
    await on.world.happen(run, { type: 'message.replied' });
    await on.world.pass('P1D');
    expect(told(await on.world.ledger(run)).slice(2)).toEqual(['breathe next', 'first event']);
    expect((await on.world.status(run)).node).toBe('second');
  });

  test('a flow that moves the stage does not take its own move for the one it waits for', async () => {
    const person = await on.add({ application: { stage: 'Phone screen' } });
    const moves = flow([
      { id: 'move', type: 'move-stage', data: { stage: 'Final interview' } },
      { id: 'next-move', type: 'wait-for', data: { event: 'application.stage-changed', timeout: 'P7D' } },
    ]);
    const run = await on.world.enrol(moves, person);
    await on.world.pass('PT1H');
    expect((await on.world.status(run)).node).toBe('next-move');
    await on.world.happen(run, {
      type: 'application.stage-changed',
      data: { from: 'Final interview', to: 'Phone screen' },
    });
    expect(told(await on.world.ledger(run)).slice(2)).toEqual(['next-move event', 'done -']);
  });

  test('a flow that tags, stands still and is repaired does not take its own tag for the one it waits for', async () => {
    const person = await on.add({ firstName: null });
    const tags = flow([
      { id: 'tag', type: 'add-tag', data: { tag: 'warm' } },
      { id: 'mail', type: 'send-email', data: { templateId: on.thanks } },
      { id: 'tagged', type: 'wait-for', data: { event: 'candidate.tagged', timeout: 'P7D' } },
    ]);
    const run = await on.world.enrol(tags, person);
    expect((await on.world.status(run)).status).toBe('blocked');
    await on.world.nameCandidate(person, 'Inês');
    await on.world.retry(run);
    expect(await on.world.status(run)).toMatchObject({ status: 'open', node: 'tagged' });
    await on.world.happen(run, { type: 'candidate.tagged', data: { tag: 'met' } });
    expect((await on.world.status(run)).status).toBe('ended');
  });

  test('branch takes the first case that holds, else the rest', async () => {
    const byTag = (tag: string) => ({ field: 'candidate.tags', op: 'contains', value: tag });
    const choose = flow([
      {
        id: 'choose',
        type: 'branch',
        to: { strong: 'strong', known: 'known', else: 'done' },
        data: {
          cases: [
            { port: 'strong', when: byTag('silver-medallist') },
            { port: 'known', when: byTag('met') },
          ],
        },
      },
      { id: 'strong', type: 'add-tag', data: { tag: 'took-strong' }, to: { next: 'done' } },
      { id: 'known', type: 'add-tag', data: { tag: 'took-known' } },
    ]);
    const way = async (tags: string[]) =>
      told(await on.world.ledger(await on.world.enrol(choose, await on.add({ tags }))))[1];
    expect(await way(['met', 'Silver-Medallist'])).toBe('choose strong');
    expect(await way(['met'])).toBe('choose known');
    expect(await way([])).toBe('choose else');
  });

  test('a loop visits its steps again, each as another visit', async () => {
    const nudge = flow([
      { id: 'mail', type: 'send-email', data: { templateId: on.thanks } },
      {
        id: 'answer',
        type: 'wait-for',
        data: { event: 'message.replied', timeout: 'P7D' },
        to: { event: 'done', timeout: 'mail' },
      },
    ]);
    const person = await on.add();
    const run = await on.world.enrol(nudge, person);
    await on.world.pass('P15D');
    await on.world.happen(run, { type: 'message.replied' });
    expect(told(await on.world.ledger(run))).toEqual([
      'start next',
      'mail next done',
      'answer timeout',
      'mail#2 next done',
      'answer#2 timeout',
      'mail#3 next done',
      'answer#3 event',
      'done -',
    ]);
    expect(await on.world.messages(person)).toHaveLength(3);
  });

  test('an exit ends the run wherever it waits', async () => {
    const run = await on.world.enrol(flow(asking('message.replied')), await on.add());
    await on.world.happen(run, { type: 'message.unsubscribed' });
    expect(await on.world.status(run)).toEqual({
      status: 'exited',
      node: null,
      reason: 'exit:message.unsubscribed',
      until: null,
    });
  });

  test('a goal converts the run', async () => {
    const settings = { goal: { events: ['message.replied'], window: 'P30D', exit: true } };
    const run = await on.world.enrol(flow([...asking('message.clicked')], settings), await on.add());
    await on.world.happen(run, { type: 'message.replied' });
    expect(await on.world.status(run)).toMatchObject({ status: 'converted', reason: 'goal:message.replied' });
  });

  test('a paused run stands still, keeps what it hears, and goes on from there', async () => {
    const run = await on.world.enrol(flow(asking('message.replied')), await on.add());
    await on.world.pause(run);
    await on.world.happen(run, { type: 'message.replied' });
    await on.world.pass('P20D');
    expect((await on.world.status(run)).node).toBe('answer');
    await on.world.resume(run);
    expect(told(await on.world.ledger(run)).slice(2)).toEqual(['answer event', 'warm next done', 'done -']);
  });

  test('a paused run can still be left', async () => {
    const run = await on.world.enrol(flow(asking('message.replied')), await on.add());
    await on.world.pause(run);
    await on.world.happen(run, { type: 'candidate.hired' });
    expect((await on.world.status(run)).status).toBe('exited');
  });
}
