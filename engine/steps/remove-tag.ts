/** Pure: the step that takes a tag off the candidate. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const removeTag = defineStep({
  type: 'remove-tag',
  family: 'action',
  label: 'Remove tag',
  about: 'Takes a tag off the candidate.',
  icon: 'tag',
  schema: z.object({ tag: z.string().trim().min(1).max(100) }),
  fields: { tag: { kind: 'tag', label: 'Tag' } },
  initial: {},
  summary: (data) => `Remove tag “${data.tag}”`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: (data, to) => ({
    op: 'effect',
    effect: 'candidate.untag',
    input: { tag: data.tag },
    next: to.next ?? '',
  }),
});
