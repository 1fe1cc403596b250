/**
 * Moves enrolments on, in one transaction: what happened since, then each plan's ops until the next wait.
 * Every effect, its ledger row and the new cursor commit together; run twice, it changes nothing the second time.
 */
import type { Db } from '../db/connect.ts';
import type { Pump } from '../db/notify.ts';
import { breakCircuits } from '../db/queries/breaker.ts';
import {
  type Advanced,
  type LoadedEnrolment,
  lockAndLoad,
  lockAndLoadAll,
  lockAndLoadBare,
  saveAdvanced,
} from '../db/queries/enrolments.ts';
import { type EventToWrite, recordEvents } from '../db/queries/events.ts';
import type { Trx } from '../db/queries/lock.ts';
import { clearMarks } from '../db/queries/marks.ts';
import { cancelUnsent } from '../db/queries/messages.ts';
import { answerTo } from '../db/queries/parent.ts';
import { planOf } from '../db/queries/plans.ts';
import { isDataError, isFromDatabase, retryConflicts } from '../db/transactions.ts';
import type { EffectRequest, EffectResult, EffectType } from '../engine/effects/effect.ts';
import type { NewEvent } from '../engine/events.ts';
import { anything, type Plan } from '../engine/plan/ops.ts';
import { mayLeaveAt } from '../engine/run/leaving.ts';
import { run } from '../engine/run/run.ts';
import { isClosed, type RunOutcome, type RunState, type StepRecord } from '../engine/run/state.ts';
import type { EffectWorld, House } from './effects/effect.ts';
import { type Ask, perform, performGuarded } from './perform.ts';
import { again } from './together.ts';

/** What its clock has to know. `wakeAt` in milliseconds since 1970; null: only when woken. */
export type Next = { done: true } | { done: false; wakeAt: number | null; summary: string };

export interface Call {
  enrolmentId: string;
  /** Milliseconds since 1970. */
  now: number;
  /** The waker's first stretch: the starting mark stays until Temporal has acknowledged the workflow. */
  keepStartMark?: boolean;
}

export interface Changed {
  flowId: string;
  enrolmentId: string;
  candidateId: string;
  /** Whose outboxes have something new. */
  queued: Set<Pump>;
  recordedEvents: boolean;
  moved: boolean;
  /** What colleagues have on their lists that may have changed. */
  told: readonly ('task' | 'notice')[];
}

export interface AdvanceOptions {
  house: House;
  /** Called after the commit, with what changed. */
  onCommitted?(changed: Changed): void;
  /** A run could not be worked out, for a reason of ours: it is blocked. */
  onBroken?(enrolmentId: string, error: unknown): void;
}

/** One enrolment, whatever goes wrong on the way; `again`: its candidate is busy. */
export async function advance(db: Db, call: Call, options: AdvanceOptions): Promise<Next | typeof again> {
  try {
    return await one(db, call, options, false);
  } catch (error) {
    // Something an op wrote was refused by the database. Once more, each op under a savepoint, so that the
    // one at fault becomes a failed visit instead of failing the whole stretch for ever.
    if (!isDataError(error)) return blockIfBroken(db, call, options, error);
  }
  try {
    return await one(db, call, options, true);
  } catch (error) {
    if (!isDataError(error)) return blockIfBroken(db, call, options, error);
    return blockWhereItStands(db, call, options, { code: 'database-refused', detail: {} });
  }
}

/**
 * A plan that cannot be read or an effect that throws would do so again: a person has to look.
 * @throws `error` when it is the database's or the network's: that passes.
 */
function blockIfBroken(db: Db, call: Call, options: AdvanceOptions, error: unknown): Promise<Next> {
  if (isFromDatabase(error)) throw error;
  options.onBroken?.(call.enrolmentId, error);
  const detail = error instanceof Error ? { error: error.name } : {};
  return blockWhereItStands(db, call, options, { code: 'step-broken', detail });
}

