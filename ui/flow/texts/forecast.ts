/** Texts of the forecast: what a flow would do with whom, before it goes live. */
import { figure } from '../../texts/plural.ts';

const people = (n: number): string => `${figure(n)} ${n === 1 ? 'person' : 'people'}`;
const mails = (n: number): string => `${figure(n)} ${n === 1 ? 'mail' : 'mails'}`;

export const forecast = {
  forecast: {
    title: 'Forecast',
    about: 'What the draft would do. Nothing is written or sent.',
    whom: 'For whom',
    choices: {
      'events-30': 'Whoever the last 30 days would have brought in',
      'events-90': 'Whoever the last 90 days would have brought in',
      pool: 'Everyone in a pool, now',
      condition: 'Everyone who matches, now',
    },
    pool: 'Pool',
    choosePool: 'Choose a pool',
    choosePoolText: 'Its members are forecast as if all of them entered now.',
    chooseCondition: 'Say who',
    chooseConditionText: 'Everyone for whom it holds is forecast as if they entered now.',
    condition: 'Who',
    cannot: 'Mend the problems of the flow first; then it can be forecast.',
    counting: 'Working it out …',
    sample: (from: number, of: number) => `From ${figure(from)} of ${figure(of)} people, scaled up.`,
    cut: (from: number, of: number) =>
      `Time ran out after ${figure(from)} of ${figure(of)} people; the figures are scaled up from those.`,
    sum: (mailed: number, written: number, entering: number) =>
      `${mails(mailed)} to ${people(written)}; ${people(entering)} would enter.`,
    nobody: 'Nobody would enter.',
    nobodyText: 'Nothing happened in that time that starts this flow. Look further back, or choose people.',
    noMail: (entering: number) => `No mail; ${people(entering)} would enter.`,
    between: (first: string, last: string) => (first === last ? `On ${first}` : `${first} to ${last}`),
    figures: { people: 'Would enter', mails: 'Mails', written: 'Written to', peak: 'Most in one day' },
    peakOn: (date: string) => `on ${date}`,
    perDay: 'Mails a day',
    perWeek: 'Mails a week',
    bar: (label: string, n: number) => `${label}: ${mails(n)}`,
    week: (label: string) => `Week of ${label}`,
    calendar: 'When mail leaves',
    calendarZone: (zone: string) => `By weekday and hour, ${zone}`,
    weekday: 'Weekday',
    weekdays: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
    cell: (weekday: string, hour: number, n: number) => `${weekday} ${hour}:00: ${mails(n)}`,
    mind: 'Mind this',
    clear: 'Nothing is in anyone’s way.',
    see: 'See who',
    all: 'Show everyone',
    assumed: 'What this takes for granted',
    who: 'Who gets what, and when',
    columns: { person: 'Candidate', first: 'First mail', what: 'Mails', outcome: 'How it turns out' },
    none: 'none',
    more: 'Show more',
    moreMails: (n: number) => `and ${figure(n)} more`,
    open: 'See who and when',
    working: 'The forecast is being worked out.',
  },
};
