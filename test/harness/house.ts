/** A whole house on one database, with a clock the test holds: pumps are stepped, nothing runs by itself. */
import { readFileSync } from 'node:fs';
import type { Db } from '../../db/connect.ts';
import { newId } from '../../db/id.ts';
import { planSweeps } from '../../db/queries/sweeps.ts';
import { secretsFrom } from '../../db/secrets.ts';
import { fold } from '../../engine/conditions/fold.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { compile } from '../../engine/plan/compile.ts';
import type { Clocks } from '../../workflows/client.ts';
import type { Context } from '../../workflows/context.ts';
import { silentLog } from '../../workflows/log.ts';
import { readAllowed } from '../../workflows/outside/address.ts';
import { allPumps } from '../../workflows/pumps/index.ts';
import { drain, type PumpWork } from '../../workflows/pumps/pump.ts';
import { catcher } from '../../workflows/transports/catcher.ts';
import type { Transport } from '../../workflows/transports/transport.ts';

/** Monday, 23 November 2026, 14:32 UTC. */
export const monday = Date.UTC(2026, 10, 23, 14, 32);

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export interface TestClock {
  now(): number;
  set(ms: number): void;
}

export function testClock(start = monday): TestClock {
  let now = start;
  return {
    now: () => now,
    set: (ms) => {
      now = ms;
    },
  };
}

export const testSecrets = secretsFrom('a secret key for tests, long enough');

export const testHouse = {
  publicUrl: 'https://jobs.example',
  mailFrom: 'Halden Robotics <hello@jobs.example>',
  replyDomain: 'jobs.example',
  secrets: testSecrets,
  webhookAllow: readAllowed([]),
};

export const testContext = (db: Db, clock: { now(): number } = testClock()): Context => ({
  db,
  clock,
  house: testHouse,
  log: silentLog,
  triggerMaxAgeDays: 7,
});

export interface House {
  db: Db;
  context: Context;
  pumps: PumpWork[];
  /** Until no pump finds anything to do. */
  settle(): Promise<void>;
}

export function houseOn(
  db: Db,
  clock: { now(): number },
  {
    clocks = () => null,
    transport = catcher(db),
  }: { clocks?: () => Clocks | null; transport?: Transport } = {},
): House {
  const context = testContext(db, clock);
  const pumps = allPumps({ context, provider: {}, transport, clocks });
  return { db, context, pumps, settle: () => drain(pumps) };
}

const file = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8');

export const flowFixture = (name: string): Graph =>
  graphSchema.parse(JSON.parse(file(`flows/${name}.flow.json`)));

export const stageNames = [
  'Applied',
  'Recruiter screen',
  'Technical interview',
  'Final interview',
  'Offer',
  'Hired',
  'Keep warm',
] as const;
const stageKinds = { Applied: 'lead', Offer: 'offer', Hired: 'hired', 'Keep warm': 'archived' } as const;

/** A pipeline with the usual stages. */
export async function addPipeline(
  db: Db,
  now = monday,
): Promise<{ id: string; stages: Record<string, string> }> {
  const id = newId(now);
  await db
    .insertInto('pipeline')
    .values({ id, name: 'Engineering', created_at: new Date(now) })
    .execute();
  const stages: Record<string, string> = {};
  for (const [position, name] of stageNames.entries()) {
    const stageId = newId(now);
    stages[name] = stageId;
    await db
      .insertInto('stage')
      .values({
        id: stageId,
        pipeline_id: id,
        name,
        name_key: fold(name),
        kind: stageKinds[name as keyof typeof stageKinds] ?? 'active',
        position,
      })
      .execute();
  }
  return { id, stages };
}

export async function addPool(db: Db, name: string, now = monday): Promise<string> {
  const id = newId(now);
  await db
    .insertInto('pool')
    .values({ id, name, name_key: fold(name), created_at: new Date(now) })
    .execute();
  return id;
}

export async function addTemplate(
  db: Db,
  name: string,
  subject: string,
  body: string,
  now = monday,
): Promise<{ id: string; versionId: string }> {
  const id = newId(now);
  const versionId = newId(now);
  const at = new Date(now);
  await db
    .insertInto('template')
    .values({ id, name, name_key: fold(name), created_at: at, updated_at: at })
    .execute();
  await db
    .insertInto('template_version')
    .values({ id: versionId, template_id: id, number: 1, subject, body, created_at: at })
    .execute();
  await db.updateTable('template').set({ current_version_id: versionId }).where('id', '=', id).execute();
  return { id, versionId };
}

