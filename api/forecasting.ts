/** A flow's forecast for a cohort: people are read by the batch and run one after the other, each forgotten but for a few lines. */
import { setImmediate as pauseForOthers } from 'node:timers/promises';
import type { Db } from '../db/connect.ts';
import { loadFacts } from '../db/queries/facts.ts';
import type { StoredWorld } from '../db/queries/flow-world.ts';
import {
  countInside,
  type KnownPerson,
  knownOf,
  type PastEvent,
  type PastEvents,
  pastEvents,
  type StoredCohort,
  sampleOf,
} from '../db/queries/forecast.ts';
import type { Facts } from '../engine/facts.ts';
import type { ForecastEntry, ForecastRun } from '../engine/forecast/entry.ts';
import { CohortForecast } from '../engine/forecast/forecast.ts';
import { entersAfter } from '../engine/forecast/pace.ts';
import type { ForecastTally } from '../engine/forecast/tally.ts';
import { historyOfPlan } from '../engine/plan/history.ts';
import { loadFor } from '../engine/plan/load.ts';
import type { Plan, PlanTrigger } from '../engine/plan/ops.ts';
import { triggerByHand } from '../engine/run/entry.ts';
import { isSwept } from '../engine/triggers/sweep.ts';
import { Problem } from './problems.ts';

/** Above this many people a forecast is made of an even sample. */
export const sampleSize = 5_000;
const batch = 500;
/** So many are run before others get their turn: a few milliseconds. */
const inOneGo = 50;
/** Milliseconds. A sample that takes longer is cut short, and says so: people come in no order, so it stays even. */
const patience = 20_000;

export interface CohortAsked {
  flowId: string;
  plan: Plan;
  world: StoredWorld;
  /** IANA name: on whose clock days are counted. */
  timeZone: string;
  cohort: StoredCohort;
  /** Milliseconds since 1970: as of when; those in the cohort enter then, unless past events say otherwise. */
  now: number;
  /** So many enter a minute, in the order of their ids; absent: all at once. */
  perMinute?: number | undefined;
  /** The caller has gone away. */
  signal: AbortSignal;
  /** At most so many people; default `sampleSize`. */
  most?: number;
}

export interface CohortAnswer {
  tally: ForecastTally;
  runs: ForecastRun[];
  /** Of those who were forecast: whose time zone is guessed. */
  guessedZones: number;
  /** How many of how many people were forecast. */
  from: number;
  of: number;
  /** False: time ran out before the sample did. */
  complete: boolean;
}

type Timed = ForecastEntry & { triggers: readonly PlanTrigger[] };

/** @throws {Problem} `cohort-too-slow`. @throws {DOMException} `AbortError` once the caller is gone. */
export async function forecastCohort(db: Db, asked: CohortAsked): Promise<CohortAnswer> {
  const { plan, world, timeZone, cohort, flowId, now, signal, most = sampleSize } = asked;
  await loadFor(plan);
  const sample = await sampleOf(db, cohort, most, patience);
  if (!sample) throw new Problem('cohort-too-slow');
  const { of } = sample;
  const ids = asked.perMinute === undefined ? sample.ids : sample.ids.toSorted();
  const past = 'events' in cohort ? cohort.events : null;
  const limited = plan.settings.maxOpen !== undefined;
  const forecast = new CohortForecast({
    plan,
    world,
    stages: world.stages,
    timeZone,
    standsFor: ids.length > 0 ? of / ids.length : 1,
    inside: limited ? await countInside(db, flowId, past?.from ?? now) : 0,
  });
  const runs: ForecastRun[] = [];
  const until = performance.now() + patience;
  const run = async (entries: readonly Timed[]): Promise<void> => {
    for (const [index, { triggers, ...entry }] of entries.entries()) {
      if (index % inOneGo === 0) await pauseForOthers();
      signal.throwIfAborted();
      for (const trigger of triggers) {
        const told = forecast.enter({ ...entry, trigger });
        if (!told) continue;
        runs.push(told);
        break;
      }
    }
  };
  let from = 0;
  let guessedZones = 0;
  const waiting: Timed[] = [];
  while (from < ids.length && performance.now() < until) {
    signal.throwIfAborted();
    const some = ids.slice(from, from + batch);
    const first = from;
    const scale = of / ids.length;
    const enters = ({ perMinute }: CohortAsked, index: number) =>
      perMinute === undefined ? now : now + entersAfter(Math.floor((first + index) * scale), perMinute);
    const known = await knownOf(db, some, { flowId, now, before: past?.from ?? null });
    for (const { zoneFrom } of known.values()) if (zoneFrom !== null) guessedZones++;
    const entries = await entriesOf(db, asked, { past, ids: some, known }, (index) => enters(asked, index));
    // Who finds the flow full depends on everyone who came before.
    if (limited) waiting.push(...entries);
    else await run(entries);
    from += some.length;
  }
  await run(waiting.sort((a, b) => a.at - b.at || (a.facts.candidate.id < b.facts.candidate.id ? -1 : 1)));
  return { tally: forecast.result(), runs, guessedZones, from, of, complete: from === ids.length };
}

/** Two statements at most, however many people. */
async function entriesOf(
  db: Db,
  { plan }: CohortAsked,
  { past, ids, known }: { past: PastEvents | null; ids: readonly string[]; known: Map<string, KnownPerson> },
  enters: (index: number) => number,
): Promise<Timed[]> {
  const history = historyOfPlan(plan);
  if (past) {
    const events = await pastEvents(db, ids, past);
    const wanted = events.map((event) => ({
      candidateId: event.candidateId,
      applicationId: applicationOf(event),
    }));
    const facts = await loadFacts(db, wanted, history);
    return events.flatMap((event, index) =>
      entry(facts[index], known.get(event.candidateId), event.recordedAt, event, heardBy(plan, event)),
    );
  }
  const wanted = ids.map((candidateId) => ({
    candidateId,
    applicationId: known.get(candidateId)?.applicationId ?? null,
  }));
  const facts = await loadFacts(db, wanted, history);
  const trigger = triggerByHand(plan);
  return ids.flatMap((id, index) =>
    entry(facts[index], known.get(id), enters(index), null, trigger ? [trigger] : []),
  );
}

function entry(
  facts: Facts | null | undefined,
  known: KnownPerson | undefined,
  at: number,
  event: PastEvent | null,
  triggers: readonly PlanTrigger[],
): Timed[] {
  const [trigger] = triggers;
  if (!facts || !known || !trigger) return [];
  const { suppressed, contacts, holds, earlier } = known;
  return [{ facts, at, event, trigger, triggers, suppressed, contacts, holds, earlier }];
}

/** The triggers that hear it, in the order in which the router asks them. */
function heardBy(plan: Plan, event: PastEvent): PlanTrigger[] {
  if (event.type === 'enrolment.requested') {
    const trigger = triggerByHand(plan, event.byFlow);
    return trigger ? [trigger] : [];
  }
  return plan.triggers
    .filter(
      (trigger) => trigger.event === event.type && (!isSwept(event.type) || event.data.node === trigger.node),
    )
    .sort((a, b) => (a.node < b.node ? -1 : 1));
}

function applicationOf({ applicationId, data }: PastEvent): string | null {
  return applicationId ?? (typeof data.applicationId === 'string' ? data.applicationId : null);
}
