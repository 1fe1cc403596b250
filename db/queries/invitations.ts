/** Invitations and what people answer to them by their link; the ledger of consent. */
import { sql } from 'kysely';
import { contactPurpose, type InvitationKind, type Invite } from '../../engine/invitations.ts';
import { addDuration } from '../../engine/time/calendar.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { retryConflicts } from '../transactions.ts';
import { recordEvents } from './events.ts';
import { lockCandidate, MergedMeanwhile, type Trx } from './lock.ts';

export interface InvitationToWrite {
  id: string;
  token: string;
  invite: Invite;
  enrolmentId: string;
  nodeId: string;
  visit: number;
  now: number;
}

export async function writeInvitations(trx: Trx, invitations: readonly InvitationToWrite[]): Promise<void> {
  if (invitations.length === 0) return;
  const rows = invitations.map(({ invite: { kind, ...details }, ...one }) => ({
    id: one.id,
    kind,
    enrolment_id: one.enrolmentId,
    node_id: one.nodeId,
    visit: one.visit,
    token: one.token,
    details,
    created_at: new Date(one.now),
  }));
  await sql`
    insert into invitation (id, kind, enrolment_id, node_id, visit, token, details, created_at)
    select id, kind, enrolment_id, node_id, visit, token, details, created_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      id uuid, kind text, enrolment_id uuid, node_id text, visit int, token text, details jsonb, created_at timestamptz)`.execute(
    trx,
  );
}

export interface OpenInvitation {
  id: string;
  kind: InvitationKind;
  candidateId: string;
  applicationId: string | null;
  enrolmentId: string;
  details: Omit<Invite, 'kind'>;
  firstName: string | null;
  timeZone: string;
}

/** Null: the link belongs to no invitation. */
export async function invitationBy(db: Db | Trx, token: string): Promise<OpenInvitation | null> {
  const found = await sql<OpenInvitation>`
    select i.id, i.kind, e.candidate_id as "candidateId", e.application_id as "applicationId", e.id as "enrolmentId", i.details,
      c.first_name as "firstName", coalesce(c.time_zone, w.time_zone) as "timeZone"
    from invitation i join enrolment e on e.id = i.enrolment_id join candidate c on c.id = e.candidate_id cross join workspace w
    where i.token = ${token}`.execute(db);
  return found.rows[0] ?? null;
}

export type ConsentAnswer = 'given' | 'withdrawn';

/** Until when a consent that is given now would hold; null: until it is withdrawn. */
export const consentUntil = ({ details, timeZone }: OpenInvitation, now: number): number | null =>
  details.lasts ? addDuration(now, details.lasts, timeZone) : null;

/**
 * Puts down what the candidate answered, once for each change of mind: the same answer again changes nothing.
 * `unknown`: no invitation to consent has this link.
 */
export async function answerConsent(
  db: Db,
  token: string,
  state: ConsentAnswer,
  now: number,
): Promise<{ outcome: 'recorded' | 'already'; until: number | null } | { outcome: 'unknown' }> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const invitation = await invitationBy(trx, token);
      if (invitation?.kind !== 'consent') return { outcome: 'unknown' as const };
      const { id, candidateId, applicationId } = invitation;
      if ((await lockCandidate(trx, candidateId)) !== candidateId) throw new MergedMeanwhile();
      const last = await trx
        .selectFrom('consent')
        .select(['state', 'invitation_id', 'expires_at'])
        .where('candidate_id', '=', candidateId)
        .where('purpose', '=', contactPurpose)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (last?.invitation_id === id && last.state === state)
        return { outcome: 'already' as const, until: last.expires_at?.getTime() ?? null };
      const until = state === 'given' ? consentUntil(invitation, now) : null;
      await writeConsent(trx, { candidateId, state, until, source: 'link', invitationId: id, now });
      await trx
        .updateTable('invitation')
        .set({ answered_at: new Date(now) })
        .where('id', '=', id)
        .execute();
      await recordEvents(
        trx,
        [
          {
            candidateId,
            // Not the run's own doing: it may wait for it.
            applicationId,
            type: state === 'given' ? 'consent.given' : 'consent.withdrawn',
            data: {
              invitation: id,
              purpose: contactPurpose,
              ...(until === null ? {} : { until: new Date(until).toISOString() }),
            },
            by: { kind: 'candidate' },
          },
        ],
        now,
      );
      return { outcome: 'recorded' as const, until };
    }),
  );
}

/** A row of the ledger, and what holds from then on. The candidate must be locked. */
async function writeConsent(
  trx: Trx,
  row: {
    candidateId: string;
    state: ConsentAnswer;
    until: number | null;
    source: string;
    invitationId: string | null;
    now: number;
  },
): Promise<void> {
  await trx
    .insertInto('consent')
    .values({
      id: newId(row.now),
      candidate_id: row.candidateId,
      purpose: contactPurpose,
      state: row.state,
      at: new Date(row.now),
      expires_at: row.until === null ? null : new Date(row.until),
      source: row.source,
      invitation_id: row.invitationId,
    })
    .execute();
  await consentAsRecorded(trx, row.candidateId);
}

/** Takes over what the ledger says of her now. */
export async function consentAsRecorded(trx: Trx, candidateId: string): Promise<void> {
  await sql`
    update candidate set (consent_until, consent_withdrawn_at, consent_given_at) = (
      select case when state = 'given' then expires_at end, case when state = 'withdrawn' then at end, case when state = 'given' then at end from consent
      where candidate_id = ${candidateId} and purpose = ${contactPurpose} order by at desc, id desc limit 1)
    where id = ${candidateId}`.execute(trx);
}
