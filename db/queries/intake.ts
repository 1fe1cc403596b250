/** What a job board told, written down: who it is about, her application, and the events that follow. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import { isTimeZone } from '../../engine/time/calendar.ts';
import { newId } from '../id.ts';
import type { By, EventToWrite } from './events.ts';
import { lockCandidate, type Trx } from './lock.ts';
import { addressKey } from './messages.ts';

export interface InboundRow {
  id: string;
  kind: string;
  sourceId: string | null;
  receivedAt: Date;
  body: { headers?: Record<string, string>; payload: unknown };
  mapping: Record<string, string>;
}

/** Holds the queue's row until the transaction ends. */
export async function claimInbound(trx: Trx): Promise<InboundRow | null> {
  const claimed = await sql<InboundRow>`
    select i.id, i.kind, i.source_id as "sourceId", i.received_at as "receivedAt", i.body, coalesce(s.mapping, '{}') as mapping
    from inbound_queue q join inbound i on i.id = q.inbound_id left join source s on s.id = i.source_id
    where q.next_at <= now() order by q.next_at, q.inbound_id limit 1 for update of q skip locked`.execute(
    trx,
  );
  return claimed.rows[0] ?? null;
}

export async function settleInbound(
  trx: Trx,
  id: string,
  settled: { status: 'done' | 'ignored' | 'dead'; outcome: string; candidateId?: string | null },
): Promise<void> {
  await sql`
    with gone as (delete from inbound_queue where inbound_id = ${id})
    update inbound set status = ${settled.status}, outcome = ${settled.outcome}, candidate_id = ${settled.candidateId ?? null} where id = ${id}`.execute(
    trx,
  );
}

/** Tries again later; after the last try it is dead, which the set-up page shows. */
export async function postponeInbound(
  trx: Trx,
  id: string,
  why: string,
  mostAttempts: number,
): Promise<void> {
  await sql`
    with tried as (
      update inbound_queue set attempts = attempts + 1, next_at = now() + make_interval(secs => least(600, power(2, attempts)))
      where inbound_id = ${id} returning attempts
    ), dead as (
      update inbound set status = 'dead', outcome = ${why} from tried where id = ${id} and tried.attempts >= ${mostAttempts} returning id
    )
    delete from inbound_queue using dead where inbound_id = dead.id`.execute(trx);
}

export interface Person {
  externalId: string | null;
  firstName: string | null;
  lastName: string | null;
  emails: string[];
  phones: string[];
  headline: string | null;
  company: string | null;
  location: string | null;
  country: string | null;
  timeZone: string | null;
  links: { kind: string; url: string }[];
  doNotContact: boolean;
}

/** Who this is, today: by her id in the source, else by an address. Not locked. */
export async function findPerson(
  trx: Trx,
  sourceKind: string,
  person: Pick<Person, 'externalId' | 'emails'>,
): Promise<string | null> {
  const found = await sql<{ id: string }>`
    select candidate_id as id from (
      select candidate_id, 0 as rank from candidate_external where source_kind = ${sourceKind} and external_id = ${person.externalId}
      union all
      select candidate_id, 1 from candidate_email where address_key = any(${person.emails.map(addressKey)}::text[]) and not is_claim
    ) as matches order by rank, candidate_id limit 1`.execute(trx);
  return found.rows[0]?.id ?? null;
}

const fullName = (person: Pick<Person, 'firstName' | 'lastName' | 'emails'>): string =>
  [person.firstName, person.lastName].filter((name) => name !== null).join(' ') ||
  (person.emails[0]?.split('@')[0] ?? 'Unnamed');

/**
 * Finds the person and locks her, or makes her. Two requests about one new person at the same moment meet at a
 * unique key: the later transaction fails with a unique violation and is run again.
 */
export async function findOrCreatePerson(
  trx: Trx,
  sourceKind: string,
  source: string | null,
  person: Person,
  now: number,
): Promise<{ id: string; created: boolean }> {
  const found = await findPerson(trx, sourceKind, person);
  if (found) {
    const id = await lockCandidate(trx, found);
    if (id) return { id, created: false };
  }
  const id = newId(now);
  const at = new Date(now);
  const name = fullName(person);
  const zone = person.timeZone !== null && isTimeZone(person.timeZone) ? person.timeZone : null;
  await trx
    .insertInto('candidate')
    .values({
      id,
      first_name: person.firstName,
      last_name: person.lastName,
      full_name: name,
      name_key: fold(name),
      search_key: fold([name, ...person.emails, person.company ?? '', person.headline ?? ''].join(' ')),
      headline: person.headline,
      company: person.company,
      location: person.location,
      country: person.country,
      time_zone: zone,
      time_zone_from: zone === null ? null : 'source',
      source: source ?? sourceKind,
      created_at: at,
      updated_at: at,
      last_activity_at: at,
    })
    .execute();
  return { id, created: true };
}

