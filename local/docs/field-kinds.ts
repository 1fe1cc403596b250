/** Pure: every kind of field in words for the reference, with a value that does and one that cannot do. */
import type { Field } from '../../engine/steps/step.ts';

interface KindWords {
  words(field: Field): string;
  example(field: Field): unknown;
  mistake: unknown;
}

const id = (n: number): string => `01936f00-0000-7000-8000-00000000000${n}`;
const warm = { field: 'candidate.tags', op: 'contains', value: 'warm' };

const plain = (words: string, example: unknown, mistake: unknown): KindWords => ({
  words: () => words,
  example: () => example,
  mistake,
});

const written = (words: string, example: string): KindWords => ({
  words: () => words,
  example: (field) => ('placeholder' in field ? field.placeholder : undefined) ?? example,
  mistake: 7,
});

export const kinds: Record<Field['kind'], KindWords> = {
  text: written('Text', 'Thank you'),
  'long-text': written('Text, several lines', 'Please have a look at this application.'),
  address: plain('A web address', 'https://hooks.example.com/tendril', 'not an address'),
  number: {
    words: (field) =>
      field.kind === 'number'
        ? [
            'A number',
            field.least === undefined ? '' : `from ${field.least}`,
            field.most === undefined ? '' : `to ${field.most}`,
            field.unit ?? '',
          ]
            .filter(Boolean)
            .join(' ')
        : 'A number',
    example: (field) => (field.kind === 'number' ? (field.least ?? 1) : 1),
    mistake: -1,
  },
  tag: plain('A tag', 'warm', ' '),
  stage: plain('The name of a stage', 'Phone screen', ' '),
  job: plain('A job’s id', id(1), 7),
  pool: plain('A pool’s id', id(2), 7),
  template: plain('A template’s id', id(3), 7),
  source: plain('A source’s kind', 'greenhouse', 7),
  event: plain('A kind of event', 'message.replied', 'weather.changed'),
  person: plain('A person’s id', id(4), 7),
  flow: plain('A flow’s id', id(5), 7),
  secret: plain('A stored secret’s id', id(6), 7),
  pipeline: plain('A pipeline’s id', id(7), 7),
  sender: plain('A sender’s id', id(8), 7),
  'date-field': plain(
    'A date of the candidate or the application',
    'candidate.createdAt',
    'candidate.shoeSize',
  ),
  'writable-field': plain('A field that a flow may write', 'candidate.company', 'candidate.shoeSize'),
  duration: plain('A length of time, ISO 8601', 'P3D', 'tomorrow'),
  date: plain('A day, `YYYY-MM-DD`', '2026-01-31', '31.1.2026'),
  recurrence: plain(
    'A recurrence rule (RFC 5545) of days, weeks, months or years',
    'FREQ=WEEKLY;BYDAY=MO',
    'every Monday',
  ),
  time: plain('A time of day, `HH:MM`', '09:00', '25:00'),
  weekdays: plain('Weekdays, 1 for Monday to 7 for Sunday', [2, 3, 4], [8]),
  arms: plain(
    'Ways with their weights',
    [
      { port: 'way-1', label: 'A', weight: 1 },
      { port: 'way-2', label: 'B', weight: 1 },
    ],
    [{ port: 'way-1', weight: 1 }],
  ),
  people: plain('People’s ids', [id(4)], 7),
  toggle: plain('`true` or `false`', true, 'perhaps'),
  'answer-fields': plain(
    'What of the answer goes where',
    [{ pointer: '/score', field: 'score', type: 'number' }],
    7,
  ),
  choice: {
    words: (field) =>
      field.kind === 'choice'
        ? `One of ${field.options.map(({ value, label }) => `\`${value}\` (${label})`).join(', ')}`
        : 'One of several',
    example: (field) => (field.kind === 'choice' ? field.options[0]?.value : undefined),
    mistake: 'none of them',
  },
  condition: plain('A condition', warm, { all: [] }),
  cases: plain('Ways with their conditions', [{ port: 'case-1', label: 'Warm', when: warm }], []),
};
