/** Numbers and names in sentences. */
import { expect, it } from 'vitest';
import { count, names } from '../../ui/texts/plural.ts';

it('agrees with its number', () => {
  expect(count(1, 'candidate')).toBe('1 candidate');
  expect(count(40_100, 'candidate')).toBe('40,100 candidates');
  expect(count(2, 'reply', 'replies')).toBe('2 replies');
});

it('names up to three and counts the rest', () => {
  expect(names(['Ada'])).toBe('Ada');
  expect(names(['Ada', 'Ben', 'Cem'])).toBe('Ada, Ben and Cem');
  expect(names(['Ada', 'Ben', 'Cem', 'Dee', 'Eve'])).toBe('Ada, Ben, Cem and 2 more');
});
