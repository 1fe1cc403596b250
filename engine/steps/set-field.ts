/** Pure: the step that writes one field of the candidate. */
import { z } from 'zod';
import { findWritable } from '../candidate-fields.ts';
import { defineStep } from './step.ts';

export const setField = defineStep({
  type: 'set-field',
  family: 'action',
  label: 'Set field',
  about: 'Writes one field of the candidate, or clears it.',
  icon: 'pencil-line',
  schema: z
    .object({
      field: z
        .string()
        .min(1)
        .refine((path) => findWritable(path) !== null, 'flows cannot write this field.'),
      value: z.string().max(2000).optional(),
      as: z.enum(['text', 'number', 'yes-no', 'list']).optional(),
    })
    .superRefine(({ field, value = '', as = 'text' }, context) => {
      // What is filled in at the time can only be judged then.
      if (value.trim() === '' || value.includes('{')) return;
      const understood = findWritable(field)?.understand(value.trim(), as);
      if (understood && 'why' in understood)
        context.addIssue({ code: 'custom', path: ['value'], message: `it ${understood.why}.` });
    }),
  fields: {
    field: { kind: 'writable-field', label: 'Field' },
    value: {
      kind: 'text',
      label: 'Value',
      hint: 'May hold variables, such as {{ job.title }}. Leave it empty to clear the field.',
      optional: true,
      templated: true,
    },
    as: {
      kind: 'choice',
      label: 'Kind of value',
      hint: 'Only matters for fields of your own.',
      optional: true,
      options: [
        { value: 'text', label: 'Text' },
        { value: 'number', label: 'Number' },
        { value: 'yes-no', label: 'Yes or no' },
        { value: 'list', label: 'List, with commas' },
      ],
    },
  },
  initial: {},
  summary({ field, value = '' }) {
    const label = findWritable(field)?.label ?? field;
    return value.trim() === '' ? `Clear ${label}` : `Set ${label} to “${value.trim()}”`;
  },
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: ({ field, value, as = 'text' }, to) => ({
    op: 'effect',
    effect: 'candidate.set',
    input: { field, value: value?.trim() || null, as },
    next: to.next ?? '',
  }),
});
