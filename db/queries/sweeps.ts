/**
 * Due rows of triggers that wait for a time: one a trigger of a flow's live version. Each comes round at its next tick,
 * goes through whom the time has come for, page by page, and is planned for the tick after in the same transaction.
 */
import { sql } from 'kysely';
import { canonicalJson } from '../../engine/plan/canonical.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import { addDuration, isTimeZone } from '../../engine/time/calendar.ts';
import { loadHolidays } from '../../engine/time/holidays.ts';
import { atLocal, localDate } from '../../engine/time/local.ts';
import { nextDay } from '../../engine/time/recurrence.ts';
import { nextTick, turnsBetween } from '../../engine/time/ticks.ts';
import { dateLabel } from '../../engine/triggers/date-comes.ts';
import { type Sweep, sweepEvents } from '../../engine/triggers/sweep.ts';
import { newId } from '../id.ts';
import { type EventToWrite, recordEvents } from './events.ts';
import { lockCandidates, maxLocked, type Trx } from './lock.ts';
import { insertRefusals } from './routing.ts';
import {
  type Coming,
  countriesInUse,
  membersComing,
  nextHeard,
  type Round,
  zonesInUse,
} from './sweep-members.ts';

export interface SweepPayload {
  flowId: string;
  node: string;
  sweep: Sweep;
  /** The tick before, in milliseconds. */
  since: number;
  /** Who was looked at last; null: a pass begins. */
  cursor: string | null;
  /** This pass found someone, so another follows: it finds who came into a part that was passed, by a merge, say. */
  again: boolean;
  slice: Round['slice'];
}

/** Where a row stands once it has been planned: its tick in milliseconds. */
type Next = { tick: number } & Pick<SweepPayload, 'since' | 'slice'>;

const noSlice = { day: '', nth: 0, of: 1 };
const day = 86_400_000;
/** A window is entered in parts of no less than five minutes, and of no more than so many. */
const partMs = 300_000;
const mostParts = 288;

interface Clocks {
  workspace: string;
  /** Of everyone, by the zone that stands with them. */
  zones: { zone: string | null; clock: string }[];
  countries: string[];
}

/** Comes at a time of each candidate's own day. */
const isLocal = (sweep: Sweep): sweep is Extract<Sweep, { kind: 'date' | 'holiday' }> =>
  sweep.kind === 'date' || sweep.kind === 'holiday';

async function clocksOf(trx: Trx, sweep: Sweep): Promise<Clocks> {
  const { time_zone } = await trx.selectFrom('workspace').select('time_zone').executeTakeFirstOrThrow();
  const workspace = isTimeZone(time_zone) ? time_zone : 'UTC';
  const zones = isLocal(sweep) ? await zonesInUse(trx) : [];
  if (sweep.kind === 'holiday') await loadHolidays();
  const countries = sweep.kind === 'holiday' ? await countriesInUse(trx) : [];
  return {
    workspace,
    countries,
    zones: [
      { zone: null, clock: workspace },
      ...zones.map((zone) => ({ zone, clock: isTimeZone(zone) ? zone : workspace })),
    ],
  };
}

/** The first tick after `after`, which was the one before. Null: it never comes again. All in milliseconds. */
async function nextOf(
  trx: Trx,
  sweep: Sweep,
  { workspace, zones }: Clocks,
  { after, slice, now }: { after: number; slice: Round['slice'] | null; now: number },
): Promise<Next | null> {
  switch (sweep.kind) {
    case 'date':
    case 'holiday': {
      const clocks = [...new Set(zones.map(({ clock }) => clock))];
      return { tick: nextTick(after, sweep.at, clocks), since: after, slice: noSlice };
    }
    case 'quiet': {
      const length = sweep.days * day;
      const heard = await nextHeard(trx, after - length);
      // Whoever is heard of from now on is silent that long no sooner than so long from now.
      const tick = heard === null ? after + length : heard + length;
      return { tick: Math.max(tick, Math.min(now, after + length)), since: after, slice: noSlice };
    }
    case 'schedule': {
      if (slice && slice.nth + 1 < slice.of) {
        const next = { ...slice, nth: slice.nth + 1 };
        return { tick: partOf(sweep, next, workspace), since: after, slice: next };
      }
      let last = slice?.day ?? localDate(after - day, workspace);
      for (;;) {
        const date = nextDay(sweep.rule, sweep.start, last);
        if (date === null) return null;
        const begins = atLocal(date, sweep.at, workspace);
        const length = sweep.window ? addDuration(begins, sweep.window, workspace) - begins : 0;
        const of = Math.max(1, Math.min(mostParts, Math.floor(length / partMs)));
        if (slice || begins > after) return { tick: begins, since: after, slice: { day: date, nth: 0, of } };
        last = date;
      }
    }
  }
}

