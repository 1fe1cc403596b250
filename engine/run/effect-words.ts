/** Pure: what came of an effect, in one table of sentences. */
import type { EffectType } from '../effects/effect.ts';
import type { Explanation, Reason } from './explanation.ts';

type Detail = Record<string, unknown>;

interface Titles {
  done(detail: Detail): string;
  unchanged(detail: Detail): string;
  skipped(detail: Detail): string;
  failed(detail: Detail): string;
}

const titles: Record<EffectType, Titles> = {
  'candidate.tag': {
    done: ({ tag }) => `Added tag “${tag}”`,
    unchanged: ({ tag }) => `Tag “${tag}”`,
    skipped: ({ tag }) => `Did not add tag “${tag}”`,
    failed: ({ tag }) => `Could not add tag “${tag}”`,
  },
  'application.move': {
    done: ({ stage }) => `Moved to ${stage}`,
    unchanged: ({ stage }) => `Stage ${stage}`,
    skipped: ({ stage }) => `Did not move to ${stage}`,
    failed: ({ stage }) => `Could not move to ${stage}`,
  },
  'pool.add': {
    done: ({ pool }) => `Added to “${pool}”`,
    unchanged: ({ pool }) => `Pool “${pool}”`,
    skipped: ({ pool }) => `Did not add to “${pool ?? 'a pool'}”`,
    failed: ({ pool }) => `Could not add to “${pool ?? 'a pool that is gone'}”`,
  },
  'email.send': {
    done: ({ template }) => `Sent “${template}”`,
    unchanged: ({ template }) => `Email “${template}”`,
    skipped: ({ template }) => `Did not send “${template}”`,
    failed: ({ template }) => `Could not send “${template ?? 'a template that is gone'}”`,
  },
};

/** code → why; also what an enrolment's problem says. */
const sentences: Record<string, (detail: Detail) => string> = {
  'already-tagged': () => 'Had the tag already',
  'already-there': () => 'Was in this stage already',
  'already-member': () => 'Was in the pool already',
  'no-address': () => 'There is no email address',
  'do-not-contact': () => 'Is not to be contacted',
  suppressed: ({ reason }) => String(reason ?? 'Nothing may be sent to this address'),
  'no-application': () => 'Came here without an application',
  'stage-gone': ({ stage }) => `The pipeline has no stage “${stage}”`,
  'pool-gone': () => 'The pool is gone',
  'template-gone': () => 'The template is gone',
  'template-problem': ({ message }) => String(message ?? 'The template cannot be filled in'),
  'database-refused': () => 'What this step wanted to write could not be stored',
  'step-unknown': () => 'This version of Tendril does not know this step',
  'step-broken': () => 'This step could not be worked out',
  'node-gone': () => 'This step is not in the flow any more',
};

export function problemInWords(code: string, detail: Detail): string {
  return Object.hasOwn(sentences, code) ? (sentences[code]?.(detail) ?? code) : code;
}

/** Null: an effect that this version does not know. */
export function effectWords(detail: Detail): Explanation | null {
  const title = titles[detail.effect as EffectType]?.[detail.result as keyof Titles];
  if (!title) return null;
  const reasons: Reason[] = [];
  if (typeof detail.code === 'string') {
    reasons.push({
      mark: detail.result === 'unchanged' ? 'note' : 'no',
      text: problemInWords(detail.code, detail),
    });
  } else if (detail.effect === 'application.move' && detail.from) {
    reasons.push({ mark: 'yes', text: `From ${detail.from}` });
  } else if (detail.effect === 'email.send' && detail.subject) {
    reasons.push({ mark: 'note', text: `“${detail.subject}”` });
  }
  return { title: title(detail), reasons };
}
