/**
 * Pure: what another system answers in a simulation. Nobody calls it here, so it is what was told: each call takes the
 * next answer that has come by then, and waits for one that comes within its time. Untold, it takes what is usual.
 */
import type { NewEvent } from '../events.ts';
import type { CandidateFacts } from '../facts.ts';
import type { NodeId } from '../flow/schema.ts';
import type { Plan } from '../plan/ops.ts';
import type { Wait } from '../run/state.ts';
import { readAnswer, type SavedField } from '../webhooks/answer.ts';
import { mayPass } from '../webhooks/outcome.ts';

/** What is taken for granted of answers that are told by nobody; of any other question: that it is not answered. */
const usual: Partial<Record<string, string>> = { 'webhook.answered': 'success' };

export const isAnsweredFor = (type: string): boolean => Object.hasOwn(usual, type);

/** That there is none, as what is told may say. */
const noAnswer = 'timeout';

type Told = NewEvent & { at: number };

export interface Answered {
  outcome: string;
  data: Record<string, unknown>;
  /** What it brings for the candidate's own fields. */
  custom: CandidateFacts['custom'];
}

export class SimulatedAnswers {
  readonly #told: Told[];
  /** Visits whose question stays without an answer. */
  readonly #silent = new Set<string>();

  /** In the order of their instants. */
  constructor(told: readonly Told[]) {
    this.#told = [...told];
  }

  /** What the run that waits hears now; null: nothing yet, or never. `now` in milliseconds. */
  next(plan: Plan, node: NodeId, wait: Wait, now: number): Answered | null {
    const taken = usual[wait.event ?? ''];
    const asker = wait.asked ?? node;
    const visit = `${asker} ${wait.visit}`;
    if (taken === undefined || this.#silent.has(visit)) return null;
    const index = this.#told.findIndex(
      ({ type, at, data = {} }) =>
        type === wait.event && at < wait.until && (data.node === undefined || data.node === asker),
    );
    const told = this.#told[index];
    if (!told) return { outcome: taken, data: {}, custom: {} };
    if (told.at > now) return null;
    this.#told.splice(index, 1);
    const { body, outcome: _said, node: _asked, ...data } = told.data ?? {};
    const outcome = outcomeOf(told.data ?? {}, taken);
    if (outcome === noAnswer) {
      this.#silent.add(visit);
      return null;
    }
    const kept = outcome === 'success' && body !== undefined ? readAnswer(body, savedBy(plan, asker)) : null;
    const missing = kept && kept.missing.length > 0 ? { missing: kept.missing } : {};
    return { outcome, data: { ...data, ...missing }, custom: kept?.custom ?? {} };
  }
}

/** As it is said, or as the status says it: what would be tried again is no answer, for it stays so here. */
function outcomeOf({ outcome, status }: Record<string, unknown>, taken: string): string {
  if (typeof outcome === 'string') return outcome;
  if (typeof status !== 'number') return taken;
  if (mayPass(status)) return noAnswer;
  return status >= 200 && status < 300 ? 'success' : 'failure';
}

function savedBy(plan: Plan, node: NodeId): readonly SavedField[] {
  const op = plan.ops[node];
  return op?.op === 'effect' && op.effect === 'webhook.call' ? op.input.save : [];
}