async function one(
  db: Db,
  call: Call,
  options: AdvanceOptions,
  careful: boolean,
): Promise<Next | typeof again> {
  const [next] = await attempt(db, [call], options, careful);
  return next as Next | typeof again;
}

/**
 * Many in one transaction. One answer for each call: `again` for one whose candidate is busy, here or elsewhere.
 * @throws what any of them would throw alone; nothing is changed then, and each may be tried by itself.
 */
export const advanceAll = (
  db: Db,
  calls: readonly Call[],
  options: AdvanceOptions,
): Promise<(Next | typeof again)[]> => attempt(db, calls, options, false);

/** Not even what the run came to can be written down: it stays where it stood, for a person to look at. */
async function blockWhereItStands(
  db: Db,
  { enrolmentId, now, keepStartMark = false }: Call,
  { onCommitted }: AdvanceOptions,
  why: Pick<NonNullable<RunState['problem']>, 'code' | 'detail'>,
): Promise<Next> {
  let changed: Changed | null = null;
  const next = await retryConflicts(() =>
    db.transaction().execute(async (trx): Promise<Next> => {
      changed = null;
      const loaded = await loadSomehow(trx, enrolmentId);
      if (!loaded || isClosed(loaded.state.status)) return { done: true };
      const { state, versionId, flowId, candidateId } = loaded;
      const node = state.node ?? '';
      // One that was blocked for the same reason is woken by whatever happens: that is no visit of its own.
      const still = state.status === 'blocked' && state.problem?.code === why.code;
      const visit = (state.visits[node] ?? 0) + (still ? 0 : 1);
      const failed: StepRecord = {
        node,
        visit,
        outcome: 'failed',
        port: null,
        enteredAt: state.enteredAt,
        leftAt: now,
        detail: { kind: 'effect', result: 'failed', code: why.code, ...why.detail },
      };
      const wakeAt = await leavingAt(trx, loaded, now);
      await saveAdvanced(trx, [
        {
          enrolmentId,
          versionId,
          state: {
            ...state,
            status: 'blocked',
            wait: null,
            problem: { node, visit, ...why },
            visits: { ...state.visits, [node]: visit },
          },
          steps: still ? [] : [failed],
          wakeAt,
          end: null,
          now,
          keepStartMark,
        },
      ]);
      if (!still) {
        await breakCircuits(trx, [flowId], now);
        const none = { queued: new Set<Pump>(), recordedEvents: false, told: [] };
        changed = { flowId, enrolmentId, candidateId, moved: true, ...none };
      }
      return { done: false, wakeAt, summary: `${node}: blocked` };
    }),
  );
  if (changed) onCommitted?.(changed);
  return next;
}

/** Without its past, if it is the plan that asks for the past and cannot be read. */
async function loadSomehow(trx: Trx, enrolmentId: string): Promise<LoadedEnrolment | null> {
  try {
    return await lockAndLoad(trx, enrolmentId);
  } catch (error) {
    if (isFromDatabase(error)) throw error;
    return lockAndLoadBare(trx, enrolmentId);
  }
}

/** Null as well when that cannot be told, or would have been by now: what throws is not asked again at once. */
async function leavingAt(
  trx: Trx,
  { versionId, facts }: LoadedEnrolment,
  now: number,
): Promise<number | null> {
  try {
    const at = mayLeaveAt(await planOf(trx, versionId), { facts, now });
    return at !== null && at > now ? at : null;
  } catch (error) {
    if (isFromDatabase(error)) throw error;
    return null;
  }
}

