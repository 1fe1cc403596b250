/** The hand-written workflow's activities, in two measures: bare updates, and the same reads and writes as ours. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '../../../db/connect.ts';
import { newId } from '../../../db/id.ts';
import { recordEvents } from '../../../db/queries/events.ts';
import { loadFacts } from '../../../db/queries/facts.ts';
import { lockCandidates, type Trx } from '../../../db/queries/lock.ts';
import { fold } from '../../../engine/conditions/fold.ts';
import { renderMessage } from '../../../engine/templates/render.ts';

export interface HandwrittenActivities {
  tag(candidateId: string, tag: string): Promise<void>;
  moveStage(applicationId: string, stage: string): Promise<void>;
  email(candidateId: string, applicationId: string, which: string): Promise<void>;
  isInStage(applicationId: string, stage: string): Promise<boolean>;
}

/** One statement an action; the mail is one insert. Nothing is recorded, nothing is checked. */
export const bare = (db: Db): HandwrittenActivities => ({
  async tag(candidateId, tag) {
    await sql`update candidate set tags = array_append(tags, ${tag}) where id = ${candidateId}`.execute(db);
  },
  async moveStage(applicationId, stage) {
    await sql`update application set stage_id = (select id from stage where name = ${stage} and pipeline_id = application.pipeline_id), stage_since = now() where id = ${applicationId}`.execute(
      db,
    );
  },
  async email(candidateId, _applicationId, which) {
    await sql`
      insert into caught_mail (id, idempotency_key, position, from_address, to_address, subject, html, text, caught_at)
      select ${newId()}, ${`${candidateId}-${which}`}, 0, 'hello@jobs.example', address, 'Thank you', '<p>Hi</p>', 'Hi', now()
      from candidate_email where candidate_id = ${candidateId} and is_primary on conflict do nothing`.execute(
      db,
    );
  },
  async isInStage(applicationId, stage) {
    const found = await sql<{
      name: string;
    }>`select s.name from application a join stage s on s.id = a.stage_id where a.id = ${applicationId}`.execute(
      db,
    );
    return found.rows[0]?.name === stage;
  },
});

/** With what makes it honest: the lock, the facts, an event, a ledger row, a stored and rendered message. */
export const same = (db: Db): HandwrittenActivities => {
  const step = (candidateId: string, work: (trx: Trx) => Promise<void>) =>
    db.transaction().execute(async (trx) => {
      await lockCandidates(trx, [candidateId]);
      await work(trx);
    });
  const candidateOf = async (applicationId: string) =>
    (
      await db
        .selectFrom('application')
        .select('candidate_id')
        .where('id', '=', applicationId)
        .executeTakeFirstOrThrow()
    ).candidate_id;
  const record = (trx: Trx, candidateId: string, type: string, data: Record<string, unknown>) =>
    recordEvents(trx, [{ candidateId, type, data, by: { kind: 'flow' } }], Date.now());
  return {
    tag: (candidateId, tag) =>
      step(candidateId, async (trx) => {
        await loadFacts(trx, [{ candidateId, applicationId: null }]);
        await sql`update candidate set tags = array_append(tags, ${tag}), updated_at = now() where id = ${candidateId} and not ${tag} = any(tags)`.execute(
          trx,
        );
        await record(trx, candidateId, 'candidate.tagged', { tag });
      }),
    async moveStage(applicationId, stage) {
      const candidateId = await candidateOf(applicationId);
      await step(candidateId, async (trx) => {
        const [facts] = await loadFacts(trx, [{ candidateId, applicationId }]);
        const found = await sql<{ id: string }>`
          select id from stage where pipeline_id = ${facts?.application?.pipelineId ?? null} and name_key = ${fold(stage)}`.execute(
          trx,
        );
        const target = found.rows[0];
        if (!target) throw new Error('No such stage.');
        await sql`
          with target as (select id, kind from stage where id = ${target.id}),
          moved as (
            update application set stage_id = target.id, stage_since = now(),
              status = case when target.kind = 'hired' then 'hired' when application.status = 'hired' then 'active' else application.status end
            from target where application.id = ${applicationId}
          )
          insert into stage_move (id, application_id, from_stage_id, to_stage_id, by_kind, at)
          values (${newId()}, ${applicationId}, ${facts?.application?.stageId ?? null}, ${target.id}, 'flow', now())`.execute(
          trx,
        );
        await record(trx, candidateId, 'application.stage-changed', { to: stage });
      });
    },
    email: (candidateId, applicationId, which) =>
      step(candidateId, async (trx) => {
        const [facts] = await loadFacts(trx, [{ candidateId, applicationId }]);
        if (!facts?.candidate.email) return;
        const mail = renderMessage(
          {
            subject: 'Thank you, {{ candidate.firstName | default: "there" }}',
            body: 'Hi {{ candidate.firstName | default: "there" }}',
          },
          facts,
        );
        const id = newId();
        await trx
          .insertInto('message')
          .values({
            id,
            candidate_id: candidateId,
            token: randomBytes(24).toString('base64url'),
            from_address: 'hello@jobs.example',
            to_address: facts.candidate.email,
            ...mail,
            status: 'sent',
            created_at: new Date(),
          })
          .execute();
        await sql`
          insert into caught_mail (id, message_id, idempotency_key, position, from_address, to_address, subject, html, text, caught_at)
          values (${newId()}, ${id}, ${`${candidateId}-${which}`}, 0, 'hello@jobs.example', ${facts.candidate.email}, ${mail.subject}, ${mail.html}, ${mail.text}, now())
          on conflict do nothing`.execute(trx);
        await record(trx, candidateId, 'message.sent', {});
        await record(trx, candidateId, 'message.delivered', {});
      }),
    async isInStage(applicationId, stage) {
      const candidateId = await candidateOf(applicationId);
      const [facts] = await loadFacts(db, [{ candidateId, applicationId }]);
      return facts?.application?.stage === stage;
    },
  };
};
