/** What started a run, said in words. */
import { expect, test } from 'vitest';
import { happeningInWords, tells } from '../../engine/events/happening-words.ts';

test.each([
  ['pool.left', { poolId: 'p', name: 'Silver medallists' }, 'Left “Silver medallists”'],
  ['candidate.tagged', { tag: 'warm' }, 'Got the tag “warm”'],
  ['candidate.untagged', { tag: 'warm' }, 'Lost the tag “warm”'],
  ['date.came', { label: 'birthday', date: '2026-11-24' }, '“birthday” came: 24 Nov'],
  ['holiday.came', { name: 'Christmas Day', date: '2026-12-25' }, '“Christmas Day” came: 25 Dec'],
  ['schedule.came', { date: '2026-11-30' }, 'The scheduled day came: 30 Nov'],
  ['candidate.quiet', { days: 1 }, 'Nothing heard for 1 day'],
  ['candidate.quiet', { days: 90 }, 'Nothing heard for 90 days'],
  ['form.submitted', { name: 'First day' }, 'Sent in “First day”'],
  ['date.came', {}, 'The date came'],
  ['message.replied', { flowId: 'f' }, 'Replied'],
  ['custom.met', {}, '“met”'],
])('%s %j: %s', (type, data, words) => {
  expect(happeningInWords(type, data)).toBe(words);
});

test('what the sentence says is not said again as a condition, and what it does not say is', () => {
  expect(tells('pool.left', { poolId: 'p', name: 'Silver medallists' }, 'event.poolId')).toBe(true);
  expect(tells('pool.left', { poolId: 'p' }, 'event.poolId')).toBe(false);
  expect(tells('application.stage-changed', { to: 'Offer' }, 'event.to')).toBe(true);
  expect(tells('application.stage-changed', { to: 'Offer' }, 'event.from')).toBe(false);
  expect(tells('message.replied', { flowId: 'f' }, 'event.flowId')).toBe(false);
});
