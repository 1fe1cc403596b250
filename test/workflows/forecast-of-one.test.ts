/**
 * What an enrolment's page says will come, kept: every way of waiting and everything that may be answered is forecast
 * where a run rests there, and then happens so on the server that skips time.
 */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { forecastCohort } from '../../api/forecasting.ts';
import { forecastRun, type RunForecast } from '../../api/run-forecast.ts';
import { readEnrolmentPage } from '../../db/queries/enrolment-page.ts';
import { loadEnrolment } from '../../db/queries/enrolments.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { requestEnrolments } from '../../db/queries/flow-runs.ts';
import { loadWorld } from '../../db/queries/flow-world.ts';
import { compileDraft, pauseByHand, resumeFlow } from '../../db/queries/flows.ts';
import { holdContact } from '../../db/queries/holds.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { noNames } from '../../engine/flow/describe.ts';
import { steps } from '../../engine/steps/index.ts';
import type { Field } from '../../engine/steps/step.ts';
import { exampleOf } from '../../local/docs/flow-docs.ts';
import { type Drawn, flow } from '../contract/flows.ts';
import { type Clockwork, clockworkOn, skipping } from '../harness/clockwork.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { addCandidate, addTemplate, day, minute, publish } from '../harness/house.ts';
import { timeSkipping } from '../harness/temporal.ts';

interface Known {
  template: string;
  child: string;
  now: number;
}

interface Case {
  steps: (known: Known) => Drawn[];
  settings?: Record<string, unknown>;
  who?: { timeZone?: string; country?: string; custom?: Record<string, string> };
  /** Before she enters. */
  before?: (candidateId: string, known: Known) => Promise<unknown>;
  /** Once the forecast has been told. */
  meanwhile?: (run: { candidateId: string; enrolmentId: string; node: string }) => Promise<unknown>;
  /** The flow has been paused for a day when she is asked about, and goes on then. */
  paused?: true;
  /** Whether what is forecast of a newcomer can be told: nobody does anything. */
  newcomer?: false;
}

const iso = (ms: number) => new Date(ms).toISOString();
const mail = (id: string, { template }: Known, data: Record<string, unknown> = {}): Drawn => ({
  id,
  type: 'send-email',
  data: { templateId: template, ...data },
});
const tag = (id: string): Drawn => ({ id, type: 'add-tag', data: { tag: id } });
/** Begins to hold by time alone. */
const longHere = { field: 'candidate.createdAt', op: 'not-within-last', value: 'P5D' };
const office = { from: '09:00', to: '17:00', days: [1, 2, 3, 4, 5] };

let fresh: FreshDatabase;
let env: TestWorkflowEnvironment;
let works: Clockwork;

const answer =
  (outcome: string, event: 'task.answered' | 'flow.answered' | 'webhook.answered') =>
  async ({ candidateId, enrolmentId, node }: { candidateId: string; enrolmentId: string; node: string }) => {
    await record(candidateId, { type: event, enrolmentId, data: { node, visit: 1, outcome } });
  };

function record(
  candidateId: string,
  event: Omit<Parameters<typeof recordEvents>[1][number], 'candidateId' | 'by'>,
): Promise<unknown> {
  return fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    await recordEvents(trx, [{ candidateId, ...event, by: { kind: 'person' } }], works.clock.now());
  });
}

const approval: Drawn = {
  id: 'it',
  type: 'approval',
  data: { title: 'Offer?', to: 'owner', timeout: 'P3D' },
  to: { approved: 'yes', declined: 'no', timeout: 'late' },
};
const answered = [tag('yes'), { ...tag('no') }, { ...tag('late') }];
const toDone = answered.map((drawn) => ({ ...drawn, to: { next: 'done' } }));
const call: Drawn = {
  id: 'it',
  type: 'call-webhook',
  data: { url: 'https://hooks.example/new', method: 'POST', seconds: 5, patience: 'P1D' },
  to: { success: 'yes', failure: 'no', timeout: 'late' },
};
const child = ({ child: flowId }: Known): Drawn => ({
  id: 'it',
  type: 'run-flow',
  data: { flowId, waits: true, atMost: 'P9D' },
  to: { ended: 'yes', converted: 'yes', exited: 'no', refused: 'no', timeout: 'late' },
});

