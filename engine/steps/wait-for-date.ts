/** Pure: the step that waits for one of the candidate's dates. */
import { z } from 'zod';
import { findField, isOpenField } from '../conditions/fields.ts';
import { durationSchema } from '../time/duration.ts';
import { isLocalTime } from '../time/local.ts';
import { dateRuleInWords } from '../time/rule-words.ts';
import { defineStep, type Port } from './step.ts';

/** Any instant that is known, and fields of one's own: what they hold may be a date. */
const isDateField = (path: string): boolean =>
  findField(path)?.type === 'instant' || (isOpenField(path) && path.startsWith('candidate.custom.'));

const ports: Port[] = [
  { id: 'next', label: '', side: 'bottom' },
  { id: 'past', label: 'No such date, or it is past', side: 'right' },
];

export const waitForDate = defineStep({
  type: 'wait-for-date',
  family: 'wait',
  label: 'Wait for date',
  about: 'Waits for a date of the candidate or the application, or some time before or after it.',
  icon: 'calendar-days',
  schema: z.object({
    field: z.string().min(1).refine(isDateField, 'there is no such date.'),
    by: durationSchema.optional(),
    side: z.enum(['before', 'after']).optional(),
    time: z.string().refine(isLocalTime, 'it is not a time of day; write it like 09:00.').optional(),
  }),
  fields: {
    field: { kind: 'date-field', label: 'Date' },
    by: { kind: 'duration', label: 'Not that day, but', hint: 'Empty: the day itself.', optional: true },
    side: {
      kind: 'choice',
      label: 'Before or after',
      optional: true,
      options: [
        { value: 'before', label: 'Before it' },
        { value: 'after', label: 'After it' },
      ],
    },
    time: {
      kind: 'time',
      label: 'At',
      hint: 'On the candidate’s clock. Empty: when the date itself says, or the day begins.',
      optional: true,
    },
  },
  initial: { time: '09:00' },
  summary: ({ side, ...rule }) => `Wait until ${dateRuleInWords({ ...rule, before: side === 'before' })}`,
  ports: () => ports,
  needsApplication: (data) => data.field.startsWith('application.'),
  compile: ({ field, by, side, time }, to) => ({
    op: 'sleep',
    date: {
      field,
      ...(by === undefined ? {} : { by, before: side === 'before' }),
      ...(time === undefined ? {} : { time }),
    },
    next: to.next ?? '',
    onPast: to.past ?? '',
  }),
});
