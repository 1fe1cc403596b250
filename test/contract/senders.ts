/** In whose name mails go out: the workspace's, the owner's, a sender's; and never another's where that one is gone. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

export function senderCases(on: Setup): void {
  const send = (data: Record<string, unknown>) =>
    flow([{ id: 'it', type: 'send-email', data: { templateId: on.thanks, ...data } }]);

  test.each(['workspace', 'owner', 'sender'])('send-email goes out in the name of: %s', async (from) => {
    const owner = await on.world.addColleague('Marta Dias');
    const senderId = await on.world.addSender(`Careers ${on.pool} ${from}`);
    const person = await on.add({ owner });
    const run = await on.world.enrol(send({ from, senderId }), person);
    expect(told(await on.world.ledger(run))[1]).toBe('it next done');
    expect(await on.world.messages(person)).toHaveLength(1);
  });

  test('send-email blocks where there is no owner in whose name to write', async () => {
    const person = await on.add();
    const run = await on.world.enrol(send({ from: 'owner' }), person);
    expect(told(await on.world.ledger(run))[1]).toBe('it - failed sender-no-owner');
    expect((await on.world.status(run)).status).toBe('blocked');
    expect(await on.world.messages(person)).toEqual([]);
  });

  test('send-email blocks where its sender is gone, and writes in nobody else’s name', async () => {
    const senderId = await on.world.addSender(`Careers ${on.pool}`);
    const later = flow([
      { id: 'wait', type: 'wait', data: { for: 'PT1H' } },
      { id: 'it', type: 'send-email', data: { templateId: on.thanks, from: 'sender', senderId } },
    ]);
    const person = await on.add();
    const run = await on.world.enrol(later, person);
    await on.world.removeSender(senderId);
    await on.world.pass('PT1H');
    expect(told(await on.world.ledger(run))[2]).toBe('it - failed sender-gone');
    expect((await on.world.status(run)).status).toBe('blocked');
    expect(await on.world.messages(person)).toEqual([]);
  });
}
