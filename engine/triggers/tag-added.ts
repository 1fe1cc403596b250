/** Pure: the trigger that fires when someone gets a tag. */
import { z } from 'zod';
import { defineTrigger } from '../steps/step.ts';

export const tagAdded = defineTrigger({
  type: 'tag-added',
  family: 'trigger',
  label: 'Tag added',
  about: 'Starts when someone gets a tag.',
  icon: 'zap',
  schema: z.object({ tag: z.string().trim().min(1).max(100).optional() }),
  fields: { tag: { kind: 'tag', label: 'Tag', optional: true } },
  initial: {},
  summary: ({ tag }) => (tag ? `Gets the tag “${tag}”` : 'Gets any tag'),
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: false,
  compile: ({ tag }) => ({
    event: 'candidate.tagged',
    ...(tag ? { when: { field: 'event.tag', op: 'is', value: tag } } : {}),
  }),
  example: ({ tag }) => ({ tag: tag ?? 'warm' }),
});
