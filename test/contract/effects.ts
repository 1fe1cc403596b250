/** Each effect, and each way it can come out. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

export function effectCases(on: Setup): void {
  test('add-tag tags the candidate and says so', async () => {
    const person = await on.add();
    const run = await on.world.enrol(flow([{ id: 'tag', type: 'add-tag', data: { tag: 'warm' } }]), person);
    expect((await on.world.facts(person)).candidate.tags).toEqual(['warm']);
    expect(told(await on.world.ledger(run))).toEqual(['start next', 'tag next done', 'done -']);
    expect(await on.world.caused(run)).toEqual([{ type: 'candidate.tagged', data: { tag: 'warm' } }]);
    expect(await on.world.status(run)).toEqual({ status: 'ended', node: null, reason: 'end', until: null });
  });

  test('add-tag leaves a candidate alone who has the tag, however it is spelt', async () => {
    const person = await on.add({ tags: ['Wärm'] });
    const run = await on.world.enrol(flow([{ id: 'tag', type: 'add-tag', data: { tag: 'warm' } }]), person);
    expect((await on.world.facts(person)).candidate.tags).toEqual(['Wärm']);
    expect(told(await on.world.ledger(run))[1]).toBe('tag next unchanged already-tagged');
    expect(await on.world.caused(run)).toEqual([]);
  });

  test('add-to-pool adds once', async () => {
    const person = await on.add();
    const twice = flow([
      { id: 'in', type: 'add-to-pool', data: { poolId: on.pool } },
      { id: 'again', type: 'add-to-pool', data: { poolId: on.pool } },
    ]);
    const run = await on.world.enrol(twice, person);
    expect((await on.world.facts(person)).candidate.pools).toEqual([on.pool]);
    expect(told(await on.world.ledger(run)).slice(1, 3)).toEqual([
      'in next done',
      'again next unchanged already-member',
    ]);
    expect(await on.world.caused(run)).toMatchObject([{ type: 'pool.joined', data: { poolId: on.pool } }]);
  });

  test('add-to-pool blocks where the pool is gone, and a repair tries again as another visit', async () => {
    const person = await on.add();
    const waitFirst = flow([
      { id: 'wait', type: 'wait', data: { for: 'PT1H' } },
      { id: 'in', type: 'add-to-pool', data: { poolId: on.pool } },
    ]);
    const run = await on.world.enrol(waitFirst, person);
    await on.world.removePool(on.pool);
    await on.world.pass('PT2H');
    expect(await on.world.status(run)).toMatchObject({ status: 'blocked', node: 'in' });
    await on.world.retry(run);
    expect(told(await on.world.ledger(run))).toEqual([
      'start next',
      'wait next',
      'in - failed pool-gone',
      'in#2 - failed pool-gone',
    ]);
    expect(await on.world.status(run)).toMatchObject({ status: 'blocked', node: 'in' });
  });

  test('move-stage moves the application', async () => {
    const person = await on.add({ application: { stage: 'Phone screen' } });
    const run = await on.world.enrol(
      flow([{ id: 'move', type: 'move-stage', data: { stage: 'final interview' } }]),
      person,
    );
    expect((await on.world.facts(person)).application).toMatchObject({
      stage: 'Final interview',
      status: 'active',
    });
    expect(told(await on.world.ledger(run))[1]).toBe('move next done');
    expect(await on.world.caused(run)).toMatchObject([
      { type: 'application.stage-changed', data: { from: 'Phone screen', to: 'Final interview' } },
    ]);
  });

  test('move-stage leaves an application where it is already', async () => {
    const person = await on.add({ application: { stage: 'Phone screen' } });
    const run = await on.world.enrol(
      flow([{ id: 'move', type: 'move-stage', data: { stage: 'Phone screen' } }]),
      person,
    );
    expect(told(await on.world.ledger(run))[1]).toBe('move next unchanged already-there');
    expect(await on.world.caused(run)).toEqual([]);
  });

  test('move-stage blocks without an application, and where the pipeline has no such stage', async () => {
    const without = await on.world.enrol(
      flow([{ id: 'move', type: 'move-stage', data: { stage: 'Hired' } }]),
      await on.add(),
    );
    expect(told(await on.world.ledger(without))[1]).toBe('move - failed no-application');
    const person = await on.add({ application: { stage: 'Phone screen' } });
    const nowhere = await on.world.enrol(
      flow([{ id: 'move', type: 'move-stage', data: { stage: 'Reference call' } }]),
      person,
    );
    expect(told(await on.world.ledger(nowhere))[1]).toBe('move - failed stage-gone');
  });

  test('moving to a stage for the hired hires, and that leaves the flow before its next email', async () => {
    const person = await on.add({ application: { stage: 'Final interview' } });
    const hire = flow([
      { id: 'move', type: 'move-stage', data: { stage: 'Hired' } },
      { id: 'mail', type: 'send-email', data: { templateId: on.thanks } },
    ]);
    const run = await on.world.enrol(hire, person);
    expect(await on.world.facts(person)).toMatchObject({
      candidate: { status: 'hired' },
      application: { status: 'hired' },
    });
    expect((await on.world.caused(run)).map((each) => each.type)).toEqual([
      'application.stage-changed',
      'application.hired',
      'candidate.hired',
    ]);
    expect(await on.world.status(run)).toMatchObject({ status: 'exited', reason: 'exit:candidate.hired' });
    expect(await on.world.messages(person)).toEqual([]);
  });

  test('send-email writes to the candidate', async () => {
    const person = await on.add({ email: 'ines.carvalho@example.com' });
    const run = await on.world.enrol(
      flow([{ id: 'mail', type: 'send-email', data: { templateId: on.thanks } }]),
      person,
    );
    const [message] = await on.world.messages(person);
    expect(message).toMatchObject({ node: 'mail', to: 'ines.carvalho@example.com', subject: 'Hello Inês' });
    expect(message?.text).toContain('Thank you.');
    expect(told(await on.world.ledger(run))[1]).toBe('mail next done');
  });

  test.each([
    ['has no address', { email: null }, 'no-address'],
    ['must not be contacted', { status: 'do-not-contact' }, 'do-not-contact'],
    ['has unsubscribed', { unsubscribed: true }, 'suppressed'],
  ] as const)('send-email goes on without sending where the candidate %s', async (_why, more, code) => {
    const person = await on.add(more);
    const run = await on.world.enrol(
      flow([{ id: 'mail', type: 'send-email', data: { templateId: on.thanks } }]),
      person,
    );
    expect(await on.world.messages(person)).toEqual([]);
    expect(told(await on.world.ledger(run))[1]).toBe(`mail next skipped ${code}`);
    expect((await on.world.status(run)).status).toBe('ended');
  });

  test('send-email blocks where the template finds nothing to put in', async () => {
    const person = await on.add({ firstName: null });
    const run = await on.world.enrol(
      flow([{ id: 'mail', type: 'send-email', data: { templateId: on.thanks } }]),
      person,
    );
    expect(await on.world.messages(person)).toEqual([]);
    expect(told(await on.world.ledger(run))[1]).toBe('mail - failed template-problem');
    expect((await on.world.status(run)).status).toBe('blocked');
  });
}
