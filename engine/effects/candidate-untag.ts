/** Pure: taking a tag off the candidate. */
import { fold } from '../conditions/fold.ts';
import type { EffectDefinition } from './effect.ts';

export interface CandidateUntag {
  input: { tag: string };
  known: Record<string, never>;
  /** As the candidate wears it; spelt in two ways, it goes in both. */
  decision: { tags: string[] };
}

export const candidateUntag: EffectDefinition<'candidate.untag'> = {
  type: 'candidate.untag',
  decide({ tag: given }, _known, facts) {
    const tag = given.trim();
    const { candidate } = facts;
    const tags = candidate.tags.filter((each) => fold(each) === fold(tag));
    if (tags.length === 0) return { outcome: 'unchanged', code: 'not-tagged', detail: { tag } };
    return {
      outcome: 'done',
      detail: { tag },
      decision: { tags },
      events: tags.map((each) => ({ type: 'candidate.untagged', data: { tag: each } })),
      facts: {
        ...facts,
        candidate: { ...candidate, tags: candidate.tags.filter((each) => !tags.includes(each)) },
      },
    };
  },
  simulate: () => ({}),
  causes: ({ tag }) => [{ type: 'candidate.untagged', data: { tag } }],
  words: {
    done: ({ tag }) => `Removed tag “${tag}”`,
    unchanged: ({ tag }) => `No tag “${tag}”`,
    skipped: ({ tag }) => `Did not remove tag “${tag}”`,
    failed: ({ tag }) => `Could not remove tag “${tag}”`,
    codes: { 'not-tagged': () => 'Did not have the tag' },
  },
};
