/**
 * Stands at the doors that mail and calls leave by and writes down how things stood then: what may change later cannot
 * hide it.
 */
import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import type { Cap } from '../../engine/contact/settings.ts';
import type { Transport } from '../../workflows/transports/transport.ts';
import { answering, type Receiver, startReceiver } from '../harness/receiver.ts';

/**
 * `left_house`: a row for each mail that leaves. `breach`: a mail that should not have. `rung`: a row for each call that
 * came in elsewhere. `hold_time`: from when until when a flow was on hold.
 */
export async function post(db: Db): Promise<void> {
  await sql`
    create table left_house (
      message_id uuid not null, at timestamptz not null, candidate_id uuid not null, time_zone text not null,
      candidate_status text not null, suppressed boolean not null, held boolean not null, was_left boolean not null, flow_state text)`.execute(
    db,
  );
  await sql`create index left_house_message on left_house (message_id)`.execute(db);
  await sql`create table breach (kind text not null, message_id uuid not null, at timestamptz not null, detail jsonb not null)`.execute(
    db,
  );
  await sql`
    create table rung (
      call_id uuid not null, nth bigserial, at timestamptz not null, answered int not null, waited boolean not null, flow_state text not null)`.execute(
    db,
  );
  await sql`create table hold_time (flow_id uuid not null, began timestamptz not null, ended timestamptz)`.execute(
    db,
  );
}

/** A flow goes on hold, or stays so. */
export async function holdBegins(db: Db, flowId: string, now: number): Promise<void> {
  await sql`
    insert into hold_time (flow_id, began) select ${flowId}, ${new Date(now)}
    where not exists (select from hold_time where flow_id = ${flowId} and ended is null)`.execute(db);
}

export async function holdEnds(db: Db, flowId: string, now: number): Promise<void> {
  await sql`update hold_time set ended = ${new Date(now)} where flow_id = ${flowId} and ended is null`.execute(
    db,
  );
}

/** The other system: it answers by lot, now and then with trouble that may pass, or not at all. */
export async function listening(db: Db, now: () => number, draw: () => number): Promise<Receiver> {
  const receiver = await startReceiver();
  receiver.answer = (response, request) => {
    const lot = draw();
    const status = lot < 0.6 ? 200 : lot < 0.75 ? 503 : lot < 0.85 ? 0 : lot < 0.95 ? 404 : 429;
    const noted = sql`
      insert into rung (call_id, at, answered, waited, flow_state)
      select c.id, ${new Date(now())}, ${status}, e.status = 'open' and e.node_id = c.node_id and (e.state->'wait'->>'visit')::int = c.visit, f.state
      from webhook_call c join enrolment e on e.id = c.enrolment_id join flow f on f.id = e.flow_id
      where c.id = ${String(request.headers['webhook-id'])}`.execute(db);
    noted.then(
      () => (status === 0 ? response.destroy() : answering(status)(response, request)),
      () => response.destroy(),
    );
  };
  return receiver;
}

export const observed = (db: Db, transport: Transport, caps: readonly Cap[]): Transport => ({
  ...transport,
  async send(batch) {
    const at = new Date(batch.now);
    await sql`
      insert into left_house
      select m.id, ${at}, m.candidate_id, coalesce(c.time_zone, w.time_zone), c.status,
        exists (select from suppression s where s.address_key = lower(m.to_address)),
        exists (select from contact_hold h where h.candidate_id = c.id and h.released_at is null and h.created_at <= ${at} and h.until > ${at}
          and (h.covers = 'everything' or m.contact_class <> 'process')),
        coalesce(e.status in ('exited', 'converted') and e.end_reason not like 'left:%', false), f.state
      from email_batch b join message m on m.id = any(b.message_ids) join candidate c on c.id = m.candidate_id cross join workspace w
        left join enrolment e on e.id = m.enrolment_id left join flow f on f.id = m.flow_id
      where b.id = ${batch.key}`.execute(db);
    for (const { classes, most, days } of caps)
      await sql`
        insert into breach
        select 'above a cap', now.message_id, ${at}, jsonb_build_object('most', ${most}::int, 'days', ${days}::int, 'had', there.n)
        from left_house now join message m on m.id = now.message_id cross join lateral (
          select count(*)::int as n from left_house before join message b on b.id = before.message_id
          where b.candidate_id = m.candidate_id and b.contact_class = any(${classes}::text[])
            and before.at > ${at}::timestamptz - make_interval(secs => ${days * 86_400})) as there
        where now.at = ${at} and m.contact_class = any(${classes}::text[]) and there.n > ${most}`.execute(db);
    return transport.send(batch);
  },
});
