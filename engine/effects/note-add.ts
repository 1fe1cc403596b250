/** Pure: a note on the candidate, written by the flow. */
import { fillText } from '../templates/plain.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import type { EffectDefinition } from './effect.ts';

export interface NoteAdd {
  /** Liquid. */
  input: { body: string };
  known: Record<string, never>;
  decision: { body: string };
}

export const noteAdd: EffectDefinition<'note.add'> = {
  type: 'note.add',
  decide({ body }, _known, facts) {
    try {
      const text = fillText(body, facts);
      if (text === '') return { outcome: 'skipped', code: 'came-to-nothing', detail: {} };
      return {
        outcome: 'done',
        detail: {},
        decision: { body: text },
        events: [{ type: 'note.added' }],
        facts,
      };
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      return { outcome: 'failed', code: 'text-problem', detail: { message: error.message } };
    }
  },
  simulate: () => ({}),
  causes: () => [{ type: 'note.added', data: {} }],
  words: {
    done: () => 'Wrote a note',
    unchanged: () => 'Note',
    skipped: () => 'Did not write a note',
    failed: () => 'Could not write a note',
  },
};
