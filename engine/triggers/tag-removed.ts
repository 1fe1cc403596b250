/** Pure: the trigger that fires when someone loses a tag. */
import { z } from 'zod';
import { defineTrigger } from '../steps/step.ts';

export const tagRemoved = defineTrigger({
  type: 'tag-removed',
  family: 'trigger',
  label: 'Tag removed',
  about: 'Starts when someone loses a tag.',
  icon: 'zap',
  schema: z.object({ tag: z.string().trim().min(1).max(100).optional() }),
  fields: { tag: { kind: 'tag', label: 'Tag', optional: true } },
  initial: {},
  summary: ({ tag }) => (tag ? `Loses the tag “${tag}”` : 'Loses any tag'),
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: false,
  compile: ({ tag }) => ({
    event: 'candidate.untagged',
    ...(tag ? { when: { field: 'event.tag', op: 'is', value: tag } } : {}),
  }),
  example: ({ tag }) => ({ tag: tag ?? 'warm' }),
});
