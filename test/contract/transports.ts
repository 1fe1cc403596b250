/** What every transport promises, whatever takes the mail in at the other end. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import type { OutgoingMessage } from '../../db/queries/outbox.ts';
import type { Transport } from '../../workflows/transports/transport.ts';

export interface ArrivedMail {
  /** What the transport called it. */
  id: string;
  from: string;
  to: string;
  replyTo: string | null;
  subject: string;
  html: string;
  text: string;
  headers: Record<string, unknown>;
}

/** A transport and what can be found at its other end. */
export interface OtherEnd {
  transport: Transport;
  /** Everything that ever arrived for these addresses, in no order. */
  arrived(addresses: readonly string[]): Promise<ArrivedMail[]>;
  close(): Promise<void>;
}

const publicUrl = 'https://jobs.example';
const now = Date.UTC(2026, 2, 2, 9);

function mailTo(name: string, given: Partial<OutgoingMessage> = {}): OutgoingMessage {
  const messageId = newId();
  return {
    messageId,
    token: `token-${messageId}`,
    from: 'Halden Robotics <hello@jobs.example>',
    to: `${name}.${messageId}@mail.example`,
    replyTo: `reply+${messageId}@jobs.example`,
    subject: `Hello ${name}`,
    html: `<p>Hello ${name}.</p>`,
    text: `Hello ${name}.`,
    ...given,
  };
}

const addressesOf = (mails: readonly OutgoingMessage[]) => mails.map((mail) => mail.to);
const byAddress = (mails: readonly ArrivedMail[]) => new Map(mails.map((mail) => [mail.to, mail]));

export function transportContract(name: string, open: () => Promise<OtherEnd>): void {
  describe(`mail through ${name}`, () => {
    let end: OtherEnd;
    beforeAll(async () => {
      end = await open();
    });
    afterAll(() => end.close());

    const batchOf = (mails: readonly OutgoingMessage[]) => ({
      key: newId(),
      body: end.transport.encode(mails, publicUrl),
      now,
    });

    test('arrives as it was written', async () => {
      const mail = mailTo('ana');
      const sent = await end.transport.send(batchOf([mail]));
      expect(sent).toMatchObject({ outcome: 'accepted' });
      const { from, to, replyTo, subject, html, text } = mail;
      expect(await end.arrived([to])).toMatchObject([{ from, to, replyTo, subject, html, text }]);
    });

    test('can be left with one click', async () => {
      const mail = mailTo('ana');
      await end.transport.send(batchOf([mail]));
      expect((await end.arrived([mail.to]))[0]?.headers).toEqual({
        'List-Unsubscribe': `<${publicUrl}/u/${mail.token}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      });
    });

    test('has no reply address where none is given', async () => {
      const mail = mailTo('ana', { replyTo: null });
      await end.transport.send(batchOf([mail]));
      expect((await end.arrived([mail.to]))[0]?.replyTo).toBeNull();
    });

    test('comes from a bare address where the sender has no name', async () => {
      const mail = mailTo('ana', { from: 'hello@jobs.example' });
      await end.transport.send(batchOf([mail]));
      expect((await end.arrived([mail.to]))[0]?.from).toBe('hello@jobs.example');
    });

    test('keeps every script, sign and emoji of its subject and text', async () => {
      const words = 'Grüße, Zoë “𝓐na” – 招聘 · مرحبا 🎉 <b> & "quoted" \\';
      const mail = mailTo('zoe', { subject: words, text: `${words}\nand a second line` });
      await end.transport.send(batchOf([mail]));
      expect(await end.arrived([mail.to])).toMatchObject([{ subject: words, text: mail.text }]);
    });

    test('is named in the order of the batch', async () => {
      const mails = ['mei', 'ana', 'zoe', 'ben'].map((one) => mailTo(one));
      const sent = await end.transport.send(batchOf(mails));
      const arrived = byAddress(await end.arrived(addressesOf(mails)));
      expect(sent).toEqual({ outcome: 'accepted', ids: mails.map((mail) => arrived.get(mail.to)?.id) });
    });

    test('arrives once when the same batch is sent again under its key, and is named as before', async () => {
      const mails = [mailTo('ana'), mailTo('ben')];
      const batch = batchOf(mails);
      const first = await end.transport.send(batch);
      expect(await end.transport.send({ ...batch, now: now + 3_600_000 })).toEqual(first);
      expect(await end.arrived(addressesOf(mails))).toHaveLength(2);
    });

    test('arrives once when two send the same batch at the same moment, and neither is told that it did not leave', async () => {
      const mails = [mailTo('ana'), mailTo('ben')];
      const batch = batchOf(mails);
      const both = await Promise.all([end.transport.send(batch), end.transport.send(batch)]);
      const outcomes = both.map((sent) => sent.outcome);
      expect(outcomes).toContain('accepted');
      expect(outcomes.filter((outcome) => outcome !== 'accepted' && outcome !== 'ambiguous')).toEqual([]);
      expect(await end.arrived(addressesOf(mails))).toHaveLength(2);
    });

    test('arrives twice under two keys: the key alone says what is the same', async () => {
      const mail = mailTo('ana');
      await end.transport.send(batchOf([mail]));
      await end.transport.send(batchOf([mail]));
      expect(await end.arrived([mail.to])).toHaveLength(2);
    });

    test('leaves in batches as large as the transport says, each to its own address', async () => {
      const mails = Array.from({ length: end.transport.most }, (_, n) => mailTo(`person${n}`));
      const sent = await end.transport.send(batchOf(mails));
      const arrived = byAddress(await end.arrived(addressesOf(mails)));
      expect(sent).toEqual({ outcome: 'accepted', ids: mails.map((mail) => arrived.get(mail.to)?.id) });
      expect(mails.map((mail) => arrived.get(mail.to)?.subject)).toEqual(mails.map((mail) => mail.subject));
      expect(mails).toHaveLength(100);
    });

    test('is written byte for byte the same each time it is encoded', () => {
      const mails = [mailTo('ana'), mailTo('ben', { replyTo: null })];
      expect(end.transport.encode(mails, publicUrl)).toBe(end.transport.encode(mails, publicUrl));
    });
  });
}
