import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import {
  arbitrate,
  type Contact,
  type ContactHold,
  type WaitingMessage,
} from '../../engine/contact/arbiter.ts';
import { contactClasses } from '../../engine/contact/classes.ts';
import { type Hours, hoursSchema, nextInAll, nextInHours, nextOpening } from '../../engine/contact/hours.ts';
import { type Cap, readContactSettings } from '../../engine/contact/settings.ts';
import { contactInWords } from '../../engine/contact/settings-words.ts';
import { contactOf, stepHours } from '../../engine/contact/step-hours.ts';
import { decisionInWords } from '../../engine/contact/words.ts';
import { compile } from '../../engine/plan/compile.ts';
import { type SimulatedRun, type Simulation, simulate } from '../../engine/simulate/simulate.ts';
import { isHoliday, loadHolidays } from '../../engine/time/holidays.ts';
import { type Drawn, flow } from '../contract/flows.ts';
import { facts } from './people.ts';

beforeAll(loadHolidays);

const hour = 3_600_000;
const day = 24 * hour;
const utc = (text: string) => Date.parse(`${text}Z`);
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(0, 16));
const weekdays = [1, 2, 3, 4, 5];

test('the hours are those of the given clock, to the minute, and only on their days', () => {
  const office: Hours = { from: '09:00', to: '17:30', days: weekdays };
  const next = (text: string, zone = 'Europe/Lisbon') => iso(nextInHours(utc(text), office, zone));
  expect(next('2026-11-23T08:59')).toBe('2026-11-23T09:00');
  expect(next('2026-11-23T17:29')).toBe('2026-11-23T17:29');
  expect(next('2026-11-23T17:30')).toBe('2026-11-24T09:00');
  expect(next('2026-11-27T18:00')).toBe('2026-11-30T09:00');
  expect(next('2026-11-23T17:30', 'America/New_York')).toBe('2026-11-23T17:30');
  expect(next('2026-11-23T23:30', 'Asia/Tokyo')).toBe('2026-11-24T00:00');
});

test('where clocks are changed the wall’s count; hours may last into the next day', () => {
  const early: Hours = { from: '02:30', to: '00:00', days: [7] };
  expect(iso(nextInHours(utc('2026-03-28T12:00'), early, 'Europe/Berlin'))).toBe('2026-03-29T01:00');
  expect(iso(nextInHours(utc('2026-03-29T21:59'), early, 'Europe/Berlin'))).toBe('2026-03-29T21:59');
  expect(iso(nextInHours(utc('2026-03-29T22:00'), early, 'Europe/Berlin'))).toBe('2026-04-05T00:30');
  const night: Hours = { from: '22:00', to: '02:00', days: [5] };
  expect(iso(nextInHours(utc('2026-11-28T01:59'), night, 'UTC'))).toBe('2026-11-28T01:59');
  expect(iso(nextInHours(utc('2026-11-28T02:00'), night, 'UTC'))).toBe('2026-12-04T22:00');
});

test('several hours must all allow it; those that never meet are no instant', () => {
  const mornings: Hours = { from: '08:00', to: '12:00', days: weekdays };
  const late: Hours = { from: '11:00', to: '20:00', days: [2] };
  expect(iso(nextInAll(utc('2026-11-23T07:00'), [mornings, late], 'UTC'))).toBe('2026-11-24T11:00');
  expect(nextInAll(utc('2026-11-23T07:00'), [mornings, { ...late, from: '12:00' }], 'UTC')).toBeNull();
  expect(nextInAll(7, [], 'UTC')).toBe(7);
});

test('a week may have other hours on other days, and keeps to those of a step as well', () => {
  const week: Hours[] = [
    { from: '09:00', to: '18:00', days: [1, 2, 3, 4] },
    { from: '09:00', to: '15:00', days: [5] },
  ];
  expect(iso(nextInAll(utc('2026-11-26T17:00'), [week], 'UTC'))).toBe('2026-11-26T17:00');
  expect(iso(nextInAll(utc('2026-11-27T15:00'), [week], 'UTC'))).toBe('2026-11-30T09:00');
  const evening: Hours = { from: '16:00', to: '20:00', days: [4, 5] };
  expect(iso(nextInAll(utc('2026-11-27T08:00'), [week, evening], 'UTC'))).toBe('2026-12-03T16:00');
});