function partOf(
  sweep: Extract<Sweep, { kind: 'schedule' }>,
  { day: date, nth, of }: Round['slice'],
  zone: string,
): number {
  const begins = atLocal(date, sweep.at, zone);
  const length = sweep.window ? addDuration(begins, sweep.window, zone) - begins : 0;
  return begins + Math.floor((length * nth) / of);
}

function roundOf(payload: SweepPayload, { zones, countries }: Clocks, tick: number): Round {
  const { flowId, node, since, slice, sweep } = payload;
  const turns = isLocal(sweep)
    ? zones.flatMap(({ zone, clock }) =>
        turnsBetween(since, tick, sweep.at, [clock]).map((turn) => ({ ...turn, zone, clock })),
      )
    : [];
  return { flowId, node, since, tick, turns, countries, slice };
}

/**
 * Called in the transaction that makes a plan the live one. A trigger that asks for the same as before goes on where it
 * was; every other row is replaced, beginning after `now` (milliseconds).
 */
export async function planSweeps(trx: Trx, flowId: string, plan: Plan, now: number): Promise<void> {
  const standing = await sql<{ id: string; payload: SweepPayload }>`
    select id, payload from due where kind = 'sweep' and payload->>'flowId' = ${flowId} order by id for update`.execute(
    trx,
  );
  const kept = new Set<string>();
  for (const { id, payload } of standing.rows) {
    const same = plan.triggers.some(({ node, sweep }) => node === payload.node && isSame(sweep, payload));
    if (same) kept.add(payload.node);
    else await trx.deleteFrom('due').where('id', '=', id).execute();
  }
  for (const { node, sweep } of plan.triggers) {
    if (!sweep || kept.has(node)) continue;
    const next = await nextOf(trx, sweep, await clocksOf(trx, sweep), { after: now, slice: null, now });
    if (!next) continue;
    const { tick, since, slice } = next;
    const payload: SweepPayload = { flowId, node, sweep, since, slice, cursor: null, again: false };
    const at = new Date(tick);
    await trx
      .insertInto('due')
      .values({ id: newId(now), kind: 'sweep', at, payload: JSON.stringify(payload), next_at: at })
      .execute();
  }
}

const isSame = (sweep: Sweep | undefined, payload: SweepPayload): boolean =>
  sweep !== undefined && canonicalJson(sweep) === canonicalJson(payload.sweep);

/**
 * Whatever comes at a time of each candidate's own day comes round in these zones, too, from `now` (milliseconds) on. A
 * row that is going through its people already plans for every zone once it is through.
 */
export async function planForZones(trx: Trx, zones: readonly string[], now: number): Promise<void> {
  const clocks = zones.filter(isTimeZone);
  if (clocks.length === 0) return;
  const standing = await sql<{ id: string; at: Date; payload: SweepPayload }>`
    select id, at, payload from due where kind = 'sweep' and payload->'sweep'->>'kind' in ('date', 'holiday')
    order by id for update`.execute(trx);
  for (const { id, at, payload } of standing.rows) {
    if (!isLocal(payload.sweep)) continue;
    const tick = nextTick(now, payload.sweep.at, clocks);
    if (tick >= at.getTime()) continue;
    await trx
      .updateTable('due')
      .set({ at: new Date(tick), next_at: new Date(tick) })
      .where('id', '=', id)
      .execute();
  }
}

/** A flow in the archive starts for nobody. */
export async function removeSweeps(trx: Trx, flowId: string): Promise<void> {
  await sql`delete from due where kind = 'sweep' and payload->>'flowId' = ${flowId}`.execute(trx);
}