/** By step type; the step itself is `it`. */
const cases: Record<string, Record<string, Case>> = {
  wait: {
    'a length of time, and mail after it': {
      steps: (known) => [{ id: 'it', type: 'wait', data: { for: 'P2D' } }, mail('news', known)],
    },
    'working days over public holidays where she lives': {
      who: { country: 'PT', timeZone: 'Europe/Lisbon' },
      steps: (known) => [
        { id: 'it', type: 'wait', data: { for: 'P12D', count: 'working', skipHolidays: true } },
        mail('news', known),
        { id: 'again', type: 'wait', data: { for: 'P7D', count: 'working', skipHolidays: true } },
      ],
    },
    'clocks that are changed meanwhile': {
      who: { timeZone: 'America/New_York' },
      steps: (known) => [
        { id: 'it', type: 'wait', data: { for: 'P5M' } },
        { id: 'morning', type: 'wait-until', data: { time: '09:00' } },
        mail('news', known),
      ],
    },
    'a flow that was paused and moves its waits by as much': {
      paused: true,
      settings: { onResume: { policy: 'reanchor' } },
      steps: (known) => [{ id: 'it', type: 'wait', data: { for: 'P3D' } }, mail('news', known)],
    },
    'a flow that was paused over the end of the wait, and skips what is stale': {
      paused: true,
      settings: { onResume: { policy: 'skip', after: 'PT1H' } },
      steps: (known) => [
        { id: 'it', type: 'wait', data: { for: 'PT5H' } },
        mail('news', known),
        tag('after'),
      ],
    },
    'a flow that was paused over the end of the wait, and is late': {
      paused: true,
      settings: { onResume: { policy: 'late' } },
      steps: (known) => [
        { id: 'it', type: 'wait', data: { for: 'PT5H' } },
        mail('news', known),
        tag('after'),
      ],
    },
    'hours for sending': {
      who: { timeZone: 'Asia/Tokyo' },
      settings: { contact: { class: 'nurture', hours: office } },
      steps: (known) => [{ id: 'it', type: 'wait', data: { for: 'P2D' } }, mail('news', known)],
    },
    'limits that other mail has used up': {
      settings: { contact: { class: 'nurture' } },
      before: (candidateId, { now }) => sent(candidateId, [now - 2 * day, now - day]),
      steps: (known) => [{ id: 'it', type: 'wait', data: { for: 'P1D' } }, mail('news', known)],
    },
    'a hold on contact that ends': {
      settings: { contact: { class: 'nurture' } },
      before: (candidateId, { now }) =>
        holdContact(
          fresh.db,
          candidateId,
          { until: now + 4 * day, covers: 'nurture', reason: 'We talk.' },
          'someone',
          now,
        ),
      steps: (known) => [
        { id: 'it', type: 'wait', data: { for: 'P1D' } },
        mail('news', known),
        {
          id: 'free',
          type: 'wait-for',
          data: { event: 'contact.released', timeout: 'P9D' },
          to: { event: 'done', timeout: 'done' },
        },
      ],
    },
    'a flow that is left once time makes it so': {
      settings: { exitOn: [], exitWhen: longHere },
      steps: (known) => [{ id: 'it', type: 'wait', data: { for: 'P9D' } }, mail('news', known)],
    },
    'a goal whose window is over before': {
      settings: { goal: { events: ['application.received'], window: 'P1D', exit: true } },
      steps: (known) => [{ id: 'it', type: 'wait', data: { for: 'P2D' } }, mail('news', known)],
      meanwhile: async ({ candidateId }) => {
        await playUntil(works.clock.now() + day + minute);
        await record(candidateId, { type: 'application.received' });
      },
    },
  },
  'wait-until': {
    'a time of day in her zone': {
      who: { timeZone: 'Australia/Lord_Howe' },
      steps: (known) => [
        { id: 'it', type: 'wait-until', data: { time: '09:00', weekdays: [2, 4] } },
        mail('news', known),
        { id: 'hours', type: 'wait-until', data: { time: '22:00', latest: '23:30' } },
      ],
    },
  },
  'wait-for-date': {
    'a date of hers': {
      who: { custom: { start: '2027-06-01' }, timeZone: 'Europe/Lisbon' },
      steps: (known) => [
        {
          id: 'it',
          type: 'wait-for-date',
          data: { field: 'candidate.custom.start', by: 'P3D', before: true, time: '09:00' },
          to: { past: 'done' },
        },
        mail('news', known),
      ],
    },
    'a date that is past': {
      who: { custom: { start: '2020-06-01' } },
      steps: (known) => [
        { id: 'first', type: 'wait', data: { for: 'P1D' } },
        { id: 'it', type: 'wait-for-date', data: { field: 'candidate.custom.start' }, to: { past: 'past' } },
        mail('news', known),
        tag('past'),
      ],
    },
  },
  'wait-for': {
    'nothing comes': {
      steps: () => [
        {
          id: 'it',
          type: 'wait-for',
          data: { event: 'note.added', timeout: 'P2D' },
          to: { event: 'yes', timeout: 'no' },
        },
        ...toDone.slice(0, 2),
      ],
    },
    'it comes': {
      newcomer: false,
      steps: () => [
        {
          id: 'it',
          type: 'wait-for',
          data: { event: 'note.added', timeout: 'P2D' },
          to: { event: 'yes', timeout: 'no' },
        },
        ...toDone.slice(0, 2),
      ],
      meanwhile: async ({ candidateId }) => {
        await playUntil(works.clock.now() + day);
        await record(candidateId, { type: 'note.added' });
      },
    },
  },
  'wait-until-true': {
    'time makes it true': {
      steps: () => [
        {
          id: 'it',
          type: 'wait-until-true',
          data: { when: longHere, timeout: 'P30D' },
          to: { next: 'yes', timeout: 'no' },
        },
        ...toDone.slice(0, 2),
      ],
    },
    'it stays untrue': {
      steps: () => [
        {
          id: 'it',
          type: 'wait-until-true',
          data: { when: { field: 'candidate.tags', op: 'contains', value: 'warm' }, timeout: 'P4D' },
          to: { next: 'yes', timeout: 'no' },
        },
        ...toDone.slice(0, 2),
      ],
    },
  },
  approval: {
    'nobody answers': { steps: () => [approval, ...toDone] },
    'it is declined': {
      newcomer: false,
      steps: () => [approval, ...toDone],
      meanwhile: answer('declined', 'task.answered'),
    },
  },
  'run-flow': {
    'the other flow takes longer': {
      steps: (known) => [
        { ...child(known), data: { flowId: known.child, waits: true, atMost: 'P1D' } },
        ...toDone,
      ],
    },
    'the other flow comes to its end': { newcomer: false, steps: (known) => [child(known), ...toDone] },
  },
  'call-webhook': {
    // Of a newcomer it is taken that the other system takes the call.
    'nobody answers': { newcomer: false, steps: () => [call, ...toDone] },
    'it succeeds': {
      newcomer: false,
      steps: () => [call, ...toDone],
      meanwhile: answer('success', 'webhook.answered'),
    },
  },
};

