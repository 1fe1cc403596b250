/** Pure: writing one field of the candidate. */
import {
  type FieldValue,
  findWritable,
  nameOf,
  sameValue,
  standing,
  type ValueKind,
  type WritableField,
} from '../candidate-fields.ts';
import { updateData } from '../events/updated.ts';
import type { Facts } from '../facts.ts';
import { fillText } from '../templates/plain.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import type { EffectDefinition } from './effect.ts';

export interface CandidateSet {
  /** `value`: Liquid; null: the field is cleared. `as`: how a field of one's own is to be read. */
  input: { field: string; value: string | null; as: ValueKind };
  known: Record<string, never>;
  /** A path of `findWritable`, and what stands there from now on. */
  decision: { field: string; value: FieldValue; fullName: string | null };
}

const shown = (value: FieldValue): string =>
  value === null ? 'empty' : `“${Array.isArray(value) ? value.join(', ') : value}”`;

export const candidateSet: EffectDefinition<'candidate.set'> = {
  type: 'candidate.set',
  decide(input, _known, facts) {
    const field = findWritable(input.field);
    if (!field) return { outcome: 'failed', code: 'field-gone', detail: { field: input.field } };
    const detail = { field: field.path, label: field.label };
    let text: string;
    try {
      text = input.value === null ? '' : fillText(input.value, facts);
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      return { outcome: 'failed', code: 'text-problem', detail: { ...detail, message: error.message } };
    }
    // A text that comes to nothing must not wipe out what somebody knew; clearing is said by no text at all.
    if (text === '' && input.value !== null) return { outcome: 'skipped', code: 'came-to-nothing', detail };
    const understood = text === '' ? { value: null } : field.understand(text, input.as);
    if ('why' in understood)
      return { outcome: 'failed', code: 'value-bad', detail: { ...detail, text, why: understood.why } };
    const { value } = understood;
    const told = { ...detail, shown: shown(value) };
    if (sameValue(standing(field, facts.candidate), value))
      return { outcome: 'unchanged', code: 'already-so', detail: told };
    const fullName = calledThen(field, value, facts);
    return {
      outcome: 'done',
      detail: told,
      decision: { field: field.path, value, fullName },
      events: [{ type: 'candidate.updated', data: updateData([field.path]) }],
      facts: withField(facts, field, value, fullName),
    };
  },
  simulate: () => ({}),
  causes: ({ field }) => [{ type: 'candidate.updated', data: updateData([field]) }],
  words: {
    done: ({ label, shown }) => (shown === 'empty' ? `Cleared ${label}` : `Set ${label} to ${shown}`),
    unchanged: ({ label }) => `Field “${label}”`,
    skipped: ({ label }) => `Did not set ${label}`,
    failed: ({ label, field }) => `Could not set ${label ?? field}`,
    codes: {
      'already-so': ({ shown }) => `Was ${shown} already`,
      'field-gone': ({ field }) => `Flows cannot write “${field}”`,
      'value-bad': ({ text, why }) => `“${text}” ${why}`,
    },
  },
};

/** The full name as it is then; null: it stays as it is. */
function calledThen({ own }: WritableField, value: FieldValue, { candidate }: Facts): string | null {
  if (own !== 'firstName' && own !== 'lastName') return null;
  const { firstName, lastName, email, fullName } = candidate;
  const parts = { firstName, lastName, [own]: value as string | null };
  return nameOf(parts.firstName, parts.lastName, email?.split('@')[0] || fullName);
}

function withField(
  facts: Facts,
  { own, name }: WritableField,
  value: FieldValue,
  called: string | null,
): Facts {
  const { candidate } = facts;
  const changed = own === null ? { custom: { ...candidate.custom, [name]: value } } : { [own]: value };
  return {
    ...facts,
    candidate: { ...candidate, ...changed, ...(called === null ? {} : { fullName: called }) },
  };
}
