/** Pure: what people did to a run, as its ledger tells it, and what they are about to do, as a sentence. */
import type { Op } from '../plan/ops.ts';
import type { Names } from '../steps/step.ts';
import { durationInWords, instantInWords } from '../time/words.ts';
import { effectWords } from './effect-words.ts';
import type { Explanation, Reason } from './explanation.ts';
import type { Becomes } from './move.ts';

type Detail = Record<string, unknown>;

const moment = (ms: unknown, timeZone: string): string => instantInWords(Number(ms), timeZone, Number(ms));

export function movedInWords(detail: Detail, timeZone: string): Explanation {
  const { fromVersion, toVersion, undone, rule, until, nowRule, nowUntil } = detail;
  const between = fromVersion !== toVersion;
  const title = between
    ? `${undone ? 'Taken back' : 'Moved'} from version ${fromVersion} to version ${toVersion}`
    : 'Moved to another step by hand';
  const reasons: Reason[] = [];
  if (detail.did) reasons.push(...(effectWords(detail.did as Detail)?.reasons ?? []));
  if (nowUntil !== undefined && nowRule === rule)
    reasons.push({ mark: 'note', text: `Waits on, to ${moment(nowUntil, timeZone)} as before` });
  else if (nowUntil !== undefined)
    reasons.push({
      mark: 'note',
      text: `Waits ${durationInWords(String(nowRule))} instead of ${durationInWords(String(rule))}, counted from when the wait began: to ${moment(nowUntil, timeZone)}`,
    });
  else if (until !== undefined)
    reasons.push({ mark: 'note', text: `Would have waited to ${moment(until, timeZone)}` });
  if (detail.blocked) reasons.push({ mark: 'note', text: 'Was blocked here' });
  return { title, reasons };
}

export function skippedInWords(detail: Detail, timeZone: string): Explanation {
  const waited = detail.until !== undefined;
  const reasons: Reason[] = waited
    ? [{ mark: 'note', text: `Would have waited to ${moment(detail.until, timeZone)}` }]
    : [{ mark: 'note', text: 'It had failed; nothing of it was done' }];
  if (detail.did) reasons.unshift(...(effectWords(detail.did as Detail)?.reasons ?? []));
  return { title: waited ? 'Wait ended by hand' : 'Step left out by hand', reasons };
}

/** What goes on without whoever is taken from a step, for those who decide about it. Null: nothing does. */
export function behindInWords(op: Op | undefined, names: Names): string | null {
  if (op?.op !== 'effect' || op.effect !== 'flow.start' || !op.answer) return null;
  const flow = names.flow(op.input.flowId);
  return `${flow ? `“${flow}”` : 'The flow'}, whose end they wait for, runs on by its own rules.`;
}

/** What a wait becomes, for those who decide about it. `rules`: ISO 8601 durations of both, where they wait. */
export function becomesInWords(
  what: Becomes,
  rules: { before?: string; after?: string },
  next: string,
): string {
  const [before, after] = [rules.before, rules.after].map((rule) => (rule ? durationInWords(rule) : ''));
  const sentences: Record<Becomes, string> = {
    keeps: 'Everyone keeps the day and hour they wait for.',
    recounted: `They wait ${after} instead of ${before}, counted from when each began to wait.`,
    begins: `They begin there anew: ${next}.`,
    'at-once': `They go on at once: ${next}.`,
  };
  return sentences[what];
}
