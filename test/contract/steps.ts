/** One suite for every world in which flows run: each step, and each way an effect can come out. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { flow } from './flows.ts';
import type { LedgerRow, NewCandidate, World } from './world.ts';

const ines: NewCandidate = { firstName: 'Inês', email: 'ines@example.com', timeZone: 'Europe/Lisbon' };
const stages = [
  { name: 'Phone screen', kind: 'active' },
  { name: 'Final interview', kind: 'active' },
  { name: 'Hired', kind: 'hired' },
] as const;
const day = 86_400_000;

/** `node:port`, with a repeated visit's number, and what an effect came to. */
const told = (rows: LedgerRow[]): string[] =>
  rows.map(({ node, visit, port, result, code }) =>
    [`${node}${visit > 1 ? `#${visit}` : ''}`, port ?? '-', result, code].filter(Boolean).join(' '),
  );

export function stepContract(name: string, makeWorld: () => Promise<World>): void {
  describe(`steps in the ${name} world`, () => {
    let world: World;
    beforeAll(async () => {
      world = await makeWorld();
      await world.addStages([...stages]);
    });
    afterAll(() => world.close());

    let thanks: string;
    let pool: string;
    let made = 0;
    beforeEach(async () => {
      made++;
      thanks = await world.addTemplate({
        name: `Thanks ${made}`,
        subject: 'Hello {{ candidate.firstName }}',
        body: 'Thank you.',
      });
      pool = await world.addPool(`Silver medallists ${made}`);
    });
    let people = 0;
    const add = (candidate: Partial<NewCandidate> = {}) =>
      world.addCandidate({ ...ines, email: `ines.${++people}@example.com`, ...candidate });

    test('add-tag tags the candidate and says so', async () => {
      const person = await add();
      const run = await world.enrol(flow([{ id: 'tag', type: 'add-tag', data: { tag: 'warm' } }]), person);
      expect((await world.facts(person)).candidate.tags).toEqual(['warm']);
      expect(told(await world.ledger(run))).toEqual(['start next', 'tag next done', 'done -']);
      expect(await world.caused(run)).toEqual([{ type: 'candidate.tagged', data: { tag: 'warm' } }]);
      expect(await world.status(run)).toEqual({ status: 'ended', node: null, reason: 'end', until: null });
    });

    test('add-tag leaves a candidate alone who has the tag, however it is spelt', async () => {
      const person = await add({ tags: ['Wärm'] });
      const run = await world.enrol(flow([{ id: 'tag', type: 'add-tag', data: { tag: 'warm' } }]), person);
      expect((await world.facts(person)).candidate.tags).toEqual(['Wärm']);
      expect(told(await world.ledger(run))[1]).toBe('tag next unchanged already-tagged');
      expect(await world.caused(run)).toEqual([]);
    });

    test('add-to-pool adds once', async () => {
      const person = await add();
      const twice = flow([
        { id: 'in', type: 'add-to-pool', data: { poolId: pool } },
        { id: 'again', type: 'add-to-pool', data: { poolId: pool } },
      ]);
      const run = await world.enrol(twice, person);
      expect((await world.facts(person)).candidate.pools).toEqual([pool]);
      expect(told(await world.ledger(run)).slice(1, 3)).toEqual([
        'in next done',
        'again next unchanged already-member',
      ]);
      expect(await world.caused(run)).toMatchObject([{ type: 'pool.joined', data: { poolId: pool } }]);
    });

    test('add-to-pool blocks where the pool is gone, and a repair tries again as another visit', async () => {
      const person = await add();
      const waitFirst = flow([
        { id: 'wait', type: 'wait', data: { for: 'PT1H' } },
        { id: 'in', type: 'add-to-pool', data: { poolId: pool } },
      ]);
      const run = await world.enrol(waitFirst, person);
      await world.removePool(pool);
      await world.pass('PT2H');
      expect(await world.status(run)).toMatchObject({ status: 'blocked', node: 'in' });
      await world.retry(run);
      expect(told(await world.ledger(run))).toEqual([
        'start next',
        'wait next',
        'in - failed pool-gone',
        'in#2 - failed pool-gone',
      ]);
      expect(await world.status(run)).toMatchObject({ status: 'blocked', node: 'in' });
    });

    test('move-stage moves the application', async () => {
      const person = await add({ application: { stage: 'Phone screen' } });
      const run = await world.enrol(
        flow([{ id: 'move', type: 'move-stage', data: { stage: 'final interview' } }]),
        person,
      );
      expect((await world.facts(person)).application).toMatchObject({
        stage: 'Final interview',
        status: 'active',
      });
      expect(told(await world.ledger(run))[1]).toBe('move next done');
      expect(await world.caused(run)).toMatchObject([
        { type: 'application.stage-changed', data: { from: 'Phone screen', to: 'Final interview' } },
      ]);
    });

    test('move-stage leaves an application where it is already', async () => {
      const person = await add({ application: { stage: 'Phone screen' } });
      const run = await world.enrol(
        flow([{ id: 'move', type: 'move-stage', data: { stage: 'Phone screen' } }]),
        person,
      );
      expect(told(await world.ledger(run))[1]).toBe('move next unchanged already-there');
      expect(await world.caused(run)).toEqual([]);
    });

    test('move-stage blocks without an application, and where the pipeline has no such stage', async () => {
      const without = await world.enrol(
        flow([{ id: 'move', type: 'move-stage', data: { stage: 'Hired' } }]),
        await add(),
      );
      expect(told(await world.ledger(without))[1]).toBe('move - failed no-application');
      const person = await add({ application: { stage: 'Phone screen' } });
      const nowhere = await world.enrol(
        flow([{ id: 'move', type: 'move-stage', data: { stage: 'Reference call' } }]),
        person,
      );
      expect(told(await world.ledger(nowhere))[1]).toBe('move - failed stage-gone');
    });

    test('moving to a stage for the hired hires, and that leaves the flow before its next email', async () => {
      const person = await add({ application: { stage: 'Final interview' } });
      const hire = flow([
        { id: 'move', type: 'move-stage', data: { stage: 'Hired' } },
        { id: 'mail', type: 'send-email', data: { templateId: thanks } },
      ]);
      const run = await world.enrol(hire, person);
      expect(await world.facts(person)).toMatchObject({
        candidate: { status: 'hired' },
        application: { status: 'hired' },
      });
      expect((await world.caused(run)).map((each) => each.type)).toEqual([
        'application.stage-changed',
        'application.hired',
        'candidate.hired',
      ]);
      expect(await world.status(run)).toMatchObject({ status: 'exited', reason: 'exit:candidate.hired' });
      expect(await world.messages(person)).toEqual([]);
    });

    test('send-email writes to the candidate', async () => {
      const person = await add({ email: 'ines.carvalho@example.com' });
      const run = await world.enrol(
        flow([{ id: 'mail', type: 'send-email', data: { templateId: thanks } }]),
        person,
      );
      const [message] = await world.messages(person);
      expect(message).toMatchObject({ node: 'mail', to: 'ines.carvalho@example.com', subject: 'Hello Inês' });
      expect(message?.text).toContain('Thank you.');
      expect(told(await world.ledger(run))[1]).toBe('mail next done');
    });

    test.each([
      ['has no address', { email: null }, 'no-address'],
      ['must not be contacted', { status: 'do-not-contact' }, 'do-not-contact'],
      ['has unsubscribed', { unsubscribed: true }, 'suppressed'],
    ] as const)('send-email goes on without sending where the candidate %s', async (_why, more, code) => {
      const person = await add(more);
      const run = await world.enrol(
        flow([{ id: 'mail', type: 'send-email', data: { templateId: thanks } }]),
        person,
      );
      expect(await world.messages(person)).toEqual([]);
      expect(told(await world.ledger(run))[1]).toBe(`mail next skipped ${code}`);
      expect((await world.status(run)).status).toBe('ended');
    });

    test('send-email blocks where the template finds nothing to put in', async () => {
      const person = await add({ firstName: null });
      const run = await world.enrol(
        flow([{ id: 'mail', type: 'send-email', data: { templateId: thanks } }]),
        person,
      );
      expect(await world.messages(person)).toEqual([]);
      expect(told(await world.ledger(run))[1]).toBe('mail - failed template-problem');
      expect((await world.status(run)).status).toBe('blocked');
    });

    test('wait lasts as long as it says', async () => {
      const run = await world.enrol(flow([{ id: 'wait', type: 'wait', data: { for: 'P3D' } }]), await add());
      const entered = world.now();
      expect(await world.status(run)).toMatchObject({
        status: 'open',
        node: 'wait',
        until: entered + 3 * day,
      });
      await world.pass('P2D');
      expect((await world.status(run)).node).toBe('wait');
      await world.pass('P1D');
      expect(told(await world.ledger(run))).toEqual(['start next', 'wait next', 'done -']);
    });

    const asking = (event: string) => [
      { id: 'mail', type: 'send-email', data: { templateId: thanks } },
      { id: 'answer', type: 'wait-for', data: { event, timeout: 'P14D' }, to: { timeout: 'done' } },
      { id: 'warm', type: 'add-tag', data: { tag: 'warm' } },
    ];

    test('wait-for goes on by the event', async () => {
      const run = await world.enrol(flow(asking('message.replied')), await add());
      await world.pass('P2D');
      await world.happen(run, { type: 'message.replied' });
      expect(told(await world.ledger(run)).slice(2)).toEqual(['answer event', 'warm next done', 'done -']);
    });

    test('wait-for goes on by its timeout', async () => {
      const run = await world.enrol(flow(asking('message.replied')), await add());
      await world.happen(run, { type: 'message.clicked' });
      await world.pass('P14D');
      expect(told(await world.ledger(run)).slice(2)).toEqual(['answer timeout', 'done -']);
    });

    test('wait-for hears an answer that came before it was reached, but not twice', async () => {
      const early = flow([
        { id: 'mail', type: 'send-email', data: { templateId: thanks } },
        { id: 'breathe', type: 'wait', data: { for: 'P1D' } },
        { id: 'first', type: 'wait-for', data: { event: 'message.replied', timeout: 'P7D' } },
        { id: 'second', type: 'wait-for', data: { event: 'message.replied', timeout: 'P7D' } },
      ]);
      const run = await world.enrol(early, await add());
      await world.happen(run, { type: 'message.replied' });
      await world.pass('P1D');
      expect(told(await world.ledger(run)).slice(2)).toEqual(['breathe next', 'first event']);
      expect((await world.status(run)).node).toBe('second');
    });

    test('a flow that moves the stage does not take its own move for the one it waits for', async () => {
      const person = await add({ application: { stage: 'Phone screen' } });
      const moves = flow([
        { id: 'move', type: 'move-stage', data: { stage: 'Final interview' } },
        { id: 'next-move', type: 'wait-for', data: { event: 'application.stage-changed', timeout: 'P7D' } },
      ]);
      const run = await world.enrol(moves, person);
      await world.pass('PT1H');
      expect((await world.status(run)).node).toBe('next-move');
      await world.happen(run, {
        type: 'application.stage-changed',
        data: { from: 'Final interview', to: 'Phone screen' },
      });
      expect(told(await world.ledger(run)).slice(2)).toEqual(['next-move event', 'done -']);
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
        told(await world.ledger(await world.enrol(choose, await add({ tags }))))[1];
      expect(await way(['met', 'Silver-Medallist'])).toBe('choose strong');
      expect(await way(['met'])).toBe('choose known');
      expect(await way([])).toBe('choose else');
    });

    test('a loop visits its steps again, each as another visit', async () => {
      const nudge = flow([
        { id: 'mail', type: 'send-email', data: { templateId: thanks } },
        {
          id: 'answer',
          type: 'wait-for',
          data: { event: 'message.replied', timeout: 'P7D' },
          to: { event: 'done', timeout: 'mail' },
        },
      ]);
      const person = await add();
      const run = await world.enrol(nudge, person);
      await world.pass('P15D');
      await world.happen(run, { type: 'message.replied' });
      expect(told(await world.ledger(run))).toEqual([
        'start next',
        'mail next done',
        'answer timeout',
        'mail#2 next done',
        'answer#2 timeout',
        'mail#3 next done',
        'answer#3 event',
        'done -',
      ]);
      expect(await world.messages(person)).toHaveLength(3);
    });

    test('an exit ends the run wherever it waits', async () => {
      const run = await world.enrol(flow(asking('message.replied')), await add());
      await world.happen(run, { type: 'message.unsubscribed' });
      expect(await world.status(run)).toEqual({
        status: 'exited',
        node: null,
        reason: 'exit:message.unsubscribed',
        until: null,
      });
    });

    test('a goal converts the run', async () => {
      const settings = { goal: { events: ['message.replied'], window: 'P30D', exit: true } };
      const run = await world.enrol(flow([...asking('message.clicked')], settings), await add());
      await world.happen(run, { type: 'message.replied' });
      expect(await world.status(run)).toMatchObject({ status: 'converted', reason: 'goal:message.replied' });
    });

    test('a paused run stands still, keeps what it hears, and goes on from there', async () => {
      const run = await world.enrol(flow(asking('message.replied')), await add());
      await world.pause(run);
      await world.happen(run, { type: 'message.replied' });
      await world.pass('P20D');
      expect((await world.status(run)).node).toBe('answer');
      await world.resume(run);
      expect(told(await world.ledger(run)).slice(2)).toEqual(['answer event', 'warm next done', 'done -']);
    });

    test('a paused run can still be left', async () => {
      const run = await world.enrol(flow(asking('message.replied')), await add());
      await world.pause(run);
      await world.happen(run, { type: 'candidate.hired' });
      expect((await world.status(run)).status).toBe('exited');
    });
  });
}
