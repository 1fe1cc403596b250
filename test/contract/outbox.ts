/** Mail that waits to leave keeps to what holds when it leaves, not to what held when it was written. */
import { expect, test } from 'vitest';
import { contactSettingsSchema } from '../../engine/contact/settings.ts';
import { flow } from './flows.ts';
import type { Setup } from './setup.ts';

export function outboxCases(on: Setup): void {
  const nurture = { contact: { class: 'nurture' }, exitOn: [] };
  const mail = (data: Record<string, unknown> = {}) =>
    flow([{ id: 'it', type: 'send-email', data: { templateId: on.thanks, ...data } }], nurture);
  const usual = contactSettingsSchema.parse({});
  /** From now until so many minutes later, on the clock of everyone here. */
  const clockIn = (minutes: number) =>
    new Date(on.world.now() + minutes * 60_000).toISOString().slice(11, 16);

  test('mail that waits for hours leaves sooner once the workspace has none', async () => {
    await on.world.setContact({
      ...usual,
      hours: [{ from: clockIn(120), to: clockIn(180), days: [1, 2, 3, 4, 5, 6, 7] }],
    });
    const run = await on.world.enrol(mail(), await on.add({ timeZone: 'UTC' }));
    expect(await on.world.left(run)).toEqual([]);
    await on.world.setContact(usual);
    expect(await on.world.left(run)).toEqual(['it']);
  });

  test('mail that waits for hours keeps to later ones that the workspace has given itself since', async () => {
    const hours = (start: number, end: number) => [
      { from: clockIn(start), to: clockIn(end), days: [1, 2, 3, 4, 5, 6, 7] },
    ];
    const [early, late] = [hours(60, 120), hours(180, 240)];
    await on.world.setContact({ ...usual, hours: early });
    const run = await on.world.enrol(mail(), await on.add({ timeZone: 'UTC' }));
    await on.world.setContact({ ...usual, hours: late });
    await on.world.pass('PT90M');
    expect(await on.world.left(run)).toEqual([]);
    await on.world.pass('PT2H');
    expect(await on.world.left(run)).toEqual(['it']);
    expect(await on.world.refusals(run)).toEqual(['hours']);
    await on.world.setContact(usual);
  });

  test('mail that waits does not leave once its sender is gone, and says why', async () => {
    const senderId = await on.world.addSender(`Careers ${on.pool}`);
    await on.world.setContact({
      ...usual,
      hours: [{ from: clockIn(60), to: clockIn(120), days: [1, 2, 3, 4, 5, 6, 7] }],
    });
    const run = await on.world.enrol(mail({ from: 'sender', senderId }), await on.add({ timeZone: 'UTC' }));
    await on.world.removeSender(senderId);
    await on.world.pass('PT90M');
    expect(await on.world.left(run)).toEqual([]);
    expect(await on.world.refusals(run)).toContain('sender-gone');
    await on.world.setContact(usual);
  });
}
