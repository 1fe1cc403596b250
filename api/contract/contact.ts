/** The workspace's rules for contact: how many mails, on which days, at which hours. */
import { z } from '@hono/zod-openapi';
import { hoursSchema } from '../../engine/contact/hours.ts';
import { capSchema } from '../../engine/contact/settings.ts';

const hours = z
  .array(hoursSchema)
  .min(1, 'needs at least one day; leave the hours out where mails may leave at any time')
  .max(7, 'needs at most seven lines')
  .superRefine((week, context) => {
    const seen = new Set<number>();
    for (const [index, { days }] of week.entries())
      for (const day of days) {
        if (seen.has(day))
          context.addIssue({
            code: 'custom',
            path: [index, 'days'],
            message: 'must name each day of the week once',
          });
        seen.add(day);
      }
  });

/** A change is the whole of it. */
export const contactChange = z.object({
  /** A line for each set of days with the same hours, on the candidate's clock; null: at any time. */
  hours: hours.nullable(),
  /** No mail on public holidays of the candidate's country; hiring mail without hours of its own leaves all the same. */
  skipHolidays: z.boolean(),
  caps: z.array(capSchema).max(10, 'may be at most ten'),
});

export const contactState = z.object({
  ...contactChange.shape,
  /** For `If-Match` when it is changed. */
  revision: z.number().int(),
  /** The workspace's: for everyone whose own is not known. */
  timeZone: z.string(),
  /** What it means, a sentence each. */
  inWords: z.array(z.string()),
});
