/** In whose name mails go out: the workspace's, the owner's, a sender's; and never another's where that one is gone. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

const writing = ['send-email', 'survey', 'schedule-interview', 'invite-to-event', 'request-consent'];

export function senderCases(on: Setup): void {
  /** What every step needs that writes a mail. */
  const step = async (type: string, data: Record<string, unknown>) => {
    const link = { name: `Link ${on.pool}`, subject: 'For you', body: '[Open it]({{ link }})' };
    const templateId = type === 'send-email' ? on.thanks : await on.world.addTemplate(link);
    return { id: 'it', type, data: { templateId, name: 'Open evening', lasts: 'P2Y', ...data } };
  };
  const each = writing.flatMap((type) => ['workspace', 'owner', 'sender'].map((from) => [type, from]));

  test.each(each)('%s goes out in the name of: %s', async (type, from) => {
    const owner = await on.world.addColleague('Marta Dias');
    const senderId = await on.world.addSender(`Careers ${on.pool} ${from}`);
    const person = await on.add({ owner });
    const run = await on.world.enrol(flow([await step(type as string, { from, senderId })]), person);
    expect(told(await on.world.ledger(run))[1]).toBe('it next done');
    expect(await on.world.messages(person)).toHaveLength(1);
    const names = { owner: 'Marta Dias', sender: `Careers ${on.pool} sender`, workspace: null };
    expect(await on.world.inNameOf(run)).toBe(names[from as keyof typeof names]);
  });

  test.each(writing)('%s blocks where there is no owner in whose name to write', async (type) => {
    const person = await on.add();
    const run = await on.world.enrol(flow([await step(type, { from: 'owner' })]), person);
    expect(told(await on.world.ledger(run))[1]).toBe('it - failed sender-no-owner');
    expect((await on.world.status(run)).status).toBe('blocked');
    expect(await on.world.messages(person)).toEqual([]);
    expect(await on.world.caused(run)).toEqual([]);
  });

  test.each(writing)('%s blocks where its sender is gone, and writes in nobody else’s name', async (type) => {
    const senderId = await on.world.addSender(`Careers ${on.pool}`);
    const later = flow([
      { id: 'wait', type: 'wait', data: { for: 'PT1H' } },
      await step(type, { from: 'sender', senderId }),
    ]);
    const person = await on.add();
    const run = await on.world.enrol(later, person);
    await on.world.removeSender(senderId);
    await on.world.pass('PT1H');
    expect(told(await on.world.ledger(run))[2]).toBe('it - failed sender-gone');
    expect((await on.world.status(run)).status).toBe('blocked');
    expect(await on.world.messages(person)).toEqual([]);
    expect(await on.world.caused(run)).toEqual([]);
  });
}