/** What other flows have sent, by which limits count. */
async function sent(candidateId: string, times: readonly number[]): Promise<void> {
  for (const at of times)
    await sql`insert into message (id, candidate_id, direction, status, contact_class, to_address, from_address, subject, html, text, token, created_at, reserved_at, sent_at)
      select gen_random_uuid(), ${candidateId}, 'out', 'sent', 'nurture', 'a@b.example', 'c@d.example', 'News', '', '', gen_random_uuid()::text, ${new Date(at)}, ${new Date(at)}, ${new Date(at)}`.execute(
      fresh.db,
    );
}

interface Ran {
  enrolmentId: string;
  candidateId: string;
  forecast: RunForecast;
  newcomer: { mails: { node: string; at: number }[]; status: string | null; until: number } | null;
}
const ran = new Map<string, Ran>();
const all = Object.entries(cases).flatMap(([type, some]) =>
  Object.entries(some).map(([name, one]) => ({ key: `${type}: ${name}`, one })),
);

/** Goes on to whatever is due next, a run, a mail or the end of a hold, as far as `until`. */
async function playUntil(until = Number.POSITIVE_INFINITY): Promise<void> {
  for (;;) {
    const due = await sql<{ at: Date | null }>`
      select least((select min(wake_at) from enrolment where status = 'open'), (select min(not_before) from email_queue),
        (select min(next_at) from due where kind = 'hold-end' and dead_reason is null)) as at`.execute(
      fresh.db,
    );
    const at = due.rows[0]?.at;
    if (!at || at.getTime() > until) break;
    await works.pass(Math.max(1, at.getTime() - works.clock.now() + 1));
  }
  if (until > works.clock.now() && until < Number.POSITIVE_INFINITY)
    await works.pass(until - works.clock.now());
}