const office: Hours[] = [{ from: '09:00', to: '18:00', days: weekdays }];
test.each([
  [
    'Christmas, and the weekend after it',
    'DE',
    'Europe/Berlin',
    '2026-12-25T10:00',
    '2026-12-28T08:00',
    'Christmas Day',
  ],
  [
    'New Year, which is another year there already',
    'NZ',
    'Pacific/Auckland',
    '2026-12-31T20:30',
    '2027-01-04T20:00',
    "New Year's Day",
  ],
  [
    'a holiday that moves with Easter',
    'PT',
    'Europe/Lisbon',
    '2026-04-03T09:30',
    '2026-04-06T08:00',
    'Good Friday',
  ],
  [
    'a holiday of some regions only keeps nobody back',
    'DE',
    'Europe/Berlin',
    '2026-01-06T10:00',
    '2026-01-06T10:00',
    null,
  ],
  [
    'what is a holiday elsewhere keeps nobody back',
    'US',
    'America/New_York',
    '2026-12-28T15:00',
    '2026-12-28T15:00',
    null,
  ],
  ['a country that nobody knows has none', 'XX', 'UTC', '2026-12-25T10:00', '2026-12-25T10:00', null],
])('public holidays are closed: %s', (_, country, timeZone, from, to, holiday) => {
  const open = nextOpening(utc(from), { hours: office, timeZone, holidaysOf: country });
  expect([iso(open?.at ?? null), open?.holiday]).toEqual([to, holiday]);
});

test('where no hours are kept, what waits for a holiday to end leaves as the next day begins', () => {
  const open = nextOpening(utc('2026-12-25T10:00'), {
    hours: [],
    timeZone: 'Europe/Lisbon',
    holidaysOf: 'PT',
  });
  expect(iso(open?.at ?? null)).toBe('2026-12-26T00:00');
  // Through the turn of the year, over a weekend: the night from Thursday belongs to New Year’s Day.
  const night: Hours = { from: '22:00', to: '02:00', days: [4] };
  const turn = nextOpening(utc('2027-01-01T00:30'), { hours: [night], timeZone: 'UTC', holidaysOf: 'PT' });
  expect(iso(turn?.at ?? null)).toBe('2027-01-07T22:00');
});

test('hours on no day are refused; a step’s are made of what it names', () => {
  expect(hoursSchema.safeParse({ from: '08:00', to: '20:00', days: [] }).success).toBe(false);
  expect(stepHours({})).toEqual({ hours: null, problem: null });
  expect(stepHours({ sendFrom: '09:00' }).hours).toEqual({
    from: '09:00',
    to: '00:00',
    days: [1, 2, 3, 4, 5, 6, 7],
  });
  expect(stepHours({ sendDays: [5, 1, 5] }).hours?.days).toEqual([1, 5]);
  expect(stepHours({ sendFrom: '9' }).problem?.path).toEqual(['sendFrom']);
  expect(stepHours({ sendTo: '25:00' }).problem?.path).toEqual(['sendTo']);
});

test('a flow and a step that say nothing leave nothing in the plan', () => {
  expect(contactOf(undefined, {})).toBeNull();
  expect(contactOf(undefined, { urgent: true })).toEqual({ class: 'process', priority: 0, urgent: true });
  expect(contactOf({ class: 'nurture' }, {})).toEqual({ class: 'nurture', priority: 0 });
});

test('what is stored in another shape counts as the usual', () => {
  expect(readContactSettings({ caps: 'many' })).toEqual(readContactSettings(null));
  expect(readContactSettings(null)).toMatchObject({ hours: null, caps: [{ most: 2, days: 7 }, { most: 1 }] });
});

test('hours stored before weeks were known count as a week of one line', () => {
  const old = { from: '08:00', to: '12:00', days: weekdays };
  expect(readContactSettings({ hours: old }).hours).toEqual([old]);
  expect(readContactSettings({ hours: [old] }).hours).toEqual([old]);
});

