import { expect, test } from 'vitest';
import { addressIn, mailboxOf, readSenders } from '../../engine/contact/senders.ts';

const workspace = 'Halden Robotics <hello@jobs.example>';

test.each([
  [{ name: 'Marta Dias', address: null }, '"Marta Dias" <hello@jobs.example>'],
  [{ name: 'Careers', address: 'careers@halden.example' }, '"Careers" <careers@halden.example>'],
  [{ name: 'O’Neill, "Bo" \\', address: null }, '"O’Neill, \\"Bo\\" \\\\" <hello@jobs.example>'],
  [
    { name: 'Eve\r\nBcc: all@evil.example', address: null },
    '"Eve Bcc: all@evil.example" <hello@jobs.example>',
  ],
])('the sender %j is one mailbox, whatever stands in the name', (sender, mailbox) => {
  expect(mailboxOf({ ...sender, replyTo: null }, workspace)).toBe(mailbox);
  expect(addressIn(mailbox)).toBe(sender.address ?? 'hello@jobs.example');
});

test('an address may stand by itself', () => {
  expect(addressIn('hello@jobs.example')).toBe('hello@jobs.example');
});

test('what is stored and can be read by nobody means no senders', () => {
  expect(readSenders([{ id: 1 }])).toEqual([]);
  expect(readSenders(null)).toEqual([]);
});
