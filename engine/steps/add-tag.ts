/** Pure: the step that tags the candidate. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const addTag = defineStep({
  type: 'add-tag',
  family: 'action',
  label: 'Tag',
  about: 'Adds a tag to the candidate.',
  icon: 'tag',
  schema: z.object({ tag: z.string().trim().min(1).max(100) }),
  fields: { tag: { kind: 'tag', label: 'Tag' } },
  initial: {},
  summary: (data) => `Add tag “${data.tag}”`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: (data, to) => ({
    op: 'effect',
    effect: 'candidate.tag',
    input: { tag: data.tag },
    next: to.next ?? '',
  }),
});
