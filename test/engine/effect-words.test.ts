/** What stands in the ledger for each effect, as a recruiter reads it. */
import { expect, test } from 'vitest';
import { effects } from '../../engine/effects/index.ts';
import { effectWords } from '../../engine/run/effect-words.ts';

type Detail = Record<string, unknown>;
const read = (detail: Detail): string => {
  const words = effectWords(detail);
  return [words?.title, ...(words?.reasons ?? []).map((reason) => reason.text)].join(' · ');
};

test.each<[Detail, string]>([
  [{ effect: 'candidate.untag', result: 'done', tag: 'warm' }, 'Removed tag “warm”'],
  [
    { effect: 'candidate.untag', result: 'unchanged', code: 'not-tagged', tag: 'warm' },
    'No tag “warm” · Did not have the tag',
  ],
  [{ effect: 'pool.remove', result: 'done', pool: 'Medallists' }, 'Removed from “Medallists”'],
  [
    { effect: 'pool.remove', result: 'failed', code: 'pool-gone' },
    'Could not remove from “a pool that is gone” · The pool is gone',
  ],
  [
    { effect: 'application.close', result: 'done', as: 'rejected', reason: 'Position filled' },
    'Rejected the application · “Position filled”',
  ],
  [
    { effect: 'application.close', result: 'unchanged', code: 'already-closed', was: 'withdrawn' },
    'Application closed · Was withdrawn already',
  ],
  [
    { effect: 'application.close', result: 'skipped', code: 'hired-meanwhile', as: 'withdrawn' },
    'Did not withdraw the application · Is hired for this job',
  ],
  [
    { effect: 'candidate.set', result: 'done', label: 'Headline', shown: '“Engineer”' },
    'Set Headline to “Engineer”',
  ],
  [{ effect: 'candidate.set', result: 'done', label: 'Headline', shown: 'empty' }, 'Cleared Headline'],
  [
    {
      effect: 'candidate.set',
      result: 'failed',
      code: 'value-bad',
      label: 'Country',
      text: 'Portugal',
      why: 'is not a country code of two letters',
    },
    'Could not set Country · “Portugal” is not a country code of two letters',
  ],
])('%j reads “%s”', (detail, expected) => {
  expect(read(detail)).toBe(expected);
});

test('whatever a row holds, there is a sentence, and never a code alone', () => {
  for (const [effect, { words }] of Object.entries(effects))
    for (const result of ['done', 'unchanged', 'skipped', 'failed'])
      for (const code of [undefined, ...Object.keys(words.codes ?? {})]) {
        const told = read({ effect, result, code });
        expect(told).toMatch(/^[A-Z]/);
        if (code !== undefined) expect(told).not.toContain(`· ${code}`);
      }
});

test.each<[Detail, string]>([
  [
    { effect: 'candidate.assign', result: 'done', to: 'turn', owner: 'Marta Dias' },
    'Made Marta Dias the owner · It was their turn',
  ],
  [
    { effect: 'candidate.assign', result: 'unchanged', code: 'has-owner', owner: 'Marta Dias' },
    'Owner Marta Dias · Had an owner already',
  ],
  [
    { effect: 'candidate.assign', result: 'failed', code: 'person-gone' },
    'Could not give it an owner · Nobody who is meant works here any more',
  ],
  [{ effect: 'note.add', result: 'done' }, 'Wrote a note'],
  [
    { effect: 'note.add', result: 'failed', code: 'text-problem', message: 'It is nested too deeply.' },
    'Could not write a note · It is nested too deeply.',
  ],
  [
    { effect: 'task.create', result: 'done', of: 'task', title: 'Call Inês', assignee: 'Marta Dias' },
    'Task “Call Inês” · For Marta Dias',
  ],
  [
    { effect: 'task.create', result: 'done', of: 'approval', title: 'Invite?', assignee: null },
    'Asked for approval: “Invite?” · For anyone: the candidate has no owner',
  ],
  [{ effect: 'notice.create', result: 'done', told: 'Marta Dias' }, 'Told Marta Dias'],
  [
    { effect: 'notice.create', result: 'skipped', code: 'nobody-to-tell', to: 'owner' },
    'Told nobody · There is no owner',
  ],
])('%j reads “%s”', (detail, expected) => {
  expect(read(detail)).toBe(expected);
});