test('what the rules of a workspace mean stands in sentences', () => {
  expect(contactInWords(readContactSettings(null))).toEqual([
    'At most 2 staying-in-touch and news mails together in 7 days.',
    'At most 1 news mail in 7 days.',
    'At any time of the day.',
  ]);
  expect(
    contactInWords({
      caps: [],
      skipHolidays: true,
      hours: [
        { from: '09:00', to: '18:00', days: [1, 2, 3, 4] },
        { from: '09:00', to: '00:00', days: [5, 7] },
      ],
    }),
  ).toEqual([
    'No limit to how many mails someone gets.',
    'Monday to Thursday 9:00–18:00, Friday and Sunday 9:00–24:00 in the candidate’s time, not on public holidays of the candidate’s country.',
  ]);
});

test('why a message waits is a sentence', () => {
  expect(decisionInWords('holiday', { holiday: 'Good Friday' })).toBe(
    'Good Friday is a public holiday where the candidate lives',
  );
  const detail = { most: 2, days: 7, lastAt: '2026-11-20T10:00:00.000Z', at: '2026-11-23T14:00:00.000Z' };
  expect(decisionInWords('cap', { ...detail, flow: 'Silver medallists' })).toBe(
    'Contacted 3 days ago by “Silver medallists”; at most 2 messages in 7 days',
  );
  expect(decisionInWords('cap', { ...detail, most: 1, days: 1, lastAt: detail.at })).toBe(
    'Contacted just before; at most 1 message in 1 day',
  );
});

const cap: fc.Arbitrary<Cap> = fc.record({
  classes: fc.uniqueArray(fc.constantFrom(...contactClasses), { minLength: 1 }),
  most: fc.integer({ min: 1, max: 4 }),
  days: fc.integer({ min: 1, max: 30 }),
});
const hours: fc.Arbitrary<Hours> = fc
  .record({
    from: fc.integer({ min: 0, max: 22 }),
    length: fc.integer({ min: 1, max: 12 }),
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
  })
  .map(({ from, length, days }) => {
    const clock = (n: number) => `${String(n).padStart(2, '0')}:00`;
    return { from: clock(from), to: clock((from + length) % 24), days };
  });
const zone = fc.constantFrom('UTC', 'Europe/Lisbon', 'America/New_York', 'Australia/Lord_Howe');
test('nothing opens outside its hours or on a holiday, nor later than it need, in whichever country and year', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: utc('2024-12-01T00:00'), max: utc('2028-02-01T00:00') }),
      fc.constantFrom('DE', 'PT', 'US', 'JP', 'NZ', 'BR'),
      zone,
      fc.array(hours, { maxLength: 1 }),
      (from, country, timeZone, kept) => {
        const open = nextOpening(from, { hours: kept, timeZone, holidaysOf: country });
        if (!open) return;
        const there = (ms: number) =>
          new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(ms);
        const closed = (ms: number) =>
          isHoliday(there(ms), country) !== null || nextInAll(ms, kept, timeZone) !== ms;
        expect(closed(open.at)).toBe(false);
        for (let at = from; at < open.at; at += hour / 2) expect(closed(at)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
}, 30_000);

const asked = fc.record({
  class: fc.constantFrom(...contactClasses),
  priority: fc.integer({ min: -2, max: 2 }),
  /** Hours after the one before. */
  later: fc.integer({ min: 0, max: 72 }),
  hours: fc.array(hours, { maxLength: 1 }),
  timeZone: zone,
  staleAfter: fc.option(fc.integer({ min: 1, max: 400 })),
});
const hold = fc.record({
  from: fc.integer({ min: 0, max: 900 }),
  hours: fc.integer({ min: 1, max: 400 }),
  covers: fc.constantFrom('nurture' as const, 'everything' as const),
});

/** What the deliverer does with one candidate: asks at each instant that was named, and when something is written. */
function deliver(
  caps: Cap[],
  requests: { message: WaitingMessage }[],
  holds: (ContactHold & { from: number })[],
) {
  const queue = new Map(requests.map(({ message }) => [message.id, message.since]));
  const messages = new Map(requests.map(({ message }) => [message.id, message]));
  const sent: Contact[] = [];
  const skipped: { id: string; at: number }[] = [];
  const end = Math.max(0, ...queue.values()) + 4000 * day;
  while (queue.size > 0) {
    const now = Math.min(...queue.values());
    if (now > end) break;
    const ready = [...queue].filter(([, at]) => at <= now).map(([id]) => messages.get(id) as WaitingMessage);
    const known = holds.filter((each) => each.from <= now);
    for (const [id, decision] of arbitrate(ready, { caps, holds: known, contacts: sent }, now)) {
      const { class: contactClass } = messages.get(id) as WaitingMessage;
      if (decision.verdict === 'defer') {
        expect(decision.until).toBeGreaterThan(now);
        queue.set(id, decision.until);
        continue;
      }
      queue.delete(id);
      if (decision.verdict === 'send') sent.push({ id, class: contactClass, at: now });
      else skipped.push({ id, at: now });
    }
  }
  return { sent, skipped, left: queue.size };
}

