/** Pure: the trigger that fires on public holidays of the candidate's country. */
import { z } from 'zod';
import { defineTrigger } from '../steps/step.ts';
import { isLocalTime, localDate } from '../time/local.ts';
import type { Sweep } from './sweep.ts';

export const holiday = defineTrigger({
  type: 'holiday',
  family: 'trigger',
  label: 'Public holiday',
  about: 'Starts on public holidays in the candidate’s country.',
  icon: 'zap',
  schema: z.object({
    name: z.string().trim().min(1).max(100).optional(),
    at: z.string().min(1).refine(isLocalTime, 'it is not a time of day such as 09:00'),
  }),
  fields: {
    name: {
      kind: 'text',
      label: 'Only this holiday',
      hint: 'Its English name. Empty: every public holiday.',
      placeholder: 'New Year’s Day',
      optional: true,
    },
    at: { kind: 'time', label: 'At', hint: 'On the candidate’s clock.' },
  },
  initial: { at: '09:00' },
  summary: ({ name }) => (name ? `“${name}” comes` : 'A public holiday comes'),
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: false,
  compile: ({ name, at }) => {
    const sweep: Sweep = { kind: 'holiday', at, ...(name ? { holiday: name } : {}) };
    return { event: 'holiday.came', sweep };
  },
  example: ({ name }, { at, timeZone }) => ({
    name: name ?? 'New Year’s Day',
    date: localDate(at, timeZone),
  }),
});