beforeAll(async () => {
  fresh = await freshDatabase();
  env = await timeSkipping();
  works = await clockworkOn(fresh.db, skipping(env));
  // Nothing answers from outside, but for what the table says.
  works.pumps.splice(
    works.pumps.findIndex(({ name }) => name === 'deliver-webhook'),
    1,
  );
  const { db } = fresh;
  const now = works.clock.now();
  const template = await addTemplate(db, 'News', 'News', 'News of ours.', now);
  const pins = { templates: { [template.id]: template.versionId }, now };
  const named = (name: string, steps: Drawn[], settings = {}) => ({ ...flow(steps, settings), name });
  const other = await publish(db, named('Other', [{ id: 'rest', type: 'wait', data: { for: 'P3D' } }]), pins);
  const known: Known = { template: template.id, child: other.flowId, now };
  const flows = new Map<string, string>();
  for (const [index, { key, one }] of all.entries()) {
    const { timeZone, country, custom = {} } = one.who ?? {};
    const candidateId = await addCandidate(
      db,
      { name: `Ana ${index}`, email: `ana${index}@one.example`, timeZone },
      now,
    );
    await db
      .updateTable('candidate')
      .set({ custom: JSON.stringify(custom), ...(country ? { country } : {}) })
      .where('id', '=', candidateId)
      .execute();
    await one.before?.(candidateId, known);
    const graph = named(key, one.steps(known), { exitOn: [], ...one.settings });
    const { flowId } = await publish(db, graph, pins);
    flows.set(key, flowId);
    const compiled = await compileDraft(db, { draft: graph, name: key });
    if ('problems' in compiled) throw new Error(`${key}: ${JSON.stringify(compiled.problems)}`);
    const at = works.clock.now();
    const asked = { flowId, plan: compiled.plan, world: compiled.world, timeZone: 'UTC', now: at };
    const { runs } = await forecastCohort(db, {
      ...asked,
      cohort: { candidateIds: [candidateId] },
      signal: new AbortController().signal,
    });
    await requestEnrolments(db, { flowId, candidateIds: [candidateId], by: { kind: 'system' } }, at);
    await works.rest();
    const { id } = await db
      .selectFrom('enrolment')
      .select('id')
      .where('flow_id', '=', flowId)
      .executeTakeFirstOrThrow();
    const newcomer = one.newcomer === false || one.paused || one.meanwhile ? null : (runs[0] ?? null);
    ran.set(key, {
      enrolmentId: id,
      candidateId,
      newcomer,
      forecast: { steps: [], leavesAt: null, assumptions: [] },
    });
    if (one.paused) await pauseByHand(db, flowId, null, works.clock.now());
  }
  await playUntil(now + day / 2);
  for (const { key, one } of all) {
    const run = ran.get(key) as Ran;
    const [enrolment, page] = [
      await loadEnrolment(db, run.enrolmentId),
      await readEnrolmentPage(db, run.enrolmentId),
    ];
    if (!enrolment || !page) throw new Error(`${key} is gone`);
    const world = await loadWorld(db, page.graph);
    run.forecast = await forecastRun(db, { enrolment, page, world, names: noNames, now: works.clock.now() });
    if (one.paused) {
      await resumeFlow(db, flows.get(key) as string, works.clock.now());
      await works.rest();
    }
  }
  for (const { key, one } of all) {
    const { candidateId, enrolmentId } = ran.get(key) as Ran;
    await one.meanwhile?.({ candidateId, enrolmentId, node: 'it' });
    await works.rest();
  }
  await playUntil();
}, 600_000);
afterAll(async () => {
  await works.stop();
  await env.teardown();
  await fresh.drop();
});

