/** The budget of contact: what may leave now is decided under the candidates' locks, and every refusal is written down. */
import { sql } from 'kysely';
import {
  arbitrate,
  type Contact,
  type ContactHold,
  type Decision,
  type WaitingMessage,
} from '../../engine/contact/arbiter.ts';
import type { ContactClass } from '../../engine/contact/classes.ts';
import {
  asOfNow,
  type Cap,
  type ContactSettings,
  type MessageContact,
  readContactSettings,
  type StepContact,
} from '../../engine/contact/settings.ts';
import { decisionInWords } from '../../engine/contact/words.ts';
import { isTimeZone } from '../../engine/time/calendar.ts';
import { loadHolidays } from '../../engine/time/holidays.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { Trx } from './lock.ts';

export interface Claimed {
  messageId: string;
  candidateId: string;
  contactClass: ContactClass;
  priority: number;
  sending: MessageContact | null;
  /** What the step that wrote it says of contact; null: nothing. */
  contact: StepContact | null;
  createdAt: Date;
}

const dayMs = 86_400_000;
/** How long a batch of uncertain outcome is repeated: as late as that its messages may have left. */
const repeatedMs = 23 * 3_600_000;

/**
 * Those of `messages` that may leave now; the others are put off or skipped, each with its row in the ledger. The
 * candidates must be locked, and stay so until what may leave is marked as sending: so two workers never spend one
 * budget twice. `now` in milliseconds.
 */
export async function withinBudget<M extends Claimed>(
  trx: Trx,
  messages: readonly M[],
  now: number,
): Promise<M[]> {
  if (messages.length === 0) return [];
  const settings = await readSettings(trx);
  const { caps } = settings;
  const budgets = await readBudgets(trx, messages, settings, now);
  const all = [
    ...messages.map((message) => waitingOf(message, settings)),
    ...[...budgets.values()].flatMap((one) => one.rivals),
  ];
  if (all.some((one) => one.skipHolidays)) await loadHolidays();
  const refused: Refused[] = [];
  const leaving: M[] = [];
  const byPerson = new Map<string, M[]>();
  for (const message of messages)
    byPerson.set(message.candidateId, [...(byPerson.get(message.candidateId) ?? []), message]);
  for (const [candidateId, own] of byPerson) {
    const budget = budgets.get(candidateId) ?? {
      zone: null,
      country: null,
      holds: [],
      contacts: [],
      rivals: [],
    };
    const waiting = [...own.map((one) => waitingOf(one, settings)), ...budget.rivals].map((one) =>
      onClockOf(budget, one),
    );
    const decisions = arbitrate(waiting, { caps, ...budget }, now);
    for (const message of own) {
      const decision = decisions.get(message.messageId);
      if (!decision || decision.verdict === 'send') leaving.push(message);
      else refused.push({ message, decision });
    }
  }
  await writeRefused(trx, refused, now);
  // In the order in which they were claimed: a batch's messages are told apart by their place.
  return messages.filter((message) => leaving.includes(message));
}

const always: MessageContact = { hours: [], timeZone: 'UTC', staleAt: null };

/** Hours and holidays are those that the workspace has now. */
const waitingOf = (
  { messageId, contactClass, priority, sending, contact, createdAt }: Claimed,
  settings: ContactSettings,
): WaitingMessage => ({
  id: messageId,
  class: contactClass,
  priority,
  since: createdAt.getTime(),
  ...(sending ? asOfNow(sending, contact, settings) : always),
});

/** Hours and holidays are those of where she lives now: she may have moved since it was written. */
const onClockOf = (
  { zone, country }: Pick<PersonBudget, 'zone' | 'country'>,
  message: WaitingMessage,
): WaitingMessage => ({
  ...message,
  ...(zone !== null && isTimeZone(zone) ? { timeZone: zone } : {}),
  country: country ?? message.country ?? null,
});

async function readSettings(trx: Trx): Promise<ContactSettings> {
  const found = await sql<{ contact: unknown }>`select settings->'contact' as contact from workspace`.execute(
    trx,
  );
  return readContactSettings(found.rows[0]?.contact);
}

interface PersonBudget {
  /** Hers, else the workspace's. */
  zone: string | null;
  country: string | null;
  holds: ContactHold[];
  contacts: Contact[];
  /** Others of hers that are ready to leave, too: what goes first among them all, goes first. */
  rivals: WaitingMessage[];
}

interface BudgetRow {
  candidateId: string;
  zone: string;
  country: string | null;
  holds: ContactHold[];
  contacts: Contact[];
  rivals: (Omit<WaitingMessage, keyof MessageContact> & {
    sending: MessageContact | null;
    contact: StepContact | null;
  })[];
}

