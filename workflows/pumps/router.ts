/** Pump: new events. It enrols by the flows' triggers and marks runs that listen; what follows, `advance` decides. */
import { newId } from '../../db/id.ts';
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { insertEnrolments, type NewEnrolment } from '../../db/queries/enrolments.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { loadFacts } from '../../db/queries/facts.ts';
import { lockCandidates, type Trx } from '../../db/queries/lock.ts';
import { cancelUnsent } from '../../db/queries/messages.ts';
import { answerTo, parentOf } from '../../db/queries/parent.ts';
import { planOf } from '../../db/queries/plans.ts';
import type { QueuedEvent } from '../../db/queries/routing.ts';
import * as routing from '../../db/queries/routing.ts';
import { cancelCalls } from '../../db/queries/webhooks.ts';
import { retryConflicts } from '../../db/transactions.ts';
import { mergedPasts } from '../../engine/conditions/history.ts';
import { judge } from '../../engine/conditions/memory.ts';
import { historyOf } from '../../engine/conditions/reads.ts';
import { maxDepth, type RunEvent } from '../../engine/events.ts';
import type { Facts } from '../../engine/facts.ts';
import { historyOfPlan } from '../../engine/plan/history.ts';
import type { Plan, PlanTrigger } from '../../engine/plan/ops.ts';
import { begin } from '../../engine/run/begin.ts';
import {
  type EarlierEntry,
  entersAt,
  entryKeyOf,
  entryRefusal,
  triggerByHand,
} from '../../engine/run/entry.ts';
import { isGoal } from '../../engine/run/listen.ts';
import { zoneFor } from '../../engine/time/calendar.ts';
import { isSwept } from '../../engine/triggers/sweep.ts';
import type { Context } from '../context.ts';
import { nameOf, type PumpWork } from './pump.ts';

const batch = 200;
const mostAttempts = 8;
/** A flow pauses itself at ten times its usual rate, once that is more than a handful. */
const surgeFactor = 10;
const surgeFloor = 100;

export const router = (context: Context): PumpWork => ({
  name: 'router',
  round: () => route(context, batch),
});

/** Routes up to `limit` events in one transaction; if that fails, one at a time, so that one bad event stops none. */
async function route(context: Context, limit: number): Promise<number> {
  let claimed: string[] = [];
  try {
    const entered = await retryConflicts(() =>
      context.db.transaction().execute(async (trx) => {
        claimed = await routing.claimEvents(trx, limit);
        return claimed.length > 0 ? routeEvents(context, trx, claimed) : [];
      }),
    );
    if (claimed.length > 0) notifyWork(context.db, 'waker');
    notifyLive(
      context.db,
      entered.flatMap((one) => [
        { topic: 'flow' as const, id: one.flowId },
        { topic: 'candidate' as const, id: one.candidateId },
      ]),
    );
    return claimed.length;
  } catch (error) {
    if (claimed.length === 0) throw error;
    if (claimed.length > 1) return route(context, 1);
    await routing.postponeEvents(context.db, claimed, nameOf(error), mostAttempts);
    return 1;
  }
}

/** Answers who entered. */
async function routeEvents(context: Context, trx: Trx, ids: readonly string[]): Promise<NewEnrolment[]> {
  const before = await routing.readEvents(trx, ids);
  const candidates = [...new Set(before.map((event) => event.candidateId))];
  await lockCandidates(trx, candidates);
  // A merge may have moved an event to a candidate that is not locked: that one waits for the next round.
  const locked = new Set(candidates);
  const events = (await routing.readEvents(trx, ids)).filter((event) => locked.has(event.candidateId));
  const routed = events.map((event) => event.id);
  const gone = ids.filter((id) => !before.some((event) => event.id === id));
  let entered: NewEnrolment[] = [];
  if (events.length > 0) {
    entered = await enrol(context, trx, events);
    await routing.markListening(trx, events);
    await reachGoals(context, trx, events);
  }
  await routing.unqueue(trx, [...routed, ...gone]);
  return entered;
}