test('over any sends, no window of any cap ever holds more than it says, none leaves under a hold or out of hours, and each leaves or is skipped once', () => {
  const start = utc('2026-03-20T00:00');
  fc.assert(
    fc.property(
      fc.array(cap, { maxLength: 3 }),
      fc.array(asked, { minLength: 1, maxLength: 25 }),
      fc.array(hold, { maxLength: 3 }),
      (caps, requests, held) => {
        let at = start;
        const asking = requests.map(({ later, staleAfter, ...one }, index) => {
          at += later * hour;
          const staleAt = staleAfter === null ? null : at + staleAfter * hour;
          return { message: { ...one, id: `m${index}`, since: at, staleAt } };
        });
        const holds = held.map((one, index) => ({
          id: `h${index}`,
          from: start + one.from * hour,
          until: start + (one.from + one.hours) * hour,
          covers: one.covers,
        }));
        const { sent, skipped, left } = deliver(caps, asking, holds);
        expect(left).toBe(0);
        expect(new Set([...sent, ...skipped].map((one) => one.id)).size).toBe(asking.length);
        expect(sent.length + skipped.length).toBe(asking.length);
        for (const { classes, most, days } of caps) {
          const times = sent
            .filter((one) => classes.includes(one.class))
            .map((one) => one.at)
            .sort((a, b) => a - b);
          for (const [index, from] of times.entries()) {
            const within = times.slice(index).filter((each) => each < from + days * day);
            expect(within.length).toBeLessThanOrEqual(most);
          }
        }
        for (const { id, at: left } of sent) {
          const message = asking.find((one) => one.message.id === id)?.message as WaitingMessage;
          expect(nextInAll(left, message.hours, message.timeZone)).toBe(left);
          if (message.staleAt !== null) expect(left).toBeLessThan(message.staleAt);
          const under = holds.filter(
            (one) =>
              one.from <= left &&
              left < one.until &&
              (one.covers === 'everything' || message.class !== 'process'),
          );
          expect(under).toEqual([]);
        }
      },
    ),
    { numRuns: 300 },
  );
}, 30_000);

test('behind one that may still turn out not to leave, a message waits a moment and not the length of the cap', () => {
  const message = (id: string, more: Partial<WaitingMessage> = {}): WaitingMessage => ({
    id,
    class: 'nurture',
    priority: 0,
    since: 0,
    hours: [],
    timeZone: 'UTC',
    staleAt: null,
    ...more,
  });
  const caps: Cap[] = [{ classes: ['nurture'], most: 1, days: 7 }];
  const now = 30 * day;
  const rival = message('rival', { priority: 10, isRival: true });
  const budget = { caps, holds: [], contacts: [] };
  expect(arbitrate([message('own'), rival], budget, now).get('own')).toEqual({
    verdict: 'defer',
    code: 'rival',
    until: now + 60_000,
    detail: { messageId: 'rival' },
  });
  // Her own of more weight is certain to leave.
  const both = arbitrate([message('own'), message('first', { priority: 10 })], budget, now);
  expect(both.get('own')).toMatchObject({ code: 'cap', until: now + 7 * day });
  const sent = { ...budget, contacts: [{ id: 'sent', class: 'nurture' as const, at: now - day }] };
  expect(arbitrate([message('own'), rival], sent, now).get('own')).toMatchObject({
    code: 'cap',
    until: now + 6 * day,
  });
});