/** One statement for everyone in the batch. */
async function readBudgets(
  trx: Trx,
  messages: readonly Claimed[],
  settings: ContactSettings,
  now: number,
): Promise<Map<string, PersonBudget>> {
  const caps: readonly Cap[] = settings.caps;
  const people = [...new Set(messages.map((message) => message.candidateId))];
  const capped = [...new Set(caps.flatMap((cap) => cap.classes))];
  const since = new Date(now - Math.max(0, ...caps.map((cap) => cap.days)) * dayMs - repeatedMs);
  const at = new Date(now);
  const found = await sql<BudgetRow>`
    select person.id as "candidateId", coalesce(c.time_zone, w.time_zone) as zone, c.country,
      coalesce((select jsonb_agg(jsonb_build_object('id', h.id, 'until', ${ms('h.until')}, 'covers', h.covers))
        from contact_hold h where h.candidate_id = person.id and h.released_at is null and h.until > ${at}), '[]') as holds,
      coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'class', m.contact_class, 'at', case
            when m.sent_at is not null then ${ms('m.sent_at')}
            when m.status = 'sending' then ${now}::bigint
            else least(${now}::bigint, ${ms('m.reserved_at')} + ${repeatedMs}::bigint) end))
        from message m where m.candidate_id = person.id and m.reserved_at > ${since} and m.contact_class = any(${capped}::text[])
          and m.status not in ('held', 'queued', 'failed', 'cancelled')), '[]') as contacts,
      coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'class', m.contact_class, 'priority', m.priority, 'sending', m.sending, 'contact', ${contactOfStep},
            'since', ${ms('m.created_at')}))
        from message m join email_queue q on q.message_id = m.id left join flow f on f.id = m.flow_id left join flow_version v on v.id = m.version_id
        where m.candidate_id = person.id and m.status = 'queued' and m.contact_class = any(${capped}::text[])
          and m.id <> all(${messages.map((message) => message.messageId)}::uuid[])
          and q.not_before <= ${at} and q.next_at <= now() and (f.id is null or f.state = 'live')), '[]') as rivals
    from unnest(${people}::uuid[]) as person (id) join candidate c on c.id = person.id cross join workspace w`.execute(
    trx,
  );
  return new Map(
    found.rows.map(({ candidateId, zone, country, holds, contacts, rivals }) => [
      candidateId,
      {
        zone,
        country,
        holds,
        contacts,
        rivals: rivals.map(({ sending, contact, ...one }) => ({
          ...one,
          ...(sending ? asOfNow(sending, contact, settings) : always),
          isRival: true,
        })),
      },
    ]),
  );
}

/** Of message `m` and its version `v`: what its step says of contact. */
export const contactOfStep = sql`v.plan #> array['ops', m.node_id, 'input', 'contact']`;

const ms = (column: string) => sql`floor(extract(epoch from ${sql.ref(column)}) * 1000)`;

export interface Refused {
  message: Claimed;
  decision:
    | Exclude<Decision, { verdict: 'send' }>
    | { verdict: 'skip'; code: 'sender-gone'; detail: Record<string, unknown> };
}

/** Puts off or cancels, each with its row in the ledger. */
export async function writeRefused(trx: Trx, refused: readonly Refused[], now: number): Promise<void> {
  if (refused.length === 0) return;
  const rows = refused.map(({ message, decision }) => ({
    id: newId(now),
    message_id: message.messageId,
    candidate_id: message.candidateId,
    verdict: decision.verdict,
    code: decision.code,
    detail: decision.detail,
    until: decision.verdict === 'defer' ? new Date(decision.until) : null,
    reason: decision.verdict === 'skip' ? decisionInWords(decision.code, decision.detail) : null,
  }));
  await sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        id uuid, message_id uuid, candidate_id uuid, verdict text, code text, detail jsonb, until timestamptz, reason text)
    ), put_off as (
      update email_queue set not_before = given.until from given
      where email_queue.message_id = given.message_id and given.verdict = 'defer'
    ), skipped as (
      update message set status = 'cancelled', reason = given.reason from given
      where message.id = given.message_id and given.verdict = 'skip'
    ), gone as (
      delete from email_queue using given where email_queue.message_id = given.message_id and given.verdict = 'skip'
    )
    insert into contact_decision (id, message_id, candidate_id, verdict, code, detail, until, at)
    select id, message_id, candidate_id, verdict, code, detail, until, ${new Date(now)} from given
    -- To be told once how long a message stands behind others is enough.
    where not (given.code = 'rival' and exists (
      select from (select code from contact_decision d where d.message_id = given.message_id order by d.at desc, d.id desc limit 1) as latest
      where latest.code = 'rival'))`.execute(trx);
}

export interface StoredDecision {
  verdict: 'defer' | 'skip';
  code: string;
  /** With the name of the flow that wrote before, where one did. */
  detail: Record<string, unknown>;
  until: Date | null;
  at: Date;
}

/** What was decided about a message, newest first. */
export async function decisionsOf(db: Db, messageId: string): Promise<StoredDecision[]> {
  const found = await sql<StoredDecision>`
    select d.verdict, d.code, d.until, d.at,
      d.detail || jsonb_strip_nulls(jsonb_build_object('flow', (
        select f.name from message m join flow f on f.id = m.flow_id where m.id = (d.detail->>'messageId')::uuid))) as detail
    from contact_decision d where d.message_id = ${messageId} order by d.at desc, d.id desc limit 20`.execute(
    db,
  );
  return found.rows;
}