function attempt(
  db: Db,
  calls: readonly Call[],
  options: AdvanceOptions,
  careful: boolean,
): Promise<(Next | typeof again)[]> {
  return retryConflicts(async () => {
    let changed: Changed[] = [];
    const answers = await db.transaction().execute(async (trx) => {
      const byId = new Map(calls.map((call) => [call.enrolmentId, call]));
      const { loaded, later } = await lockAndLoadAll(trx, [...byId.keys()]);
      const stretches: Stretch[] = [];
      for (const enrolment of loaded) {
        if (isClosed(enrolment.state.status)) await clearMarks(trx, enrolment.id);
        else stretches.push(await begin(trx, enrolment, byId.get(enrolment.id) as Call));
      }
      await drive(stretches, { trx, house: options.house }, careful);
      changed = await settle(trx, stretches);
      const answered = new Map(stretches.map((stretch) => [stretch.call, nextOf(stretch)]));
      return calls.map((call) => {
        if (later.has(call.enrolmentId) || byId.get(call.enrolmentId) !== call) return again;
        return answered.get(call) ?? { done: true as const };
      });
    });
    for (const one of changed) options.onCommitted?.(one);
    return answers;
  });
}

/** One enrolment's part of a transaction. */
interface Stretch {
  call: Call;
  loaded: LoadedEnrolment;
  plan: Plan;
  stepping: Generator<EffectRequest, RunOutcome, EffectResult>;
  turn: IteratorResult<EffectRequest, RunOutcome>;
  events: EventToWrite[];
  queued: Set<Pump>;
  told: Set<'task' | 'notice'>;
}

async function begin(trx: Trx, loaded: LoadedEnrolment, call: Call): Promise<Stretch> {
  const plan = await planOf(trx, loaded.versionId);
  const stepping = run({
    plan,
    state: loaded.state,
    enrolmentId: loaded.id,
    applicationId: loaded.applicationId,
    startedAt: loaded.startedAt,
    facts: loaded.facts,
    events: loaded.events,
    now: call.now,
    paused: loaded.flowState !== 'live',
    pauses: loaded.pauses,
  });
  return {
    call,
    loaded,
    plan,
    stepping,
    turn: stepping.next(),
    events: [],
    queued: new Set(),
    // An approval that it waited for is settled whichever way it goes on.
    told: new Set(loaded.state.wait?.kind === 'answer' ? ['task'] : []),
  };
}

/** Effects that leave something for a deliverer. */
const outboxOf: Partial<Record<EffectType, Pump>> = {
  'email.send': 'deliver-email',
  'webhook.call': 'deliver-webhook',
  'notice.mail': 'deliver-notice',
  'notice.chat': 'deliver-notice',
};

/** Effects that put something on colleagues’ lists. */
const listOf: Partial<Record<EffectType, 'task' | 'notice'>> = {
  'task.create': 'task',
  'notice.create': 'notice',
};

/** Hands the pure interpreters what they ask for, in step, until none has anything more to ask. */
async function drive(stretches: readonly Stretch[], world: EffectWorld, careful: boolean): Promise<void> {
  for (;;) {
    const asking = stretches.filter((stretch) => !stretch.turn.done);
    if (asking.length === 0) return;
    const asks = asking.map(askOf);
    const results = careful ? await performGuarded(asks, world) : await perform(asks, world);
    for (const [index, stretch] of asking.entries()) {
      const result = results[index] as EffectResult;
      if (result.outcome === 'done') {
        stretch.events.push(...result.events.map((event) => caused(event, stretch)));
        const effect = asks[index]?.request.effect as EffectType;
        const outbox = outboxOf[effect];
        if (outbox) stretch.queued.add(outbox);
        const list = listOf[effect];
        if (list) stretch.told.add(list);
      }
      stretch.turn = stretch.stepping.next(result);
    }
  }
}

function askOf({ turn, loaded, call }: Stretch): Ask {
  const request = turn.value as EffectRequest;
  const { id: enrolmentId, flowId, versionId, candidateId, applicationId } = loaded;
  const { node, visit, facts } = request;
  return {
    request,
    place: { enrolmentId, flowId, versionId, candidateId, applicationId, node, visit, facts, now: call.now },
  };
}