const start = Date.UTC(2026, 10, 23, 14, 32);
const mail = (id: string): Drawn => ({ id, type: 'send-email', data: { templateId: 't' } });
const play = (steps: Drawn[], settings: Record<string, unknown>, more: Partial<Simulation> = {}) =>
  simulate({
    plan: compile(flow(steps, settings), { templates: { t: 't-v1' } }),
    world: {
      templates: [{ id: 't', name: 'Thanks', subject: 'Hello', body: 'Thank you.' }],
      pools: [],
      stages: [],
    },
    facts: facts(),
    start,
    ...more,
  });
const times = (run: SimulatedRun) => run.messages.map(({ at, deferred }) => [iso(at), deferred]);

test('a simulation gives mails the times at which they would leave: hours, caps, and what she was sent before', () => {
  const nurture = { contact: { class: 'nurture' } };
  expect(times(play([mail('a'), mail('b'), mail('c')], nurture))).toEqual([
    ['2026-11-23T14:32', null],
    ['2026-11-23T14:32', null],
    ['2026-11-30T14:32', 'cap'],
  ]);
  const evening: Drawn = { ...mail('a'), data: { templateId: 't', sendFrom: '18:00', sendTo: '20:00' } };
  expect(times(play([evening], {}))).toEqual([['2026-11-23T18:00', 'hours']]);
  const contacts: Contact[] = [1, 2].map((n) => ({
    id: `before ${n}`,
    class: 'nurture',
    at: start - n * day,
  }));
  const known = play([mail('a')], nurture, {
    world: {
      templates: [{ id: 't', name: 'Thanks', subject: 'Hello', body: 'Thank you.' }],
      pools: [],
      stages: [],
      contacts,
    },
  });
  expect(times(known)).toEqual([['2026-11-28T14:32', 'cap']]);
});

test('a simulated mail that waits does not leave after an exit, and one that would be stale is skipped and told', () => {
  const evening = { ...mail('a'), data: { templateId: 't', sendFrom: '18:00' } };
  const wait: Drawn = { id: 'wait', type: 'wait', data: { for: 'P1D' } };
  const hired = { type: 'candidate.hired' as const, at: start + hour };
  expect(play([evening, wait], { exitOn: ['candidate.hired'] }, { events: [hired] }).messages).toEqual([]);
  expect(play([evening, wait], { exitOn: [] }, { events: [hired] }).messages).toHaveLength(1);
  // Also when the run has come to its end meanwhile, by an event or by the flow's own condition.
  expect(play([evening], { exitOn: ['candidate.hired'] }, { events: [hired] }).messages).toEqual([]);
  const exitWhen = { field: 'candidate.status', op: 'is', value: 'hired' };
  expect(play([evening], { exitOn: [], exitWhen }, { events: [hired] }).messages).toEqual([]);
  const later = { ...hired, at: start + 5 * hour };
  expect(play([evening], { exitOn: [], exitWhen }, { events: [later] }).messages).toHaveLength(1);
  const stale = { ...mail('a'), data: { templateId: 't', sendFrom: '18:00', skipAfter: 'PT2H' } };
  const late = play([stale], {});
  expect(late.messages).toEqual([]);
  expect([...late.skipped]).toEqual([['a 1', 'stale']]);
});

test('a simulation passes over public holidays of her country, says which, and leaves hiring mail alone', () => {
  const contact = { ...readContactSettings(null), hours: office, skipHolidays: true };
  const christmas = Date.UTC(2026, 11, 25, 10);
  const world = {
    templates: [{ id: 't', name: 'Thanks', subject: 'Hello', body: 'Thank you.' }],
    pools: [],
    stages: [],
    contact,
  };
  const at = (settings: Record<string, unknown>, more: Partial<Simulation> = {}) =>
    play([mail('a')], settings, {
      start: christmas,
      world,
      facts: facts({ country: 'PT', timeZone: 'UTC' }),
      ...more,
    });
  const touch = at({ contact: { class: 'nurture' } });
  expect(iso(touch.messages[0]?.at ?? null)).toBe('2026-12-28T09:00');
  expect(touch.steps.find((step) => step.node === 'a')?.detail.holiday).toBe('Christmas Day');
  expect(times(at({}))).toEqual([['2026-12-25T10:00', null]]);
  const unknown = at({ contact: { class: 'nurture' } }, { facts: facts({ country: null, timeZone: 'UTC' }) });
  expect(times(unknown)).toEqual([['2026-12-25T10:00', null]]);
});