interface Entry {
  event: QueuedEvent;
  flowId: string;
  versionId: string;
  plan: Plan;
  trigger: PlanTrigger;
}

async function enrol(context: Context, trx: Trx, events: readonly QueuedEvent[]): Promise<NewEnrolment[]> {
  const { entries, refusals } = await findEntries(trx, events);
  const now = context.clock.now();
  if (entries.length === 0) {
    await routing.insertRefusals(trx, refusals, now);
    await answerRefused(trx, events, [], now);
    return [];
  }
  const wanted = entries.map(({ event }) => ({
    candidateId: event.candidateId,
    applicationId: applicationOf(event),
  }));
  const asked = mergedPasts(entries.flatMap(({ trigger }) => (trigger.when ? historyOf(trigger.when) : [])));
  const facts = await loadFacts(trx, wanted, asked);
  const flows = [...new Set(entries.map((entry) => entry.flowId))];
  const earlier = await routing.earlierEnrolments(trx, flows, [
    ...new Set(events.map((event) => event.candidateId)),
  ]);
  const been = new Map<string, EarlierEntry[]>();
  for (const { flowId, candidateId, last, ...one } of earlier) {
    const key = `${flowId} ${candidateId}`;
    been.set(key, [...(been.get(key) ?? []), { ...one, last: last.getTime() }]);
  }
  const limited = entries.filter(({ plan }) => plan.settings.maxOpen !== undefined);
  const inside = await routing.lockAndCountOpen(trx, [...new Set(limited.map((entry) => entry.flowId))]);
  const heard = new Set<string>();
  const enrolments: NewEnrolment[] = [];

  for (const [index, entry] of entries.entries()) {
    const known = facts[index];
    if (!known) continue;
    const verdict = entry.trigger.when
      ? judge(entry.trigger.when, {
          facts: known,
          event: { type: entry.event.type, data: entry.event.data },
          now,
        })
      : { holds: true, because: [] };
    if (!verdict.holds) continue;
    // Two triggers of one flow may hear the same event: she enters by the first.
    const once = `${entry.flowId} ${entry.event.id}`;
    if (heard.has(once)) continue;
    heard.add(once);
    const key = `${entry.flowId} ${entry.event.candidateId}`;
    const before = been.get(key) ?? [];
    const entrant = { applicationId: applicationOf(entry.event), jobId: known.job?.id ?? null };
    const entering = { ...entrant, now, timeZone: zoneFor(known), inside: inside.get(entry.flowId) ?? 0 };
    const refused = tooLate(context, entry.event, now) ?? entryRefusal(entry.plan.settings, before, entering);
    if (refused) {
      refusals.push({
        flowId: entry.flowId,
        versionId: entry.versionId,
        candidateId: entry.event.candidateId,
        eventId: entry.event.id,
        ...refused,
      });
      continue;
    }
    been.set(key, [...before, { ...entrant, open: true, last: now }]);
    inside.set(entry.flowId, entering.inside + 1);
    enrolments.push(newEnrolment(entry, known, verdict.because, entersAt(before, now)));
  }
  const ids = new Set(await insertEnrolments(trx, enrolments));
  const entered = enrolments.filter((one) => ids.has(one.id));
  await routing.insertRefusals(trx, refusals, now);
  await answerRefused(trx, events, entered, now);
  await pauseSurging(context, trx, entered, now);
  return entered;
}