/** Adds what is new about a person; fills what was empty and never overwrites what someone entered here. */
export async function enrichPerson(
  trx: Trx,
  id: string,
  sourceKind: string,
  person: Person,
  now: number,
): Promise<boolean> {
  const at = new Date(now);
  const emails = [...new Map(person.emails.map((address) => [addressKey(address), address]))].map(
    ([key, address]) => ({ id: newId(now), key, address: address.trim() }),
  );
  if (emails.length > 0) {
    // An address that someone else holds stays a claim until a person has looked at it.
    await sql`
      insert into candidate_email (id, candidate_id, address, address_key, is_primary, is_claim, created_at)
      select (row->>'id')::uuid, ${id}, row->>'address', row->>'key',
        ord = 1 and not exists (select from candidate_email where candidate_id = ${id} and is_primary),
        exists (select from candidate_email other where other.address_key = row->>'key' and not other.is_claim and other.candidate_id <> ${id}), ${at}
      from jsonb_array_elements(${JSON.stringify(emails)}::jsonb) with ordinality as given (row, ord)
      on conflict (candidate_id, address_key) do nothing`.execute(trx);
  }
  for (const number of new Set(person.phones)) {
    await trx
      .insertInto('candidate_phone')
      .values({ id: newId(now), candidate_id: id, number, created_at: at })
      .onConflict((c) => c.doNothing())
      .execute();
  }
  for (const link of person.links) {
    await trx
      .insertInto('candidate_link')
      .values({ id: newId(now), candidate_id: id, ...link })
      .onConflict((c) => c.doNothing())
      .execute();
  }
  if (person.externalId !== null) {
    await trx
      .insertInto('candidate_external')
      .values({ source_kind: sourceKind, external_id: person.externalId, candidate_id: id })
      .onConflict((c) => c.doNothing())
      .execute();
  }
  const filled = await sql`
    update candidate set
      headline = coalesce(headline, ${person.headline}), company = coalesce(company, ${person.company}),
      location = coalesce(location, ${person.location}), country = coalesce(country, ${person.country}),
      status = case when ${person.doNotContact} and status = 'active' then 'do-not-contact' else status end,
      updated_at = ${at}
    where id = ${id} and ((headline is null and ${person.headline}::text is not null) or (company is null and ${person.company}::text is not null)
      or (location is null and ${person.location}::text is not null) or (country is null and ${person.country}::text is not null)
      or (${person.doNotContact} and status = 'active'))`.execute(trx);
  return Number(filled.numAffectedRows ?? 0) > 0;
}

export interface Application {
  externalId: string | null;
  stage: string | null;
  status: 'active' | 'hired' | 'rejected' | 'withdrawn';
  source: string | null;
  appliedAt: number | null;
  job: {
    externalId: string | null;
    title: string;
    department: string | null;
    location: string | null;
  } | null;
}

interface KnownApplication {
  id: string;
  stageId: string | null;
  stageName: string | null;
  status: Application['status'];
  pipelineId: string;
}

/** Writes the application as the source has it and answers the events that follow. The candidate must be locked. */
export async function writeApplication(
  trx: Trx,
  candidateId: string,
  sourceKind: string,
  by: By,
  application: Application,
  now: number,
): Promise<EventToWrite[]> {
  const known =
    application.externalId === null
      ? undefined
      : await knownApplication(trx, sourceKind, application.externalId);
  return known
    ? updateApplication(trx, candidateId, by, known, application, now)
    : insertApplication(trx, candidateId, sourceKind, by, application, now);
}

async function knownApplication(
  trx: Trx,
  sourceKind: string,
  externalId: string,
): Promise<KnownApplication | undefined> {
  return trx
    .selectFrom('application')
    .leftJoin('stage', 'stage.id', 'application.stage_id')
    .select([
      'application.id',
      'application.stage_id as stageId',
      'stage.name as stageName',
      'application.status',
      'application.pipeline_id as pipelineId',
    ])
    .where('application.source_kind', '=', sourceKind)
    .where('application.external_id', '=', externalId)
    .executeTakeFirst();
}

async function insertApplication(
  trx: Trx,
  candidateId: string,
  sourceKind: string,
  by: By,
  application: Application,
  now: number,
): Promise<EventToWrite[]> {
  const job = application.job ? await findOrCreateJob(trx, sourceKind, application.job, now) : null;
  const pipelineId = job?.pipelineId ?? (await defaultPipeline(trx));
  const stage = await stageFor(trx, pipelineId, application);
  const id = newId(now);
  const appliedAt = Math.min(application.appliedAt ?? now, now);
  await trx
    .insertInto('application')
    .values({
      id,
      candidate_id: candidateId,
      job_id: job?.id ?? null,
      pipeline_id: pipelineId,
      stage_id: stage?.id ?? null,
      stage_since: new Date(now),
      status: application.status,
      source: application.source,
      source_kind: sourceKind,
      external_id: application.externalId,
      mirrored_stage: application.stage,
      mirrored_at: application.stage === null ? null : new Date(now),
      applied_at: new Date(appliedAt),
      created_at: new Date(now),
    })
    .execute();
  const events: EventToWrite[] = [
    {
      candidateId,
      type: 'application.received',
      at: appliedAt,
      applicationId: id,
      data: {
        source: sourceKind,
        jobId: job?.id ?? null,
        jobTitle: application.job?.title ?? null,
        stage: stage?.name ?? null,
      },
      by,
    },
  ];
  return [...events, ...statusEvents(candidateId, id, 'active', application.status, by)];
}

