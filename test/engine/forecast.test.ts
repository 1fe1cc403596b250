/** The forecast for a cohort: what each gets and when, what is in the way, and that its sums are right. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Contact } from '../../engine/contact/arbiter.ts';
import type { CandidateFacts } from '../../engine/facts.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { assumptionsOf } from '../../engine/forecast/assumptions.ts';
import type { ForecastEntry } from '../../engine/forecast/entry.ts';
import { CohortForecast, type CohortInput } from '../../engine/forecast/forecast.ts';
import { compile } from '../../engine/plan/compile.ts';
import type { PlanTrigger } from '../../engine/plan/ops.ts';
import { flow } from '../contract/flows.ts';
import { facts, now } from './people.ts';

const day = 86_400_000;
const hour = 3_600_000;
const templates = [
  { id: 't', name: 'Thanks', subject: 'Hello {{ candidate.firstName }}', body: 'Thank you.' },
  { id: 'n', name: 'News', subject: 'News', body: 'News.' },
];
const nurture = { contact: { class: 'nurture' } };
const mail = (id: string, templateId = 'n', data = {}) => ({
  id,
  type: 'send-email',
  data: { templateId, ...data },
});
const wait = (id: string, length: string) => ({ id, type: 'wait', data: { for: length } });
const planFor = (graph: Graph) => compile(graph, { templates: { t: 't-v1', n: 'n-v1' } });

function cohort(graph: Graph, more: Partial<CohortInput> = {}) {
  const plan = planFor(graph);
  const input: CohortInput = {
    plan,
    world: { templates, pools: [] },
    stages: [],
    timeZone: 'Europe/Lisbon',
    ...more,
  };
  const forecast = new CohortForecast(input);
  const trigger = plan.triggers[0] as PlanTrigger;
  const enter = (id: string, candidate: Partial<CandidateFacts> = {}, entry: Partial<ForecastEntry> = {}) =>
    forecast.enter({
      facts: facts({ id, fullName: `Person ${id}`, ...candidate }),
      at: now,
      trigger,
      event: null,
      suppressed: null,
      contacts: [],
      holds: [],
      earlier: [],
      ...entry,
    });
  return { enter, result: () => forecast.result() };
}

test('it says how many mails leave on which day and hour, the first and the last, and who comes where', () => {
  const { enter, result } = cohort(flow([mail('hello'), wait('breathe', 'P3D'), mail('again')]));
  expect(enter('a')?.mails).toEqual([
    { node: 'hello', at: now },
    { node: 'again', at: now + 3 * day },
  ]);
  enter('b');
  const told = result();
  expect(told).toMatchObject({
    people: 2,
    entering: 2,
    runs: 2,
    written: 2,
    mails: 4,
    first: now,
    last: now + 3 * day,
  });
  expect(told.days.map(({ date, mails }) => [date, mails])).toEqual([
    ['2026-11-23', 2],
    ['2026-11-26', 2],
  ]);
  expect(told.days[0]?.hours.indexOf(2)).toBe(14);
  expect(told.nodes.again).toEqual({ people: 2, visits: 2, mails: 2 });
  expect(told.ends).toEqual({ open: 0, blocked: 0, ended: 2, exited: 0, converted: 0 });
  expect(told.obstacles).toEqual([]);
});

test('days are those of the workspace, not of the person', () => {
  const { enter, result } = cohort(flow([mail('hello')]), { timeZone: 'Pacific/Auckland' });
  enter('a', { timeZone: 'America/New_York' });
  expect(result().days.map(({ date }) => date)).toEqual(['2026-11-24']);
});

test('a cap puts mail off, also for what others sent before, and the forecast says whose and which', () => {
  const three = flow([mail('one'), mail('two'), mail('three')], nurture);
  const { enter, result } = cohort(three);
  const before: Contact[] = [{ id: 'm', class: 'nurture', at: now - day }];
  expect(enter('a')?.mails.map(({ at }) => at)).toEqual([now, now, now + 7 * day]);
  expect(enter('b', {}, { contacts: before })?.mails.map(({ at }) => at)).toEqual([
    now,
    now + 6 * day,
    now + 7 * day,
  ]);
  expect(result().obstacles).toEqual([
    {
      kind: 'put-off',
      code: 'cap',
      node: 'three',
      detail: { template: 'News', most: 2, days: 7 },
      people: 2,
      times: 2,
    },
    {
      kind: 'put-off',
      code: 'cap',
      node: 'two',
      detail: { template: 'News', most: 2, days: 7 },
      people: 1,
      times: 1,
    },
  ]);
});

test('a variable that is missing is named with its template, and who lacks it stays there', () => {
  const { enter, result } = cohort(flow([mail('thanks', 't'), mail('again')]));
  enter('a');
  expect(enter('b', { firstName: null })).toMatchObject({ status: 'blocked', mails: [] });
  expect(result().obstacles).toMatchObject([
    {
      kind: 'stuck',
      code: 'template-problem',
      node: 'thanks',
      detail: { variable: 'candidate.firstName', template: 'Thanks' },
      people: 1,
    },
  ]);
  expect(result().ends).toMatchObject({ blocked: 1, ended: 1 });
});

test.each<[string, Partial<CandidateFacts>, Partial<ForecastEntry>]>([
  ['no-address', { email: null }, {}],
  ['do-not-contact', { status: 'do-not-contact' }, {}],
  ['suppressed', {}, { suppressed: 'Asked us not to write.' }],
])('someone who cannot be written to goes on without the mail: %s', (code, candidate, entry) => {
  const { enter, result } = cohort(flow([mail('hello')]));
  expect(enter('a', candidate, entry)).toMatchObject({ status: 'ended', mails: [] });
  expect(result()).toMatchObject({
    written: 0,
    obstacles: [{ kind: 'not-sent', code, node: 'hello', people: 1 }],
  });
});

test('a hold puts off what comes while it lasts', () => {
  const { enter, result } = cohort(flow([mail('hello')], nurture));
  const holds = [{ id: 'h', until: now + 2 * day, covers: 'nurture' as const }];
  expect(enter('a', {}, { holds })?.mails).toEqual([{ node: 'hello', at: now + 2 * day }]);
  expect(result().obstacles).toMatchObject([{ kind: 'put-off', code: 'held' }]);
});

test('what would come too late is not sent', () => {
  const { enter, result } = cohort(flow([mail('hello', 'n', { skipAfter: 'P1D' })], nurture));
  const holds = [{ id: 'h', until: now + 2 * day, covers: 'nurture' as const }];
  expect(enter('a', {}, { holds })?.mails).toEqual([]);
  expect(result().obstacles).toMatchObject([{ kind: 'not-sent', code: 'stale', node: 'hello' }]);
});

test('nobody replies: a wait for something is left by its timeout, and it says so', () => {
  const graph = flow([
    mail('ask'),
    {
      id: 'reply',
      type: 'wait-for',
      data: { event: 'message.replied', timeout: 'P14D' },
      to: { event: 'done' },
    },
    mail('remind'),
  ]);
  const { enter, result } = cohort(graph);
  expect(enter('a')?.mails.at(-1)).toEqual({ node: 'remind', at: now + 14 * day });
  expect(result().nodes.reply).toMatchObject({ people: 1 });
  const told = assumptionsOf(planFor(graph), false);
  expect(told).toContainEqual({ code: 'runs-out', node: 'reply' });
  expect(told).toContainEqual({ code: 'nobody-acts', node: null });
});

test('a call to another system is taken at once, and it says so; a person who is asked does not answer', () => {
  const graph = flow([
    { id: 'call', type: 'call-webhook', data: { url: 'https://rating.example' }, to: { success: 'ask' } },
    mail('remind'),
    {
      id: 'ask',
      type: 'approval',
      data: { title: 'Go on?', to: 'owner', timeout: 'P3D' },
      to: { timeout: 'late' },
    },
    mail('late'),
  ]);
  const { enter } = cohort(graph);
  expect(enter('a')?.mails).toEqual([{ node: 'late', at: now + 3 * day }]);
  const told = assumptionsOf(planFor(graph), false);
  expect(told).toContainEqual({ code: 'taken', node: 'call' });
  expect(told).toContainEqual({ code: 'no-answer', node: 'ask' });
});

test('who is in the flow already, was lately, or finds it full is not let in, and is told apart', () => {
  const settings = { reentry: 'after-exit', cooldown: 'P30D', maxOpen: 2 };
  const { enter, result } = cohort(flow([wait('breathe', 'P3D')], settings), { inside: 1 });
  const about = { applicationId: null, jobId: null };
  expect(enter('a', {}, { earlier: [{ ...about, from: now - 9 * day, to: null }] })?.refused).toBe(
    'already-in',
  );
  expect(enter('b', {}, { earlier: [{ ...about, from: now - 9 * day, to: now - day }] })?.refused).toBe(
    'cooling-down',
  );
  expect(enter('c')?.refused).toBeNull();
  expect(enter('d')?.refused).toBe('full');
  expect(enter('d', {}, { at: now + 4 * day })?.refused).toBeNull();
  expect(result()).toMatchObject({ people: 4, entering: 2, runs: 2 });
});

test('who comes twice is refused while inside, and her second run reckons with the mails of the first', () => {
  const { enter, result } = cohort(flow([mail('one'), mail('two'), wait('breathe', 'P2D')], nurture));
  enter('a');
  expect(enter('a', {}, { at: now + day })?.refused).toBe('already-in');
  expect(enter('a', {}, { at: now + 3 * day })?.mails.map(({ at }) => at)).toEqual([
    now + 7 * day,
    now + 7 * day,
  ]);
  expect(result()).toMatchObject({ people: 1, runs: 2, mails: 4, obstacles: [{}, {}, {}] });
});

test('a trigger’s condition is asked of the event and of her', () => {
  const graph = flow([
    { id: 'in', type: 'application-received', data: { source: 'greenhouse' } },
    mail('hello'),
  ]);
  const trigger = planFor(graph).triggers[0] as PlanTrigger;
  const event = {
    id: 'e',
    seq: 7,
    type: 'application.received',
    at: now,
    applicationId: null,
    enrolmentId: null,
    data: {},
  };
  const { enter, result } = cohort(graph);
  expect(enter('a', {}, { trigger, event })).toBeNull();
  expect(result()).toMatchObject({ people: 0, mails: 0 });
});

test('a loop that nobody leaves is followed for a year', () => {
  const graph = flow([
    mail('news'),
    {
      id: 'month',
      type: 'wait-for',
      data: { event: 'message.replied', timeout: 'P30D' },
      to: { event: 'done', timeout: 'news' },
    },
  ]);
  const { enter, result } = cohort(graph);
  expect(enter('a')).toMatchObject({ status: 'open' });
  expect(result()).toMatchObject({ mails: 13, ends: { open: 1 } });
});

const ledger = fc.array(
  fc.record({
    id: fc.uuid(),
    class: fc.constantFrom('nurture' as const, 'marketing' as const),
    at: fc.integer({ min: now - 10 * day, max: now - hour }),
  }),
  { maxLength: 4 },
);
const people = fc.array(
  fc.record({
    contacts: ledger,
    hold: fc.option(fc.integer({ min: now, max: now + 5 * day })),
    zone: fc.constantFrom('Europe/Lisbon', 'America/New_York', 'Asia/Tokyo'),
  }),
  { minLength: 1, maxLength: 12 },
);
const waits = fc.array(fc.constantFrom('PT1H', 'P1D', 'P2D', 'P9D'), { minLength: 1, maxLength: 5 });

test('days and hours add up to the mails, the same cohort is forecast the same, and no cap is passed', () => {
  fc.assert(
    fc.property(people, waits, (given, lengths) => {
      const graph = flow(
        lengths.flatMap((length, index) => [mail(`m${index}`), wait(`w${index}`, length)]),
        nurture,
      );
      const once = () => {
        const { enter, result } = cohort(graph);
        const runs = given.map(({ contacts, hold, zone }, index) =>
          enter(
            `c${index}`,
            { timeZone: zone },
            {
              contacts,
              holds: hold === null ? [] : [{ id: 'h', until: hold, covers: 'nurture' }],
            },
          ),
        );
        return { runs, told: result() };
      };
      const { runs, told } = once();
      expect(once()).toEqual({ runs, told });
      const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
      expect(sum(told.days.map(({ mails }) => mails))).toBe(told.mails);
      expect(sum(told.days.flatMap(({ hours }) => hours))).toBe(told.mails);
      expect(sum(Object.values(told.nodes).map(({ mails }) => mails))).toBe(told.mails);
      expect(sum(runs.map((run) => run?.mails.length ?? 0))).toBe(told.mails);
      for (const [index, run] of runs.entries()) {
        // What others sent may have been more than the cap allowed; what is forecast never is.
        const all = [...(given[index]?.contacts ?? []), ...(run?.mails ?? [])].map(({ at }) => at);
        for (const { at } of run?.mails ?? [])
          expect(all.filter((other) => other <= at && other > at - 7 * day).length).toBeLessThanOrEqual(2);
      }
    }),
    { numRuns: 60 },
  );
});
