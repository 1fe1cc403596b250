/** Texts of the builder of conditions, wherever it stands. Loaded with it. */
import { count, figure } from './plural.ts';

interface Total {
  count: number;
  about: boolean;
}
const roughly = ({ count: n, about }: Total) => `${about ? 'about ' : ''}${figure(n)}`;

export const conditionTexts = {
  begin: 'Add a condition',
  matches: (matching: Total, all: Total) =>
    `Matches ${roughly(matching)} of ${all.about ? 'about ' : ''}${count(all.count, 'candidate')}.`,
  byAnyApplication: 'Counted by any of their applications; a run asks about its own.',
  counting: 'Counting…',
  countFailed: 'Could not be counted just now.',
  uncounted: {
    event: 'Asks about what has just happened, so nobody can be counted beforehand.',
    run: 'Asks how often the run has come here, so nobody can be counted beforehand.',
    unfinished: 'Fill in every value to see how many it matches.',
  },
  add: 'Condition',
  addGroup: 'Group',
  remove: 'Remove this condition',
  removeGroup: 'Remove this group',
  group: { all: 'All of these hold', any: 'Any of these holds', none: 'None of these holds' },
  field: 'Field',
  operator: 'How to compare',
  value: 'Value',
  values: 'Values',
  yes: 'yes',
  no: 'no',
  ownFields: 'Own fields',
  customField: (name: string) => `Own field “${name}”`,
  roots: {
    candidate: 'Candidate',
    application: 'Application',
    job: 'Job',
    owner: 'Owner',
    event: 'What happened',
    history: 'What happened before',
  },
  operators: {
    is: 'is',
    'is-not': 'is not',
    contains: 'contains',
    'contains-not': 'does not contain',
    'starts-with': 'starts with',
    'any-of': 'is one of',
    'none-of': 'is none of',
    greater: 'is more than',
    less: 'is less than',
    'at-least': 'is at least',
    'at-most': 'is at most',
    before: 'is before',
    after: 'is after',
    'within-last': 'is within the last',
    'not-within-last': 'is not within the last',
    empty: 'is empty',
    'not-empty': 'is filled',
  },
  listOperators: {
    is: 'are',
    'is-not': 'are not',
    contains: 'include',
    'contains-not': 'do not include',
    'starts-with': 'start with',
    'any-of': 'include one of',
    'none-of': 'include none of',
    greater: 'are more than',
    less: 'are less than',
    'at-least': 'are at least',
    'at-most': 'are at most',
    before: 'are before',
    after: 'are after',
    'within-last': 'are within the last',
    'not-within-last': 'are not within the last',
    empty: 'are empty',
    'not-empty': 'are not empty',
  },
};