async function updateApplication(
  trx: Trx,
  candidateId: string,
  by: By,
  known: KnownApplication,
  application: Application,
  now: number,
): Promise<EventToWrite[]> {
  const stage =
    application.stage === null && application.status !== 'hired'
      ? null
      : await stageFor(trx, known.pipelineId, application, false);
  const moved = stage !== null && stage.id !== known.stageId;
  await sql`
    update application set status = ${application.status},
      stage_id = coalesce(${stage?.id ?? null}::uuid, stage_id),
      stage_since = case when ${moved} then ${new Date(now)}::timestamptz else stage_since end,
      mirrored_stage = coalesce(${application.stage}, mirrored_stage), mirrored_at = ${new Date(now)}
    where id = ${known.id}`.execute(trx);
  const events: EventToWrite[] = [];
  if (moved) {
    await trx
      .insertInto('stage_move')
      .values({
        id: newId(now),
        application_id: known.id,
        from_stage_id: known.stageId,
        to_stage_id: stage.id,
        by_kind: 'source',
        by_id: by.id ?? null,
        at: new Date(now),
      })
      .execute();
    events.push({
      candidateId,
      type: 'application.stage-changed',
      applicationId: known.id,
      data: { from: known.stageName, to: stage.name, fromStageId: known.stageId, toStageId: stage.id },
      by,
    });
  }
  return [...events, ...statusEvents(candidateId, known.id, known.status, application.status, by)];
}

function statusEvents(
  candidateId: string,
  applicationId: string,
  from: Application['status'],
  to: Application['status'],
  by: By,
): EventToWrite[] {
  if (from === to || to === 'active') return [];
  const events: EventToWrite[] = [{ candidateId, type: `application.${to}`, applicationId, by }];
  if (to === 'hired') events.push({ candidateId, type: 'candidate.hired', applicationId, by });
  return events;
}

/** Called with the events of an application: a hire makes the candidate a hired one. */
export async function followHire(
  trx: Trx,
  candidateId: string,
  events: readonly EventToWrite[],
  now: number,
): Promise<void> {
  if (!events.some((event) => event.type === 'candidate.hired')) return;
  await sql`update candidate set status = 'hired', updated_at = ${new Date(now)} where id = ${candidateId}`.execute(
    trx,
  );
}

async function findOrCreateJob(
  trx: Trx,
  sourceKind: string,
  job: NonNullable<Application['job']>,
  now: number,
): Promise<{ id: string; pipelineId: string }> {
  const found = await sql<{ id: string; pipelineId: string }>`
    select id, pipeline_id as "pipelineId" from job
    where ${job.externalId === null ? sql`title_key = ${fold(job.title)} and status = 'open'` : sql`source_kind = ${sourceKind} and external_id = ${job.externalId}`}
    order by created_at limit 1`.execute(trx);
  if (found.rows[0]) return found.rows[0];
  const pipelineId = await defaultPipeline(trx);
  const id = newId(now);
  await trx
    .insertInto('job')
    .values({
      id,
      title: job.title,
      title_key: fold(job.title),
      department: job.department,
      location: job.location,
      pipeline_id: pipelineId,
      source_kind: sourceKind,
      external_id: job.externalId,
      created_at: new Date(now),
    })
    .execute();
  return { id, pipelineId };
}

/** Thrown when a workspace has no pipeline to put an application in. */
export class NoPipeline extends Error {
  constructor() {
    super('There is no pipeline yet. Create one, then try this request again.');
    this.name = 'NoPipeline';
  }
}

async function defaultPipeline(trx: Trx): Promise<string> {
  const first = await trx
    .selectFrom('pipeline')
    .select('id')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (!first) throw new NoPipeline();
  return first.id;
}

/** The stage of the source's name; else the one its status asks for; else, for a new application, the first. */
async function stageFor(
  trx: Trx,
  pipelineId: string,
  application: Pick<Application, 'stage' | 'status'>,
  orFirst = true,
): Promise<{ id: string; name: string } | null> {
  const stages = await trx
    .selectFrom('stage')
    .select(['id', 'name', 'name_key', 'kind'])
    .where('pipeline_id', '=', pipelineId)
    .orderBy('position')
    .execute();
  const named =
    application.stage === null
      ? undefined
      : stages.find((stage) => stage.name_key === fold(application.stage ?? ''));
  const hired = application.status === 'hired' ? stages.find((stage) => stage.kind === 'hired') : undefined;
  return hired ?? named ?? (orFirst ? stages[0] : undefined) ?? null;
}
