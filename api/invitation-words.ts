/** What the pages behind personal links say. */
import type { PlainPage } from './plain-page.ts';

export const dayInWords = (ms: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone }).format(ms);

const later = (title: string) => (workspace: string, name: string) => ({
  title: `${title}: ${name}`,
  text: `${workspace} has invited you. This page is not open yet; please answer the email instead, and someone will see to it.`,
});

export const invitationTexts = {
  unknown: {
    title: 'This link is not valid',
    text: 'It may have been cut off in your mail program. Answer the mail instead.',
  },
  survey: later('A few questions'),
  scheduling: later('Choose a time'),
  gathering: later('You are invited'),
  consent: (workspace: string, until: string | null): PlainPage => ({
    title: `May ${workspace} keep your details?`,
    text: `With your consent ${workspace} keeps them and writes to you about jobs${until ? ` until ${until}` : ''}. You can withdraw it at any time by this link.`,
    buttons: [
      { label: 'Yes, keep them', value: 'given' },
      { label: 'No', value: 'withdrawn' },
    ],
  }),
  answered: {
    given: {
      title: 'Thank you',
      text: 'Your consent is noted. You can withdraw it at any time by the link in the mail. You can close this page.',
    },
    withdrawn: {
      title: 'It is noted',
      text: 'You have not given your consent, or have withdrawn it. You can close this page.',
    },
  },
};
