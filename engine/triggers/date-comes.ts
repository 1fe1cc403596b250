/** Pure: the trigger that fires when a date comes: a birthday, an anniversary, the day before a start. */
import { z } from 'zod';
import { findField } from '../conditions/fields.ts';
import { defineTrigger } from '../steps/step.ts';
import { durationSchema, parseDuration, timeOf } from '../time/duration.ts';
import { isLocalTime, localDate } from '../time/local.ts';
import { durationInWords } from '../time/words.ts';
import type { Sweep } from './sweep.ts';

const dated = /^candidate\.custom\.[^.]+$/;
/** Instants, which count by the candidate's own calendar. */
const known: Record<string, string> = {
  'candidate.createdAt': 'Known since',
  'candidate.consentUntil': 'Consent until',
  'application.appliedAt': 'Applied',
};

const isDateField = (path: string): boolean => dated.test(path) || Object.hasOwn(known, path);
const labelOf = (path: string): string => known[path] ?? findField(path)?.label ?? path;

const wholeDays = (text: string): boolean => {
  const length = parseDuration(text);
  return length !== null && timeOf(length) === 0;
};

export const dateComes = defineTrigger({
  type: 'date-comes',
  family: 'trigger',
  label: 'A date comes',
  about: 'Starts on a date of the candidate’s, such as a birthday, a start date or the end of her consent.',
  icon: 'zap',
  schema: z.object({
    field: z.string().min(1).refine(isDateField, 'no candidate has such a date'),
    yearly: z.boolean().optional(),
    offset: durationSchema.refine(wholeDays, 'use days, weeks, months or years').optional(),
    side: z.enum(['before', 'after']).optional(),
    at: z.string().min(1).refine(isLocalTime, 'it is not a time of day such as 09:00'),
  }),
  fields: {
    field: { kind: 'date-field', label: 'Date' },
    yearly: {
      kind: 'toggle',
      label: 'Every year',
      hint: 'For birthdays and anniversaries. Somebody born on 29 February has hers on the 28th in other years.',
      optional: true,
    },
    offset: {
      kind: 'duration',
      label: 'Away from it',
      hint: 'Whole days; empty: on the day.',
      optional: true,
    },
    side: {
      kind: 'choice',
      label: 'Before or after',
      optional: true,
      options: [
        { value: 'before', label: 'Before it' },
        { value: 'after', label: 'After it' },
      ],
    },
    at: { kind: 'time', label: 'At', hint: 'On the candidate’s clock.' },
  },
  initial: { at: '09:00' },
  summary: ({ field, yearly, offset, side }) => {
    const away = offset ? `${durationInWords(offset)} ${side ?? 'after'} ` : '';
    const what = `${away}“${labelOf(field)}”${yearly ? ', every year' : ''}`;
    return away
      ? what.charAt(0).toUpperCase() + what.slice(1)
      : `${what.replace(/,.*/, '')} comes${yearly ? ', every year' : ''}`;
  },
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: 'sometimes',
  compile: ({ field, yearly = false, offset, side = 'after', at }) => {
    const sweep: Sweep = { kind: 'date', field, yearly, at, ...(offset ? { offset, side } : {}) };
    return { event: 'date.came', sweep };
  },
  example: ({ field }, { at, timeZone }) => ({ label: labelOf(field), date: localDate(at, timeZone) }),
});

/** What the event calls the date. */
export const dateLabel = labelOf;
