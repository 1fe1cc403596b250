/**
 * Moves one enrolment on, in one transaction: what happened since, then the plan's ops until the next wait.
 * Every effect, its ledger row and the new cursor commit together; run twice, it changes nothing the second time.
 */
import type { Db } from '../db/connect.ts';
import { type LoadedEnrolment, lockAndLoad, saveAdvanced } from '../db/queries/enrolments.ts';
import { type EventToWrite, recordEvents } from '../db/queries/events.ts';
import type { Trx } from '../db/queries/lock.ts';
import { clearMarks } from '../db/queries/marks.ts';
import { cancelUnsent } from '../db/queries/messages.ts';
import { planOf } from '../db/queries/plans.ts';
import { isDataError, retryConflicts, savepoint } from '../db/transactions.ts';
import type { EffectInputs, EffectRequest, EffectResult, EffectType } from '../engine/effects/effect.ts';
import { effects } from '../engine/effects/index.ts';
import type { NewEvent } from '../engine/events.ts';
import type { Plan } from '../engine/plan/ops.ts';
import { run } from '../engine/run/run.ts';
import { isClosed, type RunOutcome, type StepRecord } from '../engine/run/state.ts';
import type { EffectPlace, House } from './effects/effect.ts';
import { handlers } from './effects/index.ts';

/** What its clock has to know. `wakeAt` in milliseconds since 1970; null: only when woken. */
export type Next = { done: true } | { done: false; wakeAt: number | null; summary: string };

export interface AdvanceOptions {
  house: House;
  /** The waker's first stretch: the starting mark stays until Temporal has acknowledged the workflow. */
  keepStartMark?: boolean;
  /** Called after the commit, with what changed. */
  onCommitted?(changed: {
    flowId: string;
    enrolmentId: string;
    candidateId: string;
    queuedMail: boolean;
    recordedEvents: boolean;
    moved: boolean;
  }): void;
}

export async function advance(
  db: Db,
  enrolmentId: string,
  now: number,
  options: AdvanceOptions,
): Promise<Next> {
  try {
    return await attempt(db, enrolmentId, now, options, false);
  } catch (error) {
    // Something an op wrote was refused by the database. Once more, each op under a savepoint, so that the
    // one at fault becomes a failed visit instead of failing the whole stretch for ever.
    if (!isDataError(error)) throw error;
  }
  try {
    return await attempt(db, enrolmentId, now, options, true);
  } catch (error) {
    if (!isDataError(error)) throw error;
    return blockWhereItStands(db, enrolmentId, now);
  }
}

/** Not even what the run came to can be written down: it stays where it stood, for a person to look at. */
function blockWhereItStands(db: Db, enrolmentId: string, now: number): Promise<Next> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const loaded = await lockAndLoad(trx, enrolmentId);
      if (!loaded || isClosed(loaded.state.status)) return { done: true };
      const node = loaded.state.node ?? '';
      const visit = (loaded.state.visits[node] ?? 0) + 1;
      const problem = { node, visit, code: 'database-refused', detail: {} };
      const failed: StepRecord = {
        node,
        visit,
        outcome: 'failed',
        port: null,
        enteredAt: loaded.state.enteredAt,
        leftAt: now,
        detail: { kind: 'effect', result: 'failed', code: problem.code },
      };
      await saveAdvanced(trx, {
        enrolmentId,
        versionId: loaded.versionId,
        state: {
          ...loaded.state,
          status: 'blocked',
          wait: null,
          problem,
          visits: { ...loaded.state.visits, [node]: visit },
        },
        steps: [failed],
        wakeAt: null,
        end: null,
        now,
        keepStartMark: false,
      });
      return { done: false, wakeAt: null, summary: `${node}: blocked` };
    }),
  );
}

function attempt(
  db: Db,
  enrolmentId: string,
  now: number,
  options: AdvanceOptions,
  careful: boolean,
): Promise<Next> {
  return retryConflicts(async () => {
    let committed: (() => void) | undefined;
    const next = await db.transaction().execute(async (trx) => {
      const loaded = await lockAndLoad(trx, enrolmentId);
      if (!loaded) return { done: true } as const;
      if (isClosed(loaded.state.status)) {
        await clearMarks(trx, enrolmentId);
        return { done: true } as const;
      }
      const plan = await planOf(trx, loaded.versionId);
      const done = await drive(trx, plan, loaded, now, options.house, careful);
      const { outcome } = done;
      if (outcome.end && outcome.end.status !== 'ended')
        await cancelUnsent(trx, enrolmentId, outcome.end.reason);
      const recorded = await recordEvents(trx, [...done.events, ...ending(loaded, outcome)], now);
      // What the run itself just caused came before whatever it waits for from here on.
      const newest = recorded.at(-1)?.seq;
      if (outcome.state.wait && newest !== undefined)
        outcome.state.wait.sinceSeq = Math.max(outcome.state.wait.sinceSeq, newest);
      await saveAdvanced(trx, {
        enrolmentId,
        versionId: loaded.versionId,
        state: outcome.state,
        steps: outcome.steps,
        wakeAt: outcome.wakeAt,
        end: outcome.end,
        now,
        keepStartMark: options.keepStartMark ?? false,
      });
      committed = () =>
        options.onCommitted?.({
          flowId: loaded.flowId,
          enrolmentId,
          candidateId: loaded.candidateId,
          queuedMail: done.queuedMail,
          recordedEvents: recorded.length > 0,
          moved: outcome.steps.length > 0 || outcome.end !== null,
        });
      return nextOf(plan, outcome);
    });
    committed?.();
    return next;
  });
}

