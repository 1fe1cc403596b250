/** Pure: the trigger that fires when a form is sent in or a survey is answered. */
import { z } from 'zod';
import { type Condition, conditionSchema } from '../conditions/condition.ts';
import { both, defineTrigger } from '../steps/step.ts';

const kinds = {
  form: { event: 'form.submitted', verb: 'Sends in', any: 'any form' },
  survey: { event: 'survey.answered', verb: 'Answers', any: 'any survey' },
} as const;

export const formAnswered = defineTrigger({
  type: 'form-answered',
  family: 'trigger',
  label: 'Form or survey answered',
  about: 'Starts when someone sends in a form or answers a survey.',
  icon: 'zap',
  schema: z.object({
    what: z.enum(['form', 'survey']),
    name: z.string().trim().min(1).max(100).optional(),
    when: conditionSchema.optional(),
  }),
  fields: {
    what: {
      kind: 'choice',
      label: 'What is answered',
      options: [
        { value: 'form', label: 'A form' },
        { value: 'survey', label: 'A survey' },
      ],
    },
    name: {
      kind: 'text',
      label: 'Which one',
      hint: 'Its name, as it is told with the answer.',
      optional: true,
    },
    when: { kind: 'condition', label: 'Only if', optional: true },
  },
  initial: { what: 'form' },
  summary: ({ what, name }) => `${kinds[what].verb} ${name ? `“${name}”` : kinds[what].any}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: 'sometimes',
  compile: ({ what, name, when: asked }) => {
    const named: Condition | undefined = name ? { field: 'event.name', op: 'is', value: name } : undefined;
    const when = both(named, asked);
    return { event: kinds[what].event, ...(when ? { when } : {}) };
  },
  example: ({ name }) => (name ? { name } : {}),
});
