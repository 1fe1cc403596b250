/** Pure: adding a tag to the candidate. */
import { fold } from '../conditions/fold.ts';
import type { EffectDefinition } from './effect.ts';

export interface CandidateTag {
  input: { tag: string };
  known: Record<string, never>;
  decision: { tag: string };
}

export const candidateTag: EffectDefinition<'candidate.tag'> = {
  type: 'candidate.tag',
  decide({ tag: given }, _known, facts) {
    const tag = given.trim();
    if (facts.candidate.tags.some((each) => fold(each) === fold(tag)))
      return { outcome: 'unchanged', code: 'already-tagged', detail: { tag } };
    return {
      outcome: 'done',
      detail: { tag },
      decision: { tag },
      events: [{ type: 'candidate.tagged', data: { tag } }],
      facts: { ...facts, candidate: { ...facts.candidate, tags: [...facts.candidate.tags, tag] } },
    };
  },
  simulate: () => ({}),
  causes: ({ tag }) => [{ type: 'candidate.tagged', data: { tag } }],
  words: {
    done: ({ tag }) => `Added tag “${tag}”`,
    unchanged: ({ tag }) => `Tag “${tag}”`,
    skipped: ({ tag }) => `Did not add tag “${tag}”`,
    failed: ({ tag }) => `Could not add tag “${tag}”`,
    codes: { 'already-tagged': () => 'Had the tag already' },
  },
};