interface Driven {
  outcome: RunOutcome;
  events: EventToWrite[];
  queuedMail: boolean;
}

/** Hands the pure interpreter what it asks for, until it has nothing more to ask. */
async function drive(
  trx: Trx,
  plan: Plan,
  loaded: LoadedEnrolment,
  now: number,
  house: House,
  careful: boolean,
): Promise<Driven> {
  const { id: enrolmentId, flowId, versionId, candidateId, applicationId, facts } = loaded;
  const events: EventToWrite[] = [];
  let queuedMail = false;
  const stepping = run({
    plan,
    state: loaded.state,
    enrolmentId,
    applicationId,
    startedAt: loaded.startedAt,
    facts,
    events: loaded.events,
    now,
    paused: loaded.flowState !== 'live',
  });
  let turn = stepping.next();
  while (!turn.done) {
    const request = turn.value;
    const place: EffectPlace = {
      trx,
      enrolmentId,
      flowId,
      versionId,
      candidateId,
      applicationId,
      node: request.node,
      visit: request.visit,
      facts: request.facts,
      now,
      house,
    };
    const result = careful ? await guarded(request, place) : await perform(request, place);
    if (result.outcome === 'done') {
      events.push(...result.events.map((event) => caused(event, loaded)));
      queuedMail ||= request.effect === 'email.send';
    }
    turn = stepping.next(result);
  }
  return { outcome: turn.value, events, queuedMail };
}

async function perform(request: EffectRequest, place: EffectPlace): Promise<EffectResult> {
  return performTyped(request.effect, request.input as never, place);
}

async function performTyped<E extends EffectType>(
  effect: E,
  input: EffectInputs[E],
  place: EffectPlace,
): Promise<EffectResult<E>> {
  const handler = handlers[effect];
  const known = await handler.know(input as never, place);
  const result = effects[effect].decide(
    input as never,
    known as never,
    place.facts,
    place.now,
  ) as EffectResult<E>;
  if (result.outcome === 'done') await handler.write(result.decision as never, input as never, place);
  return result;
}

/** The same under a savepoint: what the database refuses is a failed visit, awaiting repair. */
async function guarded(request: EffectRequest, place: EffectPlace): Promise<EffectResult> {
  const tried = await savepoint(place.trx, () => perform(request, place));
  if (tried.ok) return tried.value;
  return { outcome: 'failed', code: 'database-refused', detail: { sqlState: tried.sqlState } };
}

const caused = (event: NewEvent, loaded: LoadedEnrolment): EventToWrite => ({
  candidateId: loaded.candidateId,
  type: event.type,
  applicationId: event.applicationId ?? loaded.applicationId,
  enrolmentId: loaded.id,
  data: event.data ?? {},
  causeId: loaded.triggerEventId,
  depth: loaded.causeDepth + 1,
  by: { kind: 'flow', id: loaded.flowId },
});

const ending = (loaded: LoadedEnrolment, outcome: RunOutcome): EventToWrite[] =>
  outcome.end
    ? [
        caused(
          {
            type: 'enrolment.ended',
            data: { flowId: loaded.flowId, status: outcome.end.status, reason: outcome.end.reason },
          },
          loaded,
        ),
      ]
    : [];

function nextOf(plan: Plan, { state, wakeAt }: RunOutcome): Next {
  if (isClosed(state.status)) return { done: true };
  return { done: false, wakeAt, summary: timerSummary(plan, state.node, state.wait?.rule) };
}

/** What Temporal's own pages show beside the timer: a node and a rule, nothing about a person. */
function timerSummary(plan: Plan, node: string | null, rule: string | undefined): string {
  const op = node === null ? undefined : plan.ops[node];
  return op?.op === 'await'
    ? `${node}: ${op.event} or ${rule ?? op.timeout}`
    : `${node ?? 'start'}: ${rule ?? 'until woken'}`;
}
