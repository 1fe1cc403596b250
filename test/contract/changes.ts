/** What a flow changes about a candidate and her application, and each way that can come out. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

export function changeCases(on: Setup): void {
  const step = (type: string, data: Record<string, unknown>) => flow([{ id: 'it', type, data }]);
  const blank = { company: null, headline: null };

  test('remove-tag takes the tag off, however it is spelt, and says what it took', async () => {
    const person = await on.add({ tags: ['met', 'Wärm', 'warm', 'strong'] });
    const run = await on.world.enrol(step('remove-tag', { tag: 'WARM' }), person);
    expect((await on.world.facts(person)).candidate.tags).toEqual(['met', 'strong']);
    expect(told(await on.world.ledger(run))[1]).toBe('it next done');
    expect(await on.world.caused(run)).toEqual([
      { type: 'candidate.untagged', data: { tag: 'Wärm' } },
      { type: 'candidate.untagged', data: { tag: 'warm' } },
    ]);
  });

  test('remove-tag leaves a candidate alone who has no such tag', async () => {
    const person = await on.add({ tags: ['met'] });
    const run = await on.world.enrol(step('remove-tag', { tag: 'warm' }), person);
    expect((await on.world.facts(person)).candidate.tags).toEqual(['met']);
    expect(told(await on.world.ledger(run))[1]).toBe('it next unchanged not-tagged');
    expect(await on.world.caused(run)).toEqual([]);
  });

  test('remove-from-pool takes out whoever is in it', async () => {
    const person = await on.add();
    const inAndOut = flow([
      { id: 'before', type: 'remove-from-pool', data: { poolId: on.pool } },
      { id: 'in', type: 'add-to-pool', data: { poolId: on.pool } },
      { id: 'out', type: 'remove-from-pool', data: { poolId: on.pool } },
    ]);
    const run = await on.world.enrol(inAndOut, person);
    expect((await on.world.facts(person)).candidate.pools).toEqual([]);
    expect(told(await on.world.ledger(run)).slice(1, 4)).toEqual([
      'before next unchanged not-member',
      'in next done',
      'out next done',
    ]);
    expect(await on.world.caused(run)).toMatchObject([
      { type: 'pool.joined' },
      { type: 'pool.left', data: { poolId: on.pool } },
    ]);
  });

  test('remove-from-pool blocks where the pool is gone', async () => {
    const person = await on.add();
    await on.world.removePool(on.pool);
    const run = await on.world.enrol(step('remove-from-pool', { poolId: on.pool }), person);
    expect(told(await on.world.ledger(run))[1]).toBe('it - failed pool-gone');
  });

  test.each(['add-to-pool', 'remove-from-pool'])(
    '%s blocks where a condition chooses who is in the pool',
    async (type) => {
      const person = await on.add();
      await on.world.keepPoolByCondition(on.pool);
      const run = await on.world.enrol(step(type, { poolId: on.pool }), person);
      expect(told(await on.world.ledger(run))[1]).toBe('it - failed pool-by-condition');
      expect(await on.world.status(run)).toMatchObject({ status: 'blocked', node: 'it' });
    },
  );

  test.each(['add-to-pool', 'remove-from-pool'])(
    '%s blocks where the pool is in the archive, and goes on once it is out again and the step is tried again',
    async (type) => {
      const person = await on.add();
      await on.world.archivePool(on.pool, true);
      const run = await on.world.enrol(step(type, { poolId: on.pool }), person);
      expect(told(await on.world.ledger(run))[1]).toBe('it - failed pool-archived');
      expect(await on.world.status(run)).toMatchObject({ status: 'blocked', node: 'it' });
      await on.world.archivePool(on.pool, false);
      await on.world.retry(run);
      expect(told(await on.world.ledger(run))[2]).toMatch(/^it#2 next (done|unchanged not-member)$/);
      expect(await on.world.status(run)).toMatchObject({ status: 'ended' });
    },
  );

  test.each([
    ['rejected', 'application.rejected'],
    ['withdrawn', 'application.withdrawn'],
  ] as const)('close-application closes it as %s, with the reason', async (as, type) => {
    const person = await on.add({ application: { stage: 'Phone screen' } });
    const run = await on.world.enrol(step('close-application', { as, reason: 'Position filled' }), person);
    expect((await on.world.facts(person)).application).toMatchObject({ status: as, stage: 'Phone screen' });
    expect(told(await on.world.ledger(run))[1]).toBe('it next done');
    expect(await on.world.caused(run)).toEqual([{ type, data: { reason: 'Position filled' } }]);
  });

  test('close-application leaves alone what is closed, passes over who is hired, and blocks without an application', async () => {
    const person = await on.add({ application: { stage: 'Phone screen' } });
    const twice = flow([
      { id: 'reject', type: 'close-application', data: { as: 'rejected', reason: 'Position filled' } },
      { id: 'again', type: 'close-application', data: { as: 'withdrawn', reason: 'Moved away' } },
    ]);
    const run = await on.world.enrol(twice, person);
    expect((await on.world.facts(person)).application).toMatchObject({ status: 'rejected' });
    expect(told(await on.world.ledger(run)).slice(1, 3)).toEqual([
      'reject next done',
      'again next unchanged already-closed',
    ]);
    const stays = { exitOn: ['message.unsubscribed'] };
    const hired = flow(
      [
        { id: 'hire', type: 'move-stage', data: { stage: 'Hired' } },
        { id: 'reject', type: 'close-application', data: { as: 'rejected', reason: 'Position filled' } },
      ],
      stays,
    );
    const lucky = await on.world.enrol(hired, await on.add({ application: { stage: 'Final interview' } }));
    expect(told(await on.world.ledger(lucky))[2]).toBe('reject next skipped hired-meanwhile');
    const without = await on.world.enrol(
      step('close-application', { as: 'rejected', reason: 'Position filled' }),
      await on.add(),
    );
    expect(told(await on.world.ledger(without))[1]).toBe('it - failed no-application');
  });

  test('a flow that is left on a rejection is left by its own, before its next email', async () => {
    const person = await on.add({ application: { stage: 'Phone screen' } });
    const reject = flow(
      [
        { id: 'reject', type: 'close-application', data: { as: 'rejected', reason: 'Position filled' } },
        { id: 'mail', type: 'send-email', data: { templateId: on.thanks } },
      ],
      { exitOn: ['application.rejected'] },
    );
    const run = await on.world.enrol(reject, person);
    expect(await on.world.status(run)).toMatchObject({
      status: 'exited',
      reason: 'exit:application.rejected',
    });
    expect(await on.world.messages(person)).toEqual([]);
  });

  test.each([
    ['candidate.headline', 'Platform engineer', { headline: 'Platform engineer' }],
    ['candidate.country', 'pt', { country: 'PT' }],
    ['candidate.timeZone', 'Asia/Tokyo', { timeZone: 'Asia/Tokyo' }],
    ['candidate.source', 'Referral', { source: 'Referral' }],
    ['candidate.lastName', 'Nunes', { lastName: 'Nunes', fullName: 'Inês Nunes' }],
  ])('set-field writes %s', async (field, value, expected) => {
    const person = await on.add();
    const run = await on.world.enrol(step('set-field', { field, value }), person);
    expect((await on.world.facts(person)).candidate).toMatchObject(expected);
    expect(told(await on.world.ledger(run))[1]).toBe('it next done');
    expect(await on.world.caused(run)).toEqual([{ type: 'candidate.updated', data: { fields: [field] } }]);
  });

  test.each([
    [undefined, 'Staff', 'Staff'],
    ['number', '4.5', 4.5],
    ['yes-no', 'Yes', true],
    ['list', 'Go, Rust,, Go', ['Go', 'Rust']],
  ])('set-field writes a field of one’s own as %s', async (as, value, expected) => {
    const person = await on.add();
    const run = await on.world.enrol(
      step('set-field', { field: 'candidate.custom.level', value, as }),
      person,
    );
    expect((await on.world.facts(person)).candidate.custom).toEqual({ level: expected });
    expect(await on.world.caused(run)).toEqual([
      { type: 'candidate.updated', data: { fields: ['candidate.custom.level'] } },
    ]);
  });

  test('set-field fills in variables, clears by an empty value, and leaves alone what stands so already', async () => {
    const person = await on.add();
    const field = 'candidate.company';
    const run = await on.world.enrol(
      flow([
        { id: 'write', type: 'set-field', data: { field, value: '{{ candidate.firstName | upcase }} Ltd' } },
        { id: 'same', type: 'set-field', data: { field, value: ' INÊS Ltd ' } },
        { id: 'nothing', type: 'set-field', data: { field, value: '{{ candidate.headline }}' } },
        { id: 'pause', type: 'wait', data: { for: 'P1D' } },
        { id: 'clear', type: 'set-field', data: { field } },
      ]),
      person,
    );
    expect((await on.world.facts(person)).candidate.company).toBe('INÊS Ltd');
    await on.world.pass('P2D');
    expect((await on.world.facts(person)).candidate).toMatchObject(blank);
    expect(told(await on.world.ledger(run)).slice(1)).toEqual([
      'write next done',
      'same next unchanged already-so',
      'nothing next skipped came-to-nothing',
      'pause next',
      'clear next done',
      'done -',
    ]);
  });

  test('set-field blocks where what was filled in is no such value', async () => {
    const person = await on.add({ timeZone: 'Europe/Lisbon' });
    const run = await on.world.enrol(
      step('set-field', { field: 'candidate.timeZone', value: '{{ candidate.firstName }}/Nowhere' }),
      person,
    );
    expect(told(await on.world.ledger(run))[1]).toBe('it - failed value-bad');
    expect((await on.world.facts(person)).candidate.timeZone).toBe('Europe/Lisbon');
  });
}