export async function addCandidate(
  db: Db,
  person: { name: string; email?: string; timeZone?: string; tags?: string[] },
  now = monday,
): Promise<string> {
  const id = newId(now);
  const at = new Date(now);
  const [first, ...rest] = person.name.split(' ');
  await db
    .insertInto('candidate')
    .values({
      id,
      first_name: first ?? null,
      last_name: rest.join(' ') || null,
      full_name: person.name,
      name_key: fold(person.name),
      search_key: fold(`${person.name} ${person.email ?? ''}`),
      time_zone: person.timeZone ?? null,
      tags: person.tags ?? [],
      created_at: at,
      updated_at: at,
      last_activity_at: at,
    })
    .execute();
  if (person.email) {
    await db
      .insertInto('candidate_email')
      .values({
        id: newId(now),
        candidate_id: id,
        address: person.email,
        address_key: fold(person.email),
        is_primary: true,
        created_at: at,
      })
      .execute();
  }
  return id;
}

/** Publishes a graph as it is: a flow with one live version. */
export async function publish(
  db: Db,
  graph: Graph,
  { templates = {}, now = monday }: { templates?: Record<string, string>; now?: number } = {},
): Promise<{ flowId: string; versionId: string }> {
  const flowId = newId(now);
  const versionId = newId(now);
  const at = new Date(now);
  const plan = compile(graph, { templates });
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('flow')
      .values({
        id: flowId,
        name: graph.name,
        name_key: fold(graph.name),
        draft: JSON.stringify(graph),
        draft_saved_at: at,
        created_at: at,
        updated_at: at,
      })
      .execute();
    await trx
      .insertInto('flow_version')
      .values({
        id: versionId,
        flow_id: flowId,
        number: 1,
        graph: JSON.stringify(graph),
        plan: JSON.stringify(plan),
        plan_hash: plan.hash,
        published_at: at,
        live_from: at,
      })
      .execute();
    for (const trigger of plan.triggers) {
      await trx
        .insertInto('flow_trigger')
        .values({
          version_id: versionId,
          node_id: trigger.node,
          event_type: trigger.event ?? 'enrolment.requested',
        })
        .execute();
    }
    await trx
      .updateTable('flow')
      .set({ state: 'live', live_version_id: versionId })
      .where('id', '=', flowId)
      .execute();
    await planSweeps(trx, flowId, plan, now);
  });
  return { flowId, versionId };
}

export interface GreenhousePerson {
  id: number;
  firstName: string;
  lastName: string;
  email: string;
  stage?: string;
  action?: string;
  appliedAt?: number;
}

/** The body of a Greenhouse webhook about one applicant. */
export const greenhouse = (person: GreenhousePerson) => ({
  action: person.action ?? 'new_candidate_application',
  payload: {
    application: {
      id: 700_000 + person.id,
      status: 'active',
      prospect: false,
      applied_at: new Date(person.appliedAt ?? monday).toISOString(),
      source: { id: 4, public_name: 'Careers page' },
      current_stage: { id: 11, name: person.stage ?? 'Applied' },
      candidate: {
        id: person.id,
        first_name: person.firstName,
        last_name: person.lastName,
        email_addresses: [{ value: person.email, type: 'personal' }],
        phone_numbers: [],
        can_email: true,
      },
      jobs: [
        {
          id: 91,
          name: 'Senior backend engineer',
          departments: [{ name: 'Engineering' }],
          offices: [{ name: 'Lisbon' }],
        },
      ],
    },
  },
});

export async function addSource(
  db: Db,
  kind: 'greenhouse' | 'generic' = 'greenhouse',
  now = monday,
): Promise<string> {
  const id = newId(now);
  await db
    .insertInto('source')
    .values({
      id,
      key: `${kind}-${id}`,
      kind,
      name: kind,
      secret_sealed: testSecrets.seal('secret'),
      created_at: new Date(now),
    })
    .execute();
  return id;
}

/** What `POST /hooks` stores: the request and its place in the queue. */
export async function receive(
  db: Db,
  sourceId: string | null,
  kind: string,
  payload: unknown,
  now = monday,
  dedupe = newId(now),
): Promise<string> {
  const id = newId(now);
  await db
    .insertInto('inbound')
    .values({
      id,
      source_id: sourceId,
      kind,
      dedupe_key: dedupe,
      received_at: new Date(now),
      body: JSON.stringify({ headers: {}, payload }),
    })
    .execute();
  await db.insertInto('inbound_queue').values({ inbound_id: id }).execute();
  return id;
}