const outcomeOf = (stretch: Stretch): RunOutcome => stretch.turn.value as RunOutcome;

/** Writes what the stretches came to: events, the ledger, the cursors. */
async function settle(trx: Trx, stretches: readonly Stretch[]): Promise<Changed[]> {
  for (const stretch of stretches) {
    const { end } = outcomeOf(stretch);
    // At an exit that the flow draws itself, what it has written before still leaves.
    if (end && end.status !== 'ended' && !end.reason.startsWith('left:'))
      await cancelUnsent(trx, stretch.loaded.id, end.reason);
  }
  const now = Math.max(0, ...stretches.map((stretch) => stretch.call.now));
  const events = stretches.flatMap((stretch) => [...stretch.events, ...ending(stretch)]);
  const newest = new Map<string, number>();
  // Answered in the order of their seqs: the last one of each candidate stays.
  for (const written of await recordEvents(trx, events, now)) newest.set(written.candidateId, written.seq);
  await saveAdvanced(
    trx,
    stretches.map((stretch) => advancedOf(stretch, newest.get(stretch.loaded.candidateId))),
  );
  const failed = stretches.filter((stretch) =>
    outcomeOf(stretch).steps.some((step) => step.outcome === 'failed'),
  );
  await breakCircuits(
    trx,
    failed.map((stretch) => stretch.loaded.flowId),
    now,
  );
  return stretches.map((stretch) => ({
    flowId: stretch.loaded.flowId,
    enrolmentId: stretch.loaded.id,
    candidateId: stretch.loaded.candidateId,
    queued: stretch.queued,
    recordedEvents: newest.has(stretch.loaded.candidateId),
    moved: outcomeOf(stretch).steps.length > 0 || outcomeOf(stretch).end !== null || stretch.told.size > 0,
    told: [...stretch.told],
  }));
}

/** `newest`: the last event that the stretch itself caused came before whatever it waits for from here on. */
function advancedOf(stretch: Stretch, newest: number | undefined): Advanced {
  const { state, steps, wakeAt, end } = outcomeOf(stretch);
  const { loaded, call } = stretch;
  if (state.wait && newest !== undefined) state.wait.sinceSeq = Math.max(state.wait.sinceSeq, newest);
  return {
    enrolmentId: loaded.id,
    versionId: loaded.versionId,
    state,
    steps,
    wakeAt,
    end,
    now: call.now,
    keepStartMark: call.keepStartMark ?? false,
  };
}

const caused = (event: NewEvent, { loaded, call }: Stretch): EventToWrite => ({
  candidateId: loaded.candidateId,
  type: event.type,
  recordedAt: call.now,
  applicationId: event.applicationId ?? loaded.applicationId,
  enrolmentId: loaded.id,
  data: event.data ?? {},
  causeId: loaded.triggerEventId,
  depth: loaded.causeDepth + 1,
  by: { kind: 'flow', id: loaded.flowId },
});

function ending(stretch: Stretch): EventToWrite[] {
  const { end } = outcomeOf(stretch);
  if (!end) return [];
  const data = { flowId: stretch.loaded.flowId, status: end.status, reason: end.reason };
  const ended = caused({ type: 'enrolment.ended', data }, stretch);
  return [ended, ...answerTo(stretch.loaded.parent, end.status, { ...ended, flowId: stretch.loaded.flowId })];
}

function nextOf(stretch: Stretch): Next {
  const { state, wakeAt } = outcomeOf(stretch);
  if (isClosed(state.status)) return { done: true };
  return { done: false, wakeAt, summary: timerSummary(state) };
}
/** What Temporal's own pages show beside the timer: a node and a rule, nothing about a person. */
function timerSummary({ node, wait }: RunState): string {
  const rule = wait?.rule ?? 'until woken';
  const event = wait?.event === anything ? 'any change' : wait?.event;
  return `${node ?? 'start'}: ${event ? `${event} or ${rule}` : rule}`;
}