/** Every trigger of the version live when the event was recorded. One flow is entered once by one event. */
async function findEntries(
  trx: Trx,
  events: readonly QueuedEvent[],
): Promise<{ entries: Entry[]; refusals: routing.Refusal[] }> {
  const listeners = await routing.listenersFor(trx, [...new Set(events.map((event) => event.type))]);
  const entries: Entry[] = [];
  const refusals: routing.Refusal[] = [];
  const liveAt = new Map<string, Promise<string | null>>();
  for (const event of events) {
    if (event.type === 'enrolment.requested') {
      const byHand = await entryByHand(trx, event, liveAt);
      if (byHand) entries.push(byHand);
      else if (typeof event.data.flowId === 'string') refusals.push(notLive(event, event.data.flowId));
      continue;
    }
    for (const listener of listeners) {
      const live =
        listener.liveFrom <= event.recordedAt &&
        (listener.liveUntil === null || listener.liveUntil > event.recordedAt);
      if (listener.eventType !== event.type || !live || !isMeant(listener, event)) continue;
      const plan = await planOf(trx, listener.versionId);
      const trigger = plan.triggers.find((one) => one.node === listener.nodeId);
      if (trigger)
        entries.push({ event, flowId: listener.flowId, versionId: listener.versionId, plan, trigger });
    }
  }
  return { entries, refusals };
}

/** A run that asked another flow to start, and waits for its end, is told at once that there will be none. */
async function answerRefused(
  trx: Trx,
  events: readonly QueuedEvent[],
  entered: readonly NewEnrolment[],
  now: number,
): Promise<void> {
  const begun = new Set(entered.map((one) => one.triggerEventId));
  const refused = events.filter((event) => event.type === 'enrolment.requested' && !begun.has(event.id));
  await recordEvents(
    trx,
    refused.flatMap((event) =>
      answerTo(parentOf(event.data), 'refused', {
        candidateId: event.candidateId,
        flowId: String(event.data.flowId),
        causeId: event.id,
        depth: event.depth + 1,
        by: { kind: 'system' },
      }),
    ),
    now,
  );
}

/** What the time alone tells is meant for one trigger of one flow. */
const isMeant = ({ flowId, nodeId }: routing.Listener, { type, data }: QueuedEvent): boolean =>
  !isSwept(type) || (data.flowId === flowId && data.node === nodeId);

const notLive = (event: QueuedEvent, flowId: string): routing.Refusal => ({
  flowId,
  versionId: null,
  candidateId: event.candidateId,
  eventId: event.id,
  code: 'not-live',
  detail: {},
});

/** `liveAt` remembers which version was live when: a thousand candidates are asked for in one instant. */
async function entryByHand(
  trx: Trx,
  event: QueuedEvent,
  liveAt: Map<string, Promise<string | null>>,
): Promise<Entry | null> {
  const flowId = event.data.flowId;
  if (typeof flowId !== 'string') return null;
  const instant = `${flowId} ${event.recordedAt.getTime()}`;
  const asked = liveAt.get(instant) ?? routing.versionLiveAt(trx, flowId, event.recordedAt);
  liveAt.set(instant, asked);
  const versionId = await asked;
  if (!versionId) return null;
  const plan = await planOf(trx, versionId);
  const trigger = triggerByHand(plan, event.byKind === 'flow');
  return trigger && { event, flowId, versionId, plan, trigger };
}

function tooLate(
  context: Context,
  event: QueuedEvent,
  now: number,
): { code: string; detail: Record<string, unknown> } | null {
  if (event.depth >= maxDepth) return { code: 'too-deep', detail: { depth: event.depth } };
  const ageDays = (now - event.at.getTime()) / 86_400_000;
  if (ageDays > context.triggerMaxAgeDays)
    return { code: 'too-old', detail: { at: event.at.toISOString(), limitDays: context.triggerMaxAgeDays } };
  return null;
}

