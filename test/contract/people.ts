/** What a flow asks of colleagues: who owns whom, tasks, approvals, notes and notices. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

const day = 86_400_000;

export function peopleCases(on: Setup): void {
  const step = (type: string, data: Record<string, unknown>) => flow([{ id: 'it', type, data }]);
  const team = async () => [
    await on.world.addColleague('Marta Dias'),
    await on.world.addColleague('Tom Reed'),
  ];
  const ownerOf = async (person: string) => (await on.world.facts(person)).owner?.fullName ?? null;

  test('assign-owner makes one person the owner, and leaves her alone who is it already', async () => {
    const [marta = ''] = await team();
    const person = await on.add();
    const twice = flow([
      { id: 'give', type: 'assign-owner', data: { to: 'person', personId: marta } },
      { id: 'again', type: 'assign-owner', data: { to: 'person', personId: marta } },
    ]);
    const run = await on.world.enrol(twice, person);
    expect(await ownerOf(person)).toBe('Marta Dias');
    expect(told(await on.world.ledger(run)).slice(1, 3)).toEqual([
      'give next done',
      'again next unchanged already-owner',
    ]);
    expect(await on.world.caused(run)).toEqual([{ type: 'candidate.assigned', data: { ownerId: marta } }]);
  });

  test('assign-owner may leave whoever has an owner to her', async () => {
    const [marta = '', tom = ''] = await team();
    const person = await on.add({ owner: marta });
    const run = await on.world.enrol(
      step('assign-owner', { to: 'turn', peopleIds: [tom], keep: true }),
      person,
    );
    expect(await ownerOf(person)).toBe('Marta Dias');
    expect(told(await on.world.ledger(run))[1]).toBe('it next unchanged has-owner');
  });

  test.each(['turn', 'load'])('assign-owner by %s begins with the first who is named', async (to) => {
    const peopleIds = await team();
    const person = await on.add();
    await on.world.enrol(step('assign-owner', { to, peopleIds }), person);
    expect(await ownerOf(person)).toBe('Marta Dias');
  });

  test('assign-owner blocks where whoever is named is gone, and passes over one of several', async () => {
    const [, tom = ''] = await team();
    const gone = '01936f00-0000-7000-8000-000000000000';
    const person = await on.add();
    const run = await on.world.enrol(step('assign-owner', { to: 'person', personId: gone }), person);
    expect(told(await on.world.ledger(run))[1]).toBe('it - failed person-gone');
    const other = await on.add();
    await on.world.enrol(step('assign-owner', { to: 'turn', peopleIds: [gone, tom] }), other);
    expect(await ownerOf(other)).toBe('Tom Reed');
  });

  test('note writes a note, filled in; one that comes to nothing is passed over', async () => {
    const person = await on.add();
    const notes = flow([
      { id: 'write', type: 'note', data: { body: 'Ask {{ candidate.firstName }} about Lisbon.' } },
      { id: 'nothing', type: 'note', data: { body: '{{ candidate.headline }}' } },
    ]);
    const run = await on.world.enrol(notes, person);
    expect(told(await on.world.ledger(run)).slice(1, 3)).toEqual([
      'write next done',
      'nothing next skipped came-to-nothing',
    ]);
    expect(await on.world.caused(run)).toMatchObject([{ type: 'note.added' }]);
  });

  test('task gives the owner something to do, and the flow goes on', async () => {
    const [marta = ''] = await team();
    const person = await on.add({ owner: marta });
    const run = await on.world.enrol(
      step('task', { title: 'Call {{ candidate.firstName }}', to: 'owner', due: 'P2D' }),
      person,
    );
    expect(told(await on.world.ledger(run)).slice(1)).toEqual(['it next done', 'done -']);
    expect(await on.world.caused(run)).toEqual([
      { type: 'task.created', data: { kind: 'task', assigneeId: marta } },
    ]);
  });

  test('task is anyone’s where there is no owner, and blocks where the person is gone or the title comes to nothing', async () => {
    const unowned = await on.world.enrol(step('task', { title: 'Call', to: 'owner' }), await on.add());
    expect(await on.world.caused(unowned)).toEqual([
      { type: 'task.created', data: { kind: 'task', assigneeId: null } },
    ]);
    const gone = await on.world.enrol(
      step('task', { title: 'Call', to: 'person', personId: '01936f00-0000-7000-8000-000000000000' }),
      await on.add(),
    );
    expect(told(await on.world.ledger(gone))[1]).toBe('it - failed person-gone');
    const untitled = await on.world.enrol(
      step('task', { title: '{{ candidate.headline }}', to: 'owner' }),
      await on.add(),
    );
    expect(told(await on.world.ledger(untitled))[1]).toBe('it - failed title-empty');
  });

  const asks = (more: Record<string, unknown> = {}) =>
    flow(
      [
        {
          id: 'ask',
          type: 'approval',
          data: { title: 'Invite {{ candidate.firstName }}?', to: 'owner', timeout: 'P3D' },
          to: { approved: 'yes', declined: 'no', timeout: 'late' },
        },
        { id: 'yes', type: 'add-tag', data: { tag: 'invited' }, to: { next: 'done' } },
        { id: 'no', type: 'add-tag', data: { tag: 'declined' }, to: { next: 'done' } },
        { id: 'late', type: 'add-tag', data: { tag: 'late' }, to: { next: 'done' } },
      ],
      more,
    );

  test.each([
    ['approved', 'invited'],
    ['declined', 'declined'],
  ] as const)('approval waits, and goes on as %s', async (outcome, tag) => {
    const person = await on.add();
    const run = await on.world.enrol(asks(), person);
    expect(await on.world.status(run)).toMatchObject({ node: 'ask', until: on.world.now() + 3 * day });
    await on.world.pass('P1D');
    await on.world.decide(run, outcome);
    expect((await on.world.facts(person)).candidate.tags).toEqual([tag]);
    expect(told(await on.world.ledger(run))[1]).toBe(`ask ${outcome} done`);
    expect(await on.world.openApprovals(run)).toBe(0);
  });

  test('approval goes on by its timeout, and nobody can decide it after that', async () => {
    const person = await on.add();
    const run = await on.world.enrol(asks(), person);
    expect(await on.world.openApprovals(run)).toBe(1);
    await on.world.pass('P3D');
    expect(told(await on.world.ledger(run))[1]).toBe('ask timeout done');
    expect(await on.world.openApprovals(run)).toBe(0);
    await on.world.decide(run, 'approved');
    expect((await on.world.facts(person)).candidate.tags).toEqual(['late']);
  });

  test('approval is called off when the flow is left meanwhile', async () => {
    const run = await on.world.enrol(asks(), await on.add());
    await on.world.happen(run, { type: 'message.unsubscribed' });
    expect((await on.world.status(run)).status).toBe('exited');
    expect(await on.world.openApprovals(run)).toBe(0);
  });

  test('an approval asked again in a loop is another one, answered on its own', async () => {
    const again = flow([
      {
        id: 'ask',
        type: 'approval',
        data: { title: 'Now?', to: 'owner', timeout: 'P1D' },
        to: { approved: 'done', declined: 'done', timeout: 'ask' },
      },
    ]);
    const run = await on.world.enrol(again, await on.add());
    await on.world.pass('P1D');
    expect(await on.world.openApprovals(run)).toBe(1);
    // A wait in a loop lasts a minute at least.
    await on.world.pass('PT2M');
    await on.world.decide(run, 'approved');
    expect(told(await on.world.ledger(run)).slice(1)).toEqual([
      'ask timeout done',
      'ask#2 approved done',
      'done -',
    ]);
  });

  test('notify tells a person, and passes over an owner who is not there', async () => {
    const [marta = ''] = await team();
    const notices = flow([
      { id: 'her', type: 'notify', data: { via: 'app', to: 'person', personId: marta, text: 'A reply.' } },
      { id: 'owner', type: 'notify', data: { via: 'app', to: 'owner', text: 'A reply.' } },
    ]);
    const run = await on.world.enrol(notices, await on.add());
    expect(told(await on.world.ledger(run)).slice(1, 3)).toEqual([
      'her next done',
      'owner next skipped nobody-to-tell',
    ]);
  });
}