/** As it is while its row cannot be changed. `busy`: somebody is publishing it, or the like, and must not be waited for. */
async function holdFlow(
  trx: Trx,
  flowId: string,
): Promise<{ state: string; versionId: string; plan: Plan } | 'busy' | null> {
  const held = await sql<{ state: string; versionId: string; plan: Plan }>`
    select f.state, v.id as "versionId", v.plan from flow f join flow_version v on v.id = f.live_version_id
    where f.id = ${flowId} for key share of f skip locked`.execute(trx);
  if (held.rows[0]) return held.rows[0];
  const there = await trx.selectFrom('flow').select('id').where('id', '=', flowId).executeTakeFirst();
  return there ? 'busy' : null;
}

/**
 * One page of a row that has come round. False: the row has had its time. While the flow is paused, days that come are
 * over with a reason for everyone whom they would have been for; only silence enters her, to wait at the gate.
 */
export async function takeSweep(
  trx: Trx,
  { id, at, payload }: { id: string; at: Date; payload: SweepPayload },
  now: number,
): Promise<boolean> {
  const { flowId, node, sweep } = payload;
  const flow = await holdFlow(trx, flowId);
  if (flow === 'busy') {
    await keep(trx, id, { next_at: new Date(now + 1000) });
    return true;
  }
  if (!flow || (flow.state !== 'live' && flow.state !== 'paused')) return false;
  if (!flow.plan.triggers.some((one) => one.node === node && isSame(one.sweep, payload))) return false;

  const clocks = await clocksOf(trx, sweep);
  const round = roundOf(payload, clocks, at.getTime());
  const page = await membersComing(trx, sweep, round, { cursor: payload.cursor });
  const ids = [...new Set(page.map((one) => one.candidateId))];
  const locked = await lockCandidates(trx, ids);
  const here = locked.filter((one) => one.mergedInto === null).map((one) => one.id);
  // What is true of them may have changed until they were locked.
  const coming = here.length > 0 ? await membersComing(trx, sweep, round, { only: here }) : [];
  await noteOccasions(trx, round, coming);
  if (flow.state === 'paused' && sweep.kind !== 'quiet')
    await insertRefusals(
      trx,
      coming.map(({ candidateId, data }) => ({
        ...{ flowId, versionId: flow.versionId, candidateId, eventId: null, code: 'flow-paused' },
        detail: data,
      })),
      now,
    );
  else
    await recordEvents(
      trx,
      coming.map((one) => eventOf(payload, one)),
      now,
    );

  const found = payload.again || coming.length > 0 || here.length < ids.length;
  if (page.length === maxLocked || found) {
    const cursor = page.length === maxLocked ? (page.at(-1)?.candidateId ?? null) : null;
    const next = { ...payload, cursor, again: cursor !== null && found };
    await keep(trx, id, { payload: JSON.stringify(next), next_at: new Date(now) });
    return true;
  }
  const next = await nextOf(trx, sweep, clocks, { after: round.tick, slice: payload.slice, now });
  if (!next) return false;
  const { tick, since, slice } = next;
  const planned: SweepPayload = { ...payload, since, slice, cursor: null, again: false };
  await keep(trx, id, {
    payload: JSON.stringify(planned),
    at: new Date(tick),
    next_at: new Date(tick),
  });
  return true;
}

const keep = (trx: Trx, id: string, change: { payload?: string; at?: Date; next_at: Date }) =>
  trx
    .updateTable('due')
    .set({ ...change, attempts: 0 })
    .where('id', '=', id)
    .execute();

function eventOf({ flowId, node, sweep }: SweepPayload, one: Coming): EventToWrite {
  return {
    candidateId: one.candidateId,
    type: sweepEvents[sweep.kind],
    at: one.at.getTime(),
    applicationId: one.applicationId,
    data: {
      ...one.data,
      ...(sweep.kind === 'date' ? { label: dateLabel(sweep.field) } : {}),
      ...(sweep.kind === 'schedule' ? { bulk: true } : {}),
      flowId,
      node,
    },
    by: { kind: 'system' },
  };
}

async function noteOccasions(trx: Trx, { flowId, node }: Round, coming: readonly Coming[]): Promise<void> {
  if (coming.length === 0) return;
  const rows = coming.map(({ candidateId, what, at }) => ({ candidate_id: candidateId, what, at }));
  await sql`
    insert into occasion (flow_id, node_id, candidate_id, what, at)
    select ${flowId}, ${node}, candidate_id, what, at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (candidate_id uuid, what text, at timestamptz)`.execute(
    trx,
  );
}