function newEnrolment(
  { event, flowId, versionId, plan, trigger }: Entry,
  facts: Facts,
  because: Parameters<typeof begin>[1]['because'],
  now: number,
): NewEnrolment {
  const { state, steps } = begin(plan, {
    triggerNode: trigger.node,
    now,
    seq: event.seq,
    event: asRunEvent(event),
    because,
    timeZone: facts.candidate.timeZone ?? facts.workspace.timeZone,
  });
  return {
    id: newId(now),
    flowId,
    versionId,
    candidateId: event.candidateId,
    applicationId: applicationOf(event),
    entryKey: entryKeyOf(
      plan.settings,
      { applicationId: applicationOf(event), jobId: facts.job?.id ?? null },
      event.id,
    ),
    triggerNode: trigger.node,
    triggerEventId: event.id,
    causeDepth: event.depth,
    parent: parentOf(event.data),
    startedAt: now,
    plan,
    state,
    steps,
    lane: event.data.bulk === true ? 'bulk' : 'event',
    byHand: isByHand(event),
  };
}

const isByHand = ({ type, byKind }: QueuedEvent): boolean =>
  type === 'enrolment.requested' && byKind === 'person';

function applicationOf(event: QueuedEvent): string | null {
  const named = event.data.applicationId;
  return event.applicationId ?? (typeof named === 'string' ? named : null);
}

const asRunEvent = (event: QueuedEvent): RunEvent => ({
  id: event.id,
  seq: Number(event.seq),
  type: event.type,
  at: event.at.getTime(),
  applicationId: event.applicationId,
  enrolmentId: event.enrolmentId,
  data: event.data,
});

/** An open run takes its goal itself; a closed one has no one left to ask but the router. */
async function reachGoals(context: Context, trx: Trx, events: readonly QueuedEvent[]): Promise<void> {
  const seekers = await routing.goalSeekers(
    trx,
    [...new Set(events.map((event) => event.candidateId))],
    [...new Set(events.map((event) => event.type))],
  );
  if (seekers.length === 0) return;
  const plans = await Promise.all(seekers.map((seeker) => planOf(trx, seeker.versionId)));
  const facts = await loadFacts(trx, seekers, mergedPasts(plans.flatMap(historyOfPlan)));
  for (const [index, seeker] of seekers.entries()) {
    const plan = await planOf(trx, seeker.versionId);
    const known = facts[index];
    if (!known) continue;
    const ours = {
      enrolmentId: seeker.id,
      applicationId: seeker.applicationId,
      startedAt: seeker.startedAt.getTime(),
    };
    const reached = events.find(
      (event) =>
        event.candidateId === seeker.candidateId &&
        isGoal(plan, seeker.goalUntil.getTime(), asRunEvent(event), ours, known, context.clock.now()),
    );
    if (!reached) continue;
    await routing.setGoalReached(trx, seeker.id, reached.id, reached.at);
    if (!plan.settings.goal?.exit) continue;
    // It is over, but what it wrote and asked for last may still be on its way out.
    await cancelUnsent(trx, seeker.id, `goal:${reached.type}`);
    await cancelCalls(trx, [seeker.id], context.clock.now());
  }
}

async function pauseSurging(
  context: Context,
  trx: Trx,
  entered: readonly NewEnrolment[],
  now: number,
): Promise<void> {
  const flows = new Map<string, { flowId: string; planned: string[] }>();
  for (const { flowId, plan, triggerNode, byHand } of entered) {
    if (byHand) continue;
    const planned = plan.triggers.flatMap(({ node, sweep }) => (sweep ? [node] : []));
    if (triggerNode === null || !planned.includes(triggerNode)) flows.set(flowId, { flowId, planned });
  }
  if (flows.size === 0) return;
  for (const rate of await routing.flowRates(trx, [...flows.values()], now)) {
    if (rate.usual === null || rate.lastHour <= Math.max(surgeFloor, surgeFactor * rate.usual)) continue;
    const reason = `Paused by itself: ${rate.lastHour} candidates entered within an hour, usually about ${Math.max(1, Math.round(rate.usual))} do.`;
    await routing.pauseFlow(trx, rate.flowId, reason, now);
    context.log.warn({ flowId: rate.flowId, lastHour: rate.lastHour }, 'a flow paused itself');
  }
}
