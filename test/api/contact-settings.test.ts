/** The workspace's rules for contact over the API: read by everyone, changed by an admin, whole and without overwriting. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const path = '/api/workspace/contact';
const rules = {
  hours: [
    { from: '09:00', to: '18:00', days: [1, 2, 3, 4] },
    { from: '09:00', to: '15:00', days: [5] },
  ],
  skipHolidays: true,
  caps: [{ classes: ['nurture'], most: 3, days: 14 }],
};

test('before anyone has changed them the usual rules hold, and a viewer may read them', async () => {
  const { status, body } = await api.as('viewer').get(path);
  expect([status, body]).toEqual([
    200,
    {
      hours: null,
      skipHolidays: false,
      caps: [
        { classes: ['nurture', 'marketing'], most: 2, days: 7 },
        { classes: ['marketing'], most: 1, days: 7 },
      ],
      revision: 0,
      timeZone: expect.any(String),
      inWords: [
        'At most 2 staying-in-touch and news mails together in 7 days.',
        'At most 1 news mail in 7 days.',
        'At any time of the day.',
      ],
    },
  ]);
});

test('an admin changes them, and is told what they mean now; nobody else may', async () => {
  expect((await api.as('recruiter').put(path, rules)).status).toBe(403);
  const { status, body } = await api.as('admin').put(path, rules);
  expect([status, body.revision]).toEqual([200, 1]);
  expect(body.inWords).toEqual([
    'At most 3 staying-in-touch mails in 14 days.',
    'Monday to Thursday 9:00–18:00, Friday 9:00–15:00 in the candidate’s time, not on public holidays of the candidate’s country.',
  ]);
  expect((await api.as('viewer').get(path)).body).toEqual(body);
});

test('who started from rules that someone has changed since is told, and overwrites nothing', async () => {
  const admin = api.as('admin');
  const { body: before } = await admin.get(path);
  const headers = { 'if-match': String(before.revision) };
  expect((await admin.put(path, { ...rules, caps: [] }, headers)).status).toBe(200);
  const late = await admin.put(path, rules, headers);
  expect([late.status, late.body.code]).toEqual([409, 'settings-stale']);
  expect((await admin.get(path)).body.caps).toEqual([]);
});

test.each([
  [{ caps: [{ classes: ['nurture'], most: 0, days: 7 }] }, 'caps.0.most', 'must be at least 1'],
  [{ caps: [{ classes: ['nurture'], most: 2, days: 1.5 }] }, 'caps.0.days', 'must be a whole number'],
  [{ caps: [{ classes: [], most: 2, days: 7 }] }, 'caps.0.classes', 'needs at least one kind of mail'],
  [{ hours: [{ from: '9', to: '18:00', days: [1] }] }, 'hours.0.from', 'is not a time such as 09:00'],
  [
    {
      hours: [
        { from: '09:00', to: '18:00', days: [1, 2] },
        { from: '10:00', to: '12:00', days: [2] },
      ],
    },
    'hours.1.days',
    'must name each day of the week once',
  ],
])('what cannot hold is refused with its field: %j', async (wrong, field, message) => {
  const { status, body } = await api.as('admin').put(path, { ...rules, ...wrong });
  expect([status, body.errors]).toEqual([422, [{ path: field, message }]]);
});
