/** What the editor offers: steps family by family, events group by group, the ways of a split. */
import { expect, it } from 'vitest';
import { eventChoices } from '../../engine/events/words.ts';
import { steps } from '../../engine/steps/index.ts';
import { triggers } from '../../engine/triggers/index.ts';
import { everyKind, ofFamily, paletteGroups } from '../../ui/flow/editor/step-list.ts';
import { armsOf, freeArm, shareOf } from '../../ui/flow/inspector/arms.ts';
import { nothingYet, optionsOf } from '../../ui/flow/inspector/choices.ts';

const inRuns = (groups: (string | undefined)[]): boolean => {
  const begun = groups.filter((group, i) => group !== groups[i - 1]);
  return new Set(begun).size === begun.length;
};

it('offers every kind of step once, a family at a time', () => {
  const kinds = everyKind();
  expect(kinds.map((kind) => kind.type).sort()).toEqual(
    [...Object.keys(steps), ...Object.keys(triggers)].sort(),
  );
  expect(inRuns(kinds.map((kind) => kind.family))).toBe(true);
});

it('keeps the palette short, and says where there is more', () => {
  for (const { family, shown, more } of paletteGroups()) {
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThanOrEqual(6);
    expect(more).toBe(ofFamily(family).length > shown.length);
  }
});

it('offers every event once, each group of them in one place', () => {
  const events = optionsOf.event(nothingYet);
  expect(events.map((event) => event.value).sort()).toEqual(eventChoices.map((each) => each.value).sort());
  expect(events.every((event) => event.group)).toBe(true);
  expect(inRuns(events.map((event) => event.group))).toBe(true);
});

it('offers dates and what a flow may write, with the candidates’ own fields', () => {
  const workspace = { ...nothingYet, customFields: ['startDate'] };
  const own = { value: 'candidate.custom.startDate', label: 'startDate', group: 'Own fields' };
  expect(optionsOf['date-field'](workspace)).toEqual([
    { value: 'candidate.createdAt', label: 'Known since', group: 'Candidate' },
    { value: 'candidate.consentUntil', label: 'Consent until', group: 'Candidate' },
    { value: 'application.appliedAt', label: 'Applied', group: 'Application' },
    own,
  ]);
  const writable = optionsOf['writable-field'](workspace);
  expect(writable).toContainEqual({ value: 'candidate.company', label: 'Company', group: 'Candidate' });
  expect(writable).toContainEqual(own);
  expect(writable.map((each) => each.value)).not.toContain('candidate.email');
});

it('reads the ways of a split however unfinished, and says what share each has', () => {
  const arms = armsOf([{ port: 'way-1', weight: 1 }, { port: 'way-3', weight: 2 }, { label: 'no port' }, 7]);
  expect(arms.map((arm) => arm.port)).toEqual(['way-1', 'way-3']);
  expect(freeArm(arms)).toBe('way-4');
  expect(arms.map((arm) => shareOf(arm, arms))).toEqual([33.3, 66.7]);
  expect(shareOf({ port: 'a' }, [{ port: 'a' }])).toBeNull();
  expect(armsOf('nonsense')).toEqual([]);
});
