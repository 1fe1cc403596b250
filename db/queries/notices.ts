/** What colleagues are told in the app. */
import { sql } from 'kysely';
import type { Audience } from '../../engine/effects/notice-audience.ts';
import type { Colleague } from '../../engine/whom.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { Trx } from './lock.ts';
import type { AfterTime, Page } from './page.ts';

/** In the order of `asked`: whom each of them means. */
export async function audiences(
  trx: Trx,
  asked: readonly { whom: Audience; candidateId: string }[],
): Promise<Colleague[][]> {
  const rows = asked.map(({ whom, candidateId }, ord) => ({
    ord,
    person: whom.to === 'person' ? whom.personId : null,
    role: whom.to === 'role' ? whom.role : null,
    owned: whom.to === 'owner' ? candidateId : null,
  }));
  const found = await sql<Colleague & { ord: number }>`
    select given.ord, u.id, u.name, u.email
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (ord int, person text, role text, owned uuid)
    left join candidate c on c.id = given.owned
    join "user" u on u.id = given.person or u.role = given.role or u.id = c.owner_id
    order by given.ord, u.name, u.id`.execute(trx);
  return asked.map((_, ord) =>
    found.rows.filter((row) => row.ord === ord).map(({ id, name, email }) => ({ id, name, email })),
  );
}

export interface NoticeToWrite {
  personIds: readonly string[];
  text: string;
  candidateId: string;
  enrolmentId: string;
  flowId: string;
  now: number;
}

export async function writeNotices(trx: Trx, notices: readonly NoticeToWrite[]): Promise<void> {
  const rows = notices.flatMap(({ personIds, text, candidateId, enrolmentId, flowId, now }) =>
    personIds.map((personId) => ({
      id: newId(now),
      person_id: personId,
      text,
      candidate_id: candidateId,
      enrolment_id: enrolmentId,
      flow_id: flowId,
      created_at: new Date(now),
    })),
  );
  await sql`
    insert into notice (id, person_id, text, candidate_id, enrolment_id, flow_id, created_at)
    select id, person_id, text, candidate_id, enrolment_id, flow_id, created_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      id uuid, person_id text, text text, candidate_id uuid, enrolment_id uuid, flow_id uuid, created_at timestamptz)`.execute(
    trx,
  );
}

export interface ListedNotice {
  id: string;
  text: string;
  candidate: { id: string; fullName: string } | null;
  flow: { id: string; name: string } | null;
  createdAt: Date;
  readAt: Date | null;
}

/** The newest first. */
export async function listNotices(
  db: Db,
  personId: string,
  { limit, after }: Page<AfterTime>,
): Promise<ListedNotice[]> {
  const found = await sql<ListedNotice>`
    select n.id, n.text, n.created_at as "createdAt", n.read_at as "readAt",
      case when c.id is null then null else jsonb_build_object('id', c.id, 'fullName', c.full_name) end as candidate,
      case when f.id is null then null else jsonb_build_object('id', f.id, 'name', f.name) end as flow
    from notice n left join candidate c on c.id = n.candidate_id left join flow f on f.id = n.flow_id
    where n.person_id = ${personId} ${after ? sql`and (n.created_at, n.id) < (${after.at}, ${after.id}::uuid)` : sql``}
    order by n.created_at desc, n.id desc limit ${limit}`.execute(db);
  return found.rows;
}

export async function unreadNotices(db: Db, personId: string): Promise<number> {
  const found = await sql<{ n: number }>`
    select count(*)::int as n from notice where person_id = ${personId} and read_at is null`.execute(db);
  return found.rows[0]?.n ?? 0;
}

/** Those of `ids` (null: all of this person's) that were not read yet. */
export async function markNoticesRead(
  db: Db,
  personId: string,
  ids: readonly string[] | null,
  now: number,
): Promise<void> {
  await sql`
    update notice set read_at = ${new Date(now)} where person_id = ${personId} and read_at is null
      ${ids ? sql`and id = any(${[...ids]}::uuid[])` : sql``}`.execute(db);
}