test('every step that waits, and every one that may be answered, is in the table', () => {
  const waiting = Object.values(steps).filter((step) => {
    const toggles = Object.entries(step.fields).filter(([, field]) => (field as Field).kind === 'toggle');
    const data = exampleOf(step, Object.fromEntries(toggles.map(([key]) => [key, true])));
    const op = step.compile(step.schema.parse(data), {}, { templates: {} });
    return op.op === 'sleep' || op.op === 'await' || (op.op === 'effect' && op.answer !== undefined);
  });
  expect(Object.keys(cases).sort()).toEqual(waiting.map(({ type }) => type).sort());
});

describe('what is forecast of a run that rests is what happens to it', () => {
  test.each(all.map(({ key }) => key))('%s', async (key) => {
    const { enrolmentId, forecast, newcomer } = ran.get(key) as Ran;
    const { db } = fresh;
    const ledger = await db
      .selectFrom('step')
      .selectAll()
      .where('enrolment_id', '=', enrolmentId)
      .orderBy('ord')
      .execute();
    const mails = await db
      .selectFrom('message')
      .select(['node_id', 'sent_at'])
      .where('enrolment_id', '=', enrolmentId)
      .orderBy('sent_at')
      .execute();
    const run = await db
      .selectFrom('enrolment')
      .selectAll()
      .where('id', '=', enrolmentId)
      .executeTakeFirstOrThrow();
    const came = new Map(ledger.map((row) => [row.node_id, row.entered_at.getTime()]));
    const near = (told: number, real: number | undefined, what: string) =>
      expect(
        Math.abs((real ?? 0) - told),
        `${what}: ${iso(told)} was forecast, ${real ? iso(real) : 'nothing'} came`,
      ).toBeLessThan(5 * minute);
    expect(run.status).not.toBe('open');
    expect(forecast.steps.length + (forecast.leavesAt ? 1 : 0)).toBeGreaterThan(0);
    for (const step of forecast.steps) {
      const at = came.get(step.node);
      if (at === undefined) expect(step.note, `${step.node} did not come`).toMatch(/^if /);
      else if (step.at !== null) near(step.at, at, step.node);
      else expect(at, step.node).toBeLessThanOrEqual((step.atLatest ?? 0) + 5 * minute);
      const left = mails.find(({ node_id }) => node_id === step.node)?.sent_at?.getTime();
      if (step.at !== null && at !== undefined)
        expect(step.leavesAt !== undefined, `${step.node} writes`).toBe(left !== undefined);
      if (step.leavesAt !== undefined && at !== undefined)
        near(step.leavesAt, left, `the mail of ${step.node}`);
    }
    const later = ledger.filter((row) => row.entered_at.getTime() > run.started_at.getTime() + day / 2);
    const told = new Set(forecast.steps.map(({ node }) => node));
    expect(later.map((row) => row.node_id).filter((node) => !told.has(node))).toEqual([]);
    if (forecast.leavesAt === null) expect(run.end_reason).not.toBe('exit-when');
    else near(forecast.leavesAt, run.ended_at?.getTime(), 'the exit');
    if (!newcomer) return;
    expect({ status: newcomer.status, mails: newcomer.mails.map(({ node }) => node) }).toEqual({
      status: run.status,
      mails: mails.map(({ node_id }) => node_id),
    });
    near(newcomer.until, run.ended_at?.getTime(), 'the newcomer’s end');
    for (const [index, { node, at }] of newcomer.mails.entries())
      near(at, mails[index]?.sent_at?.getTime(), `the newcomer’s ${node}`);
  });
});
