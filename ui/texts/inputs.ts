/** Texts of inputs that choose, collect and measure, wherever they stand. Loaded with them. */

export const inputTexts = {
  choose: 'Choose…',
  find: 'Find…',
  findOrType: 'Find or type…',
  nothingFound: 'Nothing found.',
  add: 'Add',
  remove: (name: string) => `Remove ${name}`,
  use: (typed: string) => `Use “${typed}”`,
  unit: 'Unit',
  units: {
    seconds: 'seconds',
    minutes: 'minutes',
    hours: 'hours',
    days: 'days',
    weeks: 'weeks',
    months: 'months',
  },
  suggestions: 'Often used',
  durationExample: (from: string, to: string) => `Who comes here ${from} goes on ${to}.`,
};
