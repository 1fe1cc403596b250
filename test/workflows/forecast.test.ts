/** A forecast kept: a cohort is forecast, then really enrolled on the server that skips time, and each gets just that, just then. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forecastCohort } from '../../api/forecasting.ts';
import { requestEnrolments } from '../../db/queries/flow-runs.ts';
import { compileDraft } from '../../db/queries/flows.ts';
import { holdContact } from '../../db/queries/holds.ts';
import { suppressByHand } from '../../db/queries/suppressions.ts';
import { flow } from '../contract/flows.ts';
import { type Clockwork, clockworkOn, skipping } from '../harness/clockwork.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { addCandidate, addTemplate, day, minute, publish } from '../harness/house.ts';
import { timeSkipping } from '../harness/temporal.ts';

let fresh: FreshDatabase;
let env: TestWorkflowEnvironment;
let works: Clockwork;

beforeAll(async () => {
  fresh = await freshDatabase();
  env = await timeSkipping();
  works = await clockworkOn(fresh.db, skipping(env));
});
afterAll(async () => {
  await works.stop();
  await env.teardown();
  await fresh.drop();
});

/** Goes on to whatever is due next, a run or a mail, until nothing is. */
async function playOut(): Promise<void> {
  for (;;) {
    const due = await sql<{ at: Date | null }>`
      select least((select min(wake_at) from enrolment where status = 'open'), (select min(not_before) from email_queue)) as at`.execute(
      fresh.db,
    );
    const at = due.rows[0]?.at;
    if (!at) return;
    await works.pass(Math.max(1, at.getTime() - works.clock.now() + 1));
  }
}

interface Told {
  mails: { node: string | null; at: number }[];
  refused: string | null;
  status: string | null;
}

async function whatHappened(flowId: string, since: number): Promise<Map<string, Told>> {
  const found = await sql<{ id: string; told: Told }>`
    select c.id, jsonb_build_object(
      'mails', coalesce((select jsonb_agg(jsonb_build_object('node', m.node_id, 'at', floor(extract(epoch from m.sent_at) * 1000)) order by m.sent_at, m.created_at)
        from message m join enrolment e on e.id = m.enrolment_id
        where m.candidate_id = c.id and m.flow_id = ${flowId} and m.sent_at is not null and e.started_at >= ${new Date(since)}), '[]'),
      'refused', (select r.code from refusal r where r.candidate_id = c.id and r.flow_id = ${flowId}),
      'status', (select e.status from enrolment e where e.candidate_id = c.id and e.flow_id = ${flowId} and e.started_at >= ${new Date(since)})) as told
    from candidate c`.execute(fresh.db);
  return new Map(found.rows.map(({ id, told }) => [id, told]));
}

test('a cohort gets what was forecast: the same mails to the same people at the same instants, and the same refusals', async () => {
  const { db } = fresh;
  const now = () => works.clock.now();
  const news = await addTemplate(db, 'News', 'News', 'News of ours.', now());
  const thanks = await addTemplate(db, 'Thanks', 'Thanks, {{ candidate.firstName }}', 'Thank you.', now());
  const person = (name: string, more: { timeZone?: string; tags?: string[] } = {}) =>
    addCandidate(db, { name, email: `${name.toLowerCase()}@cohort.example`, ...more }, now());
  const ana = await person('Ana', { tags: ['warm'] });
  const ben = await person('Ben', { tags: ['warm'], timeZone: 'America/New_York' });
  const cai = await person('Cai');
  const dee = await person('Dee');
  const eva = await person('Eva');
  const fay = await person('Fay');
  const gus = await person('Gus');
  const hal = await person('Hal');
  const everyone = [ana, ben, cai, dee, eva, fay, gus, hal];
  await db.updateTable('candidate').set({ first_name: null }).where('id', '=', gus).execute();
  await db.deleteFrom('candidate_email').where('candidate_id', '=', eva).execute();
  await suppressByHand(db, 'fay@cohort.example', null, now());

  const pins = { templates: { [news.id]: news.versionId, [thanks.id]: thanks.versionId }, now: now() };
  const before = await publish(
    db,
    flow([{ id: 'other', type: 'send-email', data: { templateId: news.id } }], {
      contact: { class: 'nurture' },
      exitOn: [],
    }),
    pins,
  );
  const graph = flow(
    [
      { id: 'news', type: 'send-email', data: { templateId: news.id } },
      { id: 'night', type: 'wait', data: { for: 'P1D' } },
      { id: 'thanks', type: 'send-email', data: { templateId: thanks.id } },
      {
        id: 'reply',
        type: 'wait-for',
        data: { event: 'message.replied', timeout: 'P2D' },
        to: { event: 'done' },
      },
      {
        id: 'warm',
        type: 'branch',
        data: { cases: [{ port: 'yes', when: { field: 'candidate.tags', op: 'contains', value: 'warm' } }] },
        to: { else: 'done' },
      },
      { id: 'third', type: 'send-email', data: { templateId: news.id } },
    ],
    {
      contact: { class: 'nurture', hours: { from: '09:00', to: '17:00', days: [1, 2, 3, 4, 5] } },
      exitOn: [],
    },
  );
  const { flowId } = await publish(db, graph, pins);
  const enrol = async (into: string, candidateIds: string[]) => {
    await requestEnrolments(db, { flowId: into, candidateIds, by: { kind: 'system' } }, now());
    await works.rest();
  };
  // Somebody else's flow has written to one of them, somebody talks to another, and one is in the flow already.
  await enrol(before.flowId, [cai]);
  await enrol(flowId, [hal]);
  await works.pass(minute);
  await holdContact(
    db,
    dee,
    { until: now() + 2 * day, covers: 'nurture', reason: 'We are talking.' },
    'someone',
    now(),
  );

  const compiled = await compileDraft(db, { draft: graph, name: graph.name });
  if ('problems' in compiled) throw new Error('The flow cannot be published.');
  const start = now();
  const { runs } = await forecastCohort(db, {
    flowId,
    plan: compiled.plan,
    world: compiled.world,
    timeZone: 'UTC',
    cohort: { candidateIds: everyone },
    now: start,
    signal: new AbortController().signal,
  });
  await enrol(flowId, everyone);
  await playOut();

  const happened = await whatHappened(flowId, start);
  expect(runs.map((run) => run.candidateId).sort()).toEqual([...everyone].sort());
  for (const { candidateId, name, mails, refused, status } of runs) {
    const real = happened.get(candidateId);
    expect({ name, refused, status, mails: mails.map(({ node }) => node) }).toEqual({
      name,
      refused: real?.refused,
      status: real?.status,
      mails: real?.mails.map(({ node }) => node),
    });
    // The server's clock also goes on while it works: by less than what anyone would notice in a forecast.
    for (const [index, { at }] of mails.entries())
      expect(Math.abs((real?.mails[index]?.at ?? 0) - at), `${name}, mail ${index}`).toBeLessThan(2 * minute);
  }
  // Not everyone is the same, or this proved little.
  const by = (id: string) => runs.find((run) => run.candidateId === id);
  expect(by(ana)?.mails).toHaveLength(3);
  expect(by(hal)?.refused).toBe('already-in');
  expect(by(gus)?.status).toBe('blocked');
  expect([by(eva)?.mails, by(fay)?.mails]).toEqual([[], []]);
  expect(by(dee)?.mails[0]?.at).toBeGreaterThanOrEqual(start + 2 * day - minute);
  expect(by(cai)?.obstacles.map(({ code }) => code)).toContain('cap');
});
