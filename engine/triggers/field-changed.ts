/** Pure: the trigger that fires when someone's details change. */
import { z } from 'zod';
import { type Condition, conditionSchema } from '../conditions/condition.ts';
import { findField } from '../conditions/fields.ts';
import { both, defineTrigger } from '../steps/step.ts';

const path = z
  .string()
  .min(1)
  .refine(
    (text) => text.startsWith('candidate.') && findField(text) !== null,
    'no candidate has such a field',
  );

export const fieldChanged = defineTrigger({
  type: 'field-changed',
  family: 'trigger',
  label: 'Field changed',
  about: 'Starts when one of a candidate’s details changes.',
  icon: 'zap',
  schema: z.object({ field: path, when: conditionSchema.optional() }),
  fields: {
    field: { kind: 'writable-field', label: 'Field' },
    when: { kind: 'condition', label: 'Only if', hint: 'Asked of the new value.', optional: true },
  },
  initial: {},
  summary: ({ field }) => `${findField(field)?.label ?? field} changes`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: false,
  compile: ({ field, when }) => {
    const changed: Condition = { field: 'event.fields', op: 'contains', value: field };
    return { event: 'candidate.updated', when: both(changed, when) };
  },
  example: ({ field }) => ({ fields: [field] }),
});
