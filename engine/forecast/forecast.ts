/**
 * Pure: what a flow would do with a cohort, each person run through the simulator and forgotten but for a few lines.
 * Nobody does anything meanwhile: what is taken for granted is told by `assumptions.ts`.
 */
import { judge } from '../conditions/memory.ts';
import type { Contact } from '../contact/arbiter.ts';
import type { NodeId } from '../flow/schema.ts';
import type { Plan } from '../plan/ops.ts';
import { type EarlierEntry, type EntryRefusal, entryRefusal } from '../run/entry.ts';
import type { StepRecord } from '../run/state.ts';
import { type SimulatedRun, simulate } from '../simulate/simulate.ts';
import type { SimulatedWorld } from '../simulate/world.ts';
import { zoneFor } from '../time/calendar.ts';
import type { EarlierRun, ForecastEntry, ForecastRun, Obstacle } from './entry.ts';
import { type ForecastTally, Tally } from './tally.ts';

export interface CohortInput {
  plan: Plan;
  /** Without what is one person's: stages are those of every pipeline. */
  world: Omit<SimulatedWorld, 'stages' | 'suppressed' | 'contacts' | 'holds'>;
  stages: readonly (SimulatedWorld['stages'][number] & { pipelineId: string })[];
  /** IANA name: on whose clock days are counted. */
  timeZone: string;
  /** How many people one of the forecast stands for; default 1. Counts against the flow's places. */
  standsFor?: number;
  /** How many are in the flow now, where it has a limit. */
  inside?: number;
}

/** As far as anyone is followed: a loop goes on for ever. */
export const horizonDays = 365;
const horizon = horizonDays * 86_400_000;

interface Known {
  been: EarlierRun[];
  contacts: Contact[];
  runs: number;
}

/** People may come in any order, one person's entries in the order of their time; where the flow has a limit, all of them. */
export class CohortForecast {
  readonly #input: CohortInput;
  readonly #tally: Tally;
  readonly #people = new Map<string, Known>();
  /** When those leave again who are in the flow; only kept where it has a limit. */
  #leaving: number[] = [];

  constructor(input: CohortInput) {
    this.#input = input;
    this.#tally = new Tally(input.timeZone);
  }

  /** Null: the trigger's condition does not hold for her. */
  enter(entry: ForecastEntry): ForecastRun | null {
    const { facts, at, trigger, event } = entry;
    const verdict =
      event && trigger.when ? judge(trigger.when, { facts, event, now: at }) : { holds: true, because: [] };
    if (!verdict.holds) return null;
    const { id, fullName } = facts.candidate;
    const known = this.#knownOf(id, entry);
    const told = { candidateId: id, name: fullName, at };
    const refusal = this.#refusal(entry, known);
    if (refusal) {
      const { code, detail } = refusal;
      const obstacles: Obstacle[] = [{ kind: 'refused', code, node: null, detail }];
      const run: ForecastRun = { ...told, refused: code, mails: [], obstacles, status: null, until: at };
      this.#tally.add(run, []);
      return run;
    }
    const { plan, world, stages } = this.#input;
    const pipelineId = facts.application?.pipelineId ?? null;
    known.runs++;
    const run = simulate({
      plan,
      world: {
        ...world,
        stages: stages.filter((stage) => pipelineId === null || stage.pipelineId === pipelineId),
        suppressed: entry.suppressed,
        contacts: known.contacts,
        holds: entry.holds,
      },
      facts,
      start: at,
      triggerNode: trigger.node,
      event,
      because: verdict.because,
      // Not the id that she will have: a draw by lot may fall otherwise, its shares do not.
      enrolmentId: `forecast:${id}:${known.runs}`,
      until: at + horizon,
    });
    const status = run.end?.status ?? (run.state.status === 'blocked' ? 'blocked' : 'open');
    const forecast: ForecastRun = {
      ...told,
      refused: null,
      mails: run.messages.map(({ node, at: leaves }) => ({ node, at: leaves })).sort((a, b) => a.at - b.at),
      obstacles: obstaclesOf(run, (node) => this.#templateOf(node)),
      status,
      until: run.at,
    };
    this.#remember(known, entry, run);
    this.#tally.add(forecast, run.steps);
    return forecast;
  }

  result(): ForecastTally {
    return this.#tally.result();
  }

  /** The name of what the step writes by. */
  #templateOf(node: NodeId): string | null {
    const op = this.#input.plan.ops[node];
    if (op?.op !== 'effect' || op.effect !== 'email.send') return null;
    return this.#input.world.templates.find(({ id }) => id === op.input.templateId)?.name ?? null;
  }

  #knownOf(id: string, { earlier, contacts }: ForecastEntry): Known {
    let known = this.#people.get(id);
    if (!known) {
      known = { been: [...earlier], contacts: [...contacts], runs: 0 };
      this.#people.set(id, known);
    }
    return known;
  }

  #refusal({ facts, at }: ForecastEntry, known: Known): EntryRefusal | null {
    const { plan, standsFor = 1, inside = 0 } = this.#input;
    const limited = plan.settings.maxOpen !== undefined;
    if (limited) this.#leaving = this.#leaving.filter((leaves) => leaves > at);
    return entryRefusal(
      plan.settings,
      known.been.filter(({ from }) => from <= at).map((one) => earlierAt(one, at)),
      {
        now: at,
        timeZone: zoneFor(facts),
        inside: limited ? inside + this.#leaving.length * standsFor : 0,
        applicationId: facts.application?.id ?? null,
        jobId: facts.job?.id ?? null,
      },
    );
  }

  #remember(known: Known, { facts, at }: ForecastEntry, run: SimulatedRun): void {
    const to = run.end ? run.at : null;
    known.been.push({
      applicationId: facts.application?.id ?? null,
      jobId: facts.job?.id ?? null,
      from: at,
      to,
    });
    for (const { node, visit, at: sent, contactClass } of run.messages)
      known.contacts.push({ id: `${known.runs} ${node} ${visit}`, class: contactClass, at: sent });
    if (this.#input.plan.settings.maxOpen !== undefined) this.#leaving.push(to ?? Number.POSITIVE_INFINITY);
  }
}

const earlierAt = ({ from, to, applicationId, jobId }: EarlierRun, at: number): EarlierEntry => {
  const open = to === null || to > at;
  return { applicationId, jobId, open, last: open ? from : to };
};

function obstaclesOf(
  { steps, messages, skipped }: SimulatedRun,
  templateOf: (node: NodeId) => string | null,
): Obstacle[] {
  const late = messages.flatMap(({ node, deferred, obstacle }): Obstacle[] =>
    deferred
      ? [{ kind: 'put-off', code: deferred, node, detail: { ...obstacle, template: templateOf(node) } }]
      : [],
  );
  const never = steps.flatMap((step): Obstacle[] => {
    const code = skipped.get(`${step.node} ${step.visit}`);
    if (code) return [{ kind: 'not-sent', code, node: step.node, detail: step.detail }];
    return ofStep(step);
  });
  return [...never, ...late];
}

/** A wait that the end of the run cut short has no code: nothing was in its way. */
function ofStep({ node, outcome, detail }: StepRecord): Obstacle[] {
  if (outcome === 'passed' || typeof detail.code !== 'string') return [];
  return [{ kind: outcome === 'failed' ? 'stuck' : 'not-sent', code: detail.code, node, detail }];
}
