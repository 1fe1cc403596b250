/** Pure: what came of an effect, as a sentence and its reasons. Each effect brings its own words. */
import type { EffectType, EffectWords } from '../effects/effect.ts';
import { effects } from '../effects/index.ts';
import type { Names } from '../steps/step.ts';
import type { Explanation, Reason } from './explanation.ts';

type Detail = Record<string, unknown>;

/** code → why, for what may come of several effects, or of none; also what an enrolment's problem says. */
const common: Record<string, (detail: Detail) => string> = {
  'no-address': () => 'There is no email address',
  'do-not-contact': () => 'Is not to be contacted',
  'no-application': () => 'Came here without an application',
  'pool-gone': () => 'The pool is gone',
  'pool-archived': () => 'The pool is in the archive',
  'pool-by-condition': () => 'A condition chooses who is in this pool',
  'template-gone': () => 'The template is gone',
  'person-gone': () => 'Nobody who is meant works here any more',
  'came-to-nothing': () => 'There was nothing to put in',
  'text-problem': ({ message }) => String(message ?? 'The text cannot be filled in'),
  'database-refused': () => 'What this step wanted to write could not be stored',
  'step-unknown': () => 'This version of Tendril does not know this step',
  'step-broken': () => 'This step could not be worked out',
  'node-gone': () => 'This step is not in the flow any more',
};

const wordsOf = (effect: unknown): EffectWords | null =>
  typeof effect === 'string' && Object.hasOwn(effects, effect) ? effects[effect as EffectType].words : null;

/** `detail.effect` says whose code it is, where it is an effect's. */
export function problemInWords(code: string, detail: Detail): string {
  const own = wordsOf(detail.effect)?.codes;
  if (own && Object.hasOwn(own, code)) return own[code]?.(detail) ?? code;
  return Object.hasOwn(common, code) ? (common[code]?.(detail) ?? code) : code;
}

/** What an answer came to; the effect's own words, else the port's name. */
export function answeredInWords(detail: Detail, port: string, data: Detail, names: Names): string {
  const own = wordsOf(detail.effect)?.answered;
  return own && Object.hasOwn(own, port) ? (own[port]?.(data, names) ?? port) : port;
}

const results = ['done', 'unchanged', 'skipped', 'failed'] as const;

/** Null: an effect that this version does not know. */
export function effectWords(detail: Detail): Explanation | null {
  const words = wordsOf(detail.effect);
  const result = results.find((each) => each === detail.result);
  if (!words || !result) return null;
  const reasons: Reason[] =
    typeof detail.code === 'string'
      ? [{ mark: result === 'unchanged' ? 'note' : 'no', text: problemInWords(detail.code, detail) }]
      : (words.notes?.(detail) ?? []);
  return { title: words[result](detail), reasons };
}
