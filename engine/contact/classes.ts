/** Pure: the kinds of contact, from what someone waits for to what she only might like. Their order is their priority. */
import { z } from 'zod';

export const contactClasses = ['process', 'nurture', 'marketing'] as const;
export const contactClassSchema = z.enum(contactClasses);
export type ContactClass = z.infer<typeof contactClassSchema>;

export const classWords: Record<ContactClass, { label: string; about: string }> = {
  process: {
    label: 'Hiring',
    about: 'About an application: thanks, interviews, offers. Not limited, and sent at any time.',
  },
  nurture: { label: 'Staying in touch', about: 'Keeps a relation warm. Limited, and sent at good times.' },
  marketing: { label: 'News', about: 'The same for many: newsletters, events, campaigns. Comes last.' },
};

/** Whoever takes consent back, or whose consent has run out, is written to only about what she has applied for. */
export const needsConsent = (contactClass: ContactClass): boolean => contactClass !== 'process';

/** The lower goes first. */
export const rankOf = (contactClass: ContactClass): number => contactClasses.indexOf(contactClass);
