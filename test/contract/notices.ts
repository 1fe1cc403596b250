/** How a flow tells colleagues something outside the app: what it leaves in the ledger, and when it cannot. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

export function noticeCases(on: Setup): void {
  const notify = (data: Record<string, unknown>) => flow([{ id: 'it', type: 'notify', data }]);
  const gone = '01936f00-0000-7000-8000-000000000000';

  test('notify by email tells a person, writes nothing to the candidate, and causes nothing', async () => {
    const marta = await on.world.addColleague('Marta Dias');
    const person = await on.add();
    const run = await on.world.enrol(
      notify({
        via: 'email',
        to: 'person',
        personId: marta,
        text: '{{ candidate.firstName }} replied.\nCall her.',
      }),
      person,
    );
    expect(told(await on.world.ledger(run)).slice(1)).toEqual(['it next done', 'done -']);
    expect(await on.world.messages(person)).toEqual([]);
    expect(await on.world.caused(run)).toEqual([]);
  });

  test('notify by email reaches her of whom nobody may write to the candidate', async () => {
    const marta = await on.world.addColleague('Marta Dias');
    const person = await on.add({ owner: marta, status: 'do-not-contact', unsubscribed: true, email: null });
    const run = await on.world.enrol(notify({ via: 'email', to: 'owner', text: 'A reply.' }), person);
    expect(told(await on.world.ledger(run))[1]).toBe('it next done');
  });

  test('notify by email passes over an owner who is not there and a text that comes to nothing, and blocks for who is gone', async () => {
    const unowned = await on.world.enrol(
      notify({ via: 'email', to: 'owner', text: 'A reply.' }),
      await on.add(),
    );
    expect(told(await on.world.ledger(unowned))[1]).toBe('it next skipped nobody-to-tell');
    const marta = await on.world.addColleague('Marta Dias');
    const empty = await on.world.enrol(
      notify({ via: 'email', to: 'owner', text: '{{ candidate.headline }}' }),
      await on.add({ owner: marta }),
    );
    expect(told(await on.world.ledger(empty))[1]).toBe('it next skipped came-to-nothing');
    const nobody = await on.world.enrol(
      notify({ via: 'email', to: 'person', personId: gone, text: 'A reply.' }),
      await on.add(),
    );
    expect(told(await on.world.ledger(nobody))[1]).toBe('it - failed person-gone');
  });

  test.each(['slack', 'teams'])('notify in a chat (%s) posts and goes on at once', async (chat) => {
    const secretId = await on.world.addSecret(`${chat} ${on.pool}`);
    const run = await on.world.enrol(
      notify({ via: 'chat', chat, secretId, text: '{{ candidate.fullName }} replied.' }),
      await on.add(),
    );
    expect(told(await on.world.ledger(run)).slice(1)).toEqual(['it next done', 'done -']);
  });

  test('notify in a chat passes over a text that comes to nothing, and blocks where its address is gone', async () => {
    const secretId = await on.world.addSecret(`Chat ${on.pool}`);
    const later = (text: string) =>
      flow([
        { id: 'wait', type: 'wait', data: { for: 'PT1H' } },
        { id: 'it', type: 'notify', data: { via: 'chat', chat: 'slack', secretId, text } },
      ]);
    const empty = await on.world.enrol(later('{{ candidate.headline }}'), await on.add());
    await on.world.pass('PT1H');
    expect(told(await on.world.ledger(empty))[2]).toBe('it next skipped came-to-nothing');
    const run = await on.world.enrol(later('A reply.'), await on.add());
    await on.world.removeSecret(secretId);
    await on.world.pass('PT1H');
    expect(told(await on.world.ledger(run))[2]).toBe('it - failed secret-gone');
    expect((await on.world.status(run)).status).toBe('blocked');
  });
}
