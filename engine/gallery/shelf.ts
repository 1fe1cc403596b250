/**
 * Pure: the flows that a recruiter can begin with, in the order of the shelf. Each is a flow file beside this one, as
 * `tendril flows` reads it; their templates are in `templates/`.
 */

export interface OnShelf {
  /** The file’s name without its ending; also the address of its page. */
  slug: string;
  /** What it is for, in one line. */
  about: string;
}

export const shelf: readonly OnShelf[] = [
  {
    slug: 'application-acknowledgement',
    about: 'Says at once that it has arrived and what comes next; reminds you when nobody answered.',
  },
  {
    slug: 'interview-logistics',
    about: 'Lets candidates choose a time, asks again once, and reminds them the day before.',
  },
  {
    slug: 'interview-follow-up',
    about: 'Thanks the same day and asks two days later how it was.',
  },
  {
    slug: 'offer-care',
    about: 'Goes with an offer until it is answered, and keeps the owner on the phone.',
  },
  {
    slug: 'rejection-and-feedback',
    about: 'A decent no the morning after, and a survey about applying a week later.',
  },
  {
    slug: 'silver-medallists',
    about: 'Three mails in half a year to those who nearly got the job, until they reply.',
  },
  {
    slug: 'passive-talent',
    about: 'A slow drip to people who did not apply; stops and calls you when they reply.',
  },
  {
    slug: 're-engagement',
    about: 'Asks once more after half a year of silence, then lets them rest.',
  },
  {
    slug: 'campus-event',
    about: 'Follows up the next day with whom you met at an event, and invites them to the next one.',
  },
  {
    slug: 'referral-thanks',
    about: 'Greets referred candidates by who sent them, and has the referrer thanked and told.',
  },
  {
    slug: 'consent-renewal',
    about: 'Asks for consent again a month before it ends, twice at most, then a person decides.',
  },
  {
    slug: 'job-alert-digest',
    about: 'Once a month to everyone who asked for job alerts, within working hours.',
  },
  {
    slug: 'birthday-and-anniversary',
    about: 'Good wishes on birthdays, thanks on the day somebody joined you. Nothing to click.',
  },
  {
    slug: 'until-the-first-day',
    about: 'Keeps new colleagues company between their yes and their first day.',
  },
];
