/** The contract's world on real Postgres, with the real effects; the test holds the clock and calls `advance` itself. */
import { sql } from 'kysely';
import { newId } from '../../db/id.ts';
import { storeContact } from '../../db/queries/contact-settings.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { loadFacts } from '../../db/queries/facts.ts';
import { pauseByHand, resumeFlow } from '../../db/queries/flows.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { suppress } from '../../db/queries/messages.ts';
import { changePool } from '../../db/queries/pools.ts';
import { retryEnrolment } from '../../db/queries/repairs.ts';
import { insertSecret, removeSecret } from '../../db/queries/secrets.ts';
import { insertSender, removeSender } from '../../db/queries/senders.ts';
import { decideTask } from '../../db/queries/tasks.ts';
import { fold } from '../../engine/conditions/fold.ts';
import { addDuration } from '../../engine/time/calendar.ts';
import { advancing } from '../../workflows/context.ts';
import { freshDatabase } from '../harness/database.ts';
import {
  addCandidate,
  addPool,
  addTemplate,
  houseOn,
  publish,
  testClock,
  testHouse,
  testSecrets,
} from '../harness/house.ts';
import type { World } from './world.ts';

export async function makeSqlWorld(): Promise<World> {
  const fresh = await freshDatabase();
  const { db } = fresh;
  const clock = testClock();
  const house = houseOn(db, clock);
  const pipelineId = newId();
  const stageIds = new Map<string, string>();
  const applications = new Map<string, string>();
  const templates: Record<string, string> = {};
  await sql`update workspace set name = 'Halden Robotics'`.execute(db);
  await db
    .insertInto('pipeline')
    .values({ id: pipelineId, name: 'Engineering', created_at: new Date(clock.now()) })
    .execute();

  const advance = (id: string) => advancing(house.context, id, clock.now());
  const read = (id: string) =>
    db.selectFrom('enrolment').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const record = (
    candidateId: string,
    event: Omit<Parameters<typeof recordEvents>[1][number], 'candidateId'>,
  ) =>
    db.transaction().execute(async (trx) => {
      await lockCandidates(trx, [candidateId]);
      await recordEvents(trx, [{ candidateId, ...event }], clock.now());
    });
  const settle = async () => {
    for (const pump of house.pumps) if (pump.name !== 'deliver-email') await pump.round();
  };

  const takeNote = async () => {
    for (const { enrolment_id } of await db.selectFrom('mark').select('enrolment_id').distinct().execute())
      await advance(enrolment_id);
  };

  return {
    now: clock.now,
    async addTemplate({ name, subject, body }) {
      const { id, versionId } = await addTemplate(db, name, subject, body);
      templates[id] = versionId;
      return id;
    },
    addPool: (name) => addPool(db, name),
    async addFlow(graph) {
      const named = { ...graph, name: `${graph.name} ${newId()}` };
      return (await publish(db, named, { templates, now: clock.now() })).flowId;
    },
    async addColleague(name) {
      const id = newId();
      await db
        .insertInto('user')
        .values({ id, name, email: `${id}@halden.example`, role: 'recruiter' })
        .execute();
      return id;
    },
    async addStages(stages) {
      for (const [position, { name, kind }] of stages.entries()) {
        const id = newId();
        stageIds.set(name, id);
        await db
          .insertInto('stage')
          .values({ id, pipeline_id: pipelineId, name, name_key: fold(name), kind, position })
          .execute();
      }
    },
    async addCandidate({
      firstName,
      email,
      timeZone,
      tags,
      status = 'active',
      unsubscribed,
      application,
      owner,
    }) {
      const name = [firstName, 'Carvalho'].filter(Boolean).join(' ');
      const id = await addCandidate(db, { name, email: email ?? undefined, timeZone, tags }, clock.now());
      await db
        .updateTable('candidate')
        .set({ status, first_name: firstName, last_name: 'Carvalho', owner_id: owner ?? null })
        .where('id', '=', id)
        .execute();
      if (unsubscribed && email)
        await db.transaction().execute((trx) => suppress(trx, email, 'unsubscribed', null, clock.now()));
      if (application) {
        const applicationId = newId();
        const at = new Date(clock.now());
        applications.set(id, applicationId);
        await db
          .insertInto('application')
          .values({
            id: applicationId,
            candidate_id: id,
            pipeline_id: pipelineId,
            stage_id: stageIds.get(application.stage) ?? null,
            stage_since: at,
            applied_at: at,
            created_at: at,
          })
          .execute();
      }
      return id;
    },
    async nameCandidate(id, firstName) {
      await db.updateTable('candidate').set({ first_name: firstName }).where('id', '=', id).execute();
    },
    async addSecret(name) {
      const id = await insertSecret(db, { name, sealed: testSecrets.seal(name), by: null, now: clock.now() });
      return id as string;
    },
    async addSender(name) {
      const sender = { name, address: 'careers@halden.example', replyTo: null };
      return (await insertSender(db, sender, clock.now())) as string;
    },
    async removeSender(id) {
      await removeSender(db, id);
    },
    async setContact(settings) {
      await storeContact(db, settings, null, clock.now());
    },
    async left(enrolment) {
      for (const pump of house.pumps) if (pump.name === 'deliver-email') while ((await pump.round()) > 0);
      const rows = await db
        .selectFrom('message')
        .select('node_id')
        .where('enrolment_id', '=', enrolment)
        .where('sent_at', 'is not', null)
        .orderBy('sent_at')
        .execute();
      return rows.map(({ node_id }) => node_id ?? '');
    },
    async refusals(enrolment) {
      const rows = await db
        .selectFrom('contact_decision')
        .innerJoin('message', 'message.id', 'contact_decision.message_id')
        .select('contact_decision.code')
        .distinct()
        .where('message.enrolment_id', '=', enrolment)
        .orderBy('contact_decision.code')
        .execute();
      return rows.map(({ code }) => code);
    },
    async removeSecret(id) {
      await removeSecret(db, id, clock.now());
    },
    async changeCandidate(id, { timeZone, country, custom }) {
      await db
        .updateTable('candidate')
        .set({
          ...(timeZone ? { time_zone: timeZone } : {}),
          ...(country ? { country } : {}),
          ...(custom ? { custom: sql`custom || ${JSON.stringify(custom)}::jsonb` } : {}),
        })
        .where('id', '=', id)
        .execute();
      await record(id, { type: 'candidate.updated', by: { kind: 'person' } });
      await settle();
      await takeNote();
    },
    async keepPoolByCondition(id) {
      const nobody = { field: 'candidate.email', op: 'is', value: 'nobody' } as const;
      await changePool(db, id, { condition: nobody }, clock.now());
    },
    async archivePool(id, archived) {
      await changePool(db, id, { archived }, clock.now());
    },
    async removePool(id) {
      await db.deleteFrom('pool_member').where('pool_id', '=', id).execute();
      await db.deleteFrom('pool').where('id', '=', id).execute();
    },
    async enrol(graph, candidate) {
      const { flowId } = await publish(
        db,
        { ...graph, name: `${graph.name} ${newId()}` },
        { templates, now: clock.now() },
      );
      await record(candidate, {
        type: 'enrolment.requested',
        data: { flowId, applicationId: applications.get(candidate) ?? null },
        by: { kind: 'person' },
      });
      await settle();
      const { id } = await db
        .selectFrom('enrolment')
        .select('id')
        .where('flow_id', '=', flowId)
        .executeTakeFirstOrThrow();
      return id;
    },
    async happen(enrolment, { type, data }) {
      const row = await read(enrolment);
      const { candidate_id: candidateId, application_id: applicationId, node_id: node } = row;
      const { wait } = row.state;
      const answers = wait?.kind === 'answer' && wait.event === type;
      await record(candidateId, {
        type,
        data: answers ? { node, visit: wait.visit, ...data } : data,
        applicationId,
        enrolmentId: answers || type.startsWith('message.') ? enrolment : null,
        by: { kind: 'candidate' },
      });
      await advance(enrolment);
    },
    async decide(enrolment, outcome) {
      const { id } = await db
        .selectFrom('task')
        .select('id')
        .where('enrolment_id', '=', enrolment)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow();
      await decideTask(db, id, outcome, { kind: 'person' }, clock.now());
      await advance(enrolment);
    },
    async openApprovals(enrolment) {
      const open = await db
        .selectFrom('task')
        .select('id')
        .where('enrolment_id', '=', enrolment)
        .where('kind', '=', 'approval')
        .where('status', '=', 'open')
        .execute();
      return open.length;
    },
    async pass(duration) {
      const until = addDuration(clock.now(), duration, 'UTC');
      for (;;) {
        const soonest = await db
          .selectFrom('enrolment')
          .select(['id', 'wake_at'])
          .where('status', '=', 'open')
          .where('wake_at', '<=', new Date(until))
          .orderBy('wake_at')
          .limit(1)
          .executeTakeFirst();
        const due = await db
          .selectFrom('due')
          .select('next_at')
          .where('dead_reason', 'is', null)
          .where('next_at', '<=', new Date(Math.min(until, soonest?.wake_at?.getTime() ?? until)))
          .orderBy('next_at')
          .limit(1)
          .executeTakeFirst();
        // What is planned for an instant has happened when the deadline comes.
        if (due) {
          clock.set(Math.max(clock.now(), due.next_at.getTime()));
          await settle();
          await takeNote();
          continue;
        }
        if (!soonest?.wake_at) break;
        clock.set(Math.max(clock.now(), soonest.wake_at.getTime()));
        await advance(soonest.id);
      }
      clock.set(until);
    },
    async retry(enrolment) {
      await retryEnrolment(db, enrolment, 'someone', clock.now());
      await advance(enrolment);
    },
    async pause(enrolment) {
      const { flow_id } = await read(enrolment);
      await pauseByHand(db, flow_id, null, clock.now());
    },
    async resume(enrolment) {
      const { flow_id } = await read(enrolment);
      await resumeFlow(db, flow_id, clock.now());
      await advance(enrolment);
    },
    async facts(candidate) {
      const [facts] = await loadFacts(db, [
        { candidateId: candidate, applicationId: applications.get(candidate) ?? null },
      ]);
      if (!facts) throw new Error(`no candidate ${candidate}`);
      return facts;
    },
    async ledger(enrolment) {
      const rows = await db
        .selectFrom('step')
        .selectAll()
        .where('enrolment_id', '=', enrolment)
        .orderBy('ord')
        .execute();
      return rows.map((row) => ({
        node: row.node_id,
        visit: row.visit,
        outcome: row.outcome,
        port: row.port,
        result: typeof row.detail.result === 'string' ? row.detail.result : null,
        code: typeof row.detail.code === 'string' ? row.detail.code : null,
      }));
    },
    async messages(candidate) {
      const rows = await db
        .selectFrom('message')
        .select(['node_id as node', 'to_address as to', 'subject', 'text'])
        .where('candidate_id', '=', candidate)
        .where('direction', '=', 'out')
        .where('status', '<>', 'cancelled')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({ ...row, node: row.node ?? '' }));
    },
    async inNameOf(enrolment) {
      const { from_address: from } = await db
        .selectFrom('message')
        .select('from_address')
        .where('enrolment_id', '=', enrolment)
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow();
      return from === testHouse.mailFrom ? null : (/^"(.*)" </.exec(from)?.[1] ?? from);
    },
    async caused(enrolment) {
      const rows = await db
        .selectFrom('event')
        .select(['type', 'data'])
        .where('enrolment_id', '=', enrolment)
        .where('by_kind', '=', 'flow')
        .where('type', '<>', 'enrolment.ended')
        .orderBy('seq')
        .execute();
      return rows.map(({ type, data }) => (Object.keys(data).length > 0 ? { type, data } : { type }));
    },
    async status(enrolment) {
      const row = await read(enrolment);
      return {
        status: row.status,
        node: row.node_id,
        reason: row.end_reason,
        until: row.state.wait?.until ?? null,
      };
    },
    close: () => fresh.drop(),
  };
}
