/** Pure: what an operation does, and why it left someone out, as sentences. */
import type { ListedOperation } from '../db/queries/operations.ts';
import type { OperationKind, OperationSpecs, RepairAction } from '../db/schema-operations.ts';
import { refusalInWords } from './refusal-words.ts';

const repairs: Record<RepairAction, string> = {
  retry: 'Try blocked steps again',
  skip: 'End waits and leave out failed steps',
  move: 'Move to another step',
  exit: 'Take out of the flow',
};

const kinds: { [K in OperationKind]: (spec: OperationSpecs[K]) => string } = {
  move: ({ choices }) =>
    choices.every((choice) => choice.to === null)
      ? 'Take out of an earlier version'
      : 'Move to a newer version',
  undo: () => 'Bring back to the earlier version',
  repair: ({ action }) => repairs[action],
  enrol: ({ from }) => ('poolId' in from ? 'Enrol a pool' : 'Enrol candidates'),
};

export const operationInWords = ({ kind, spec }: Pick<ListedOperation, 'kind' | 'spec'>): string =>
  (kinds[kind] as (spec: OperationSpecs[OperationKind]) => string)(spec);

const leftOut: Record<string, string> = {
  'not-open': 'Had left the flow already.',
  'not-blocked': 'Was not blocked.',
  'nothing-to-skip': 'Stood at a step that cannot be left out.',
  'no-such-step': 'Is in a version without that step.',
  'left-meanwhile': 'Left the flow by its own rules in that moment.',
  'moved-on': 'Had gone on to another step.',
  merged: 'Was merged into another record.',
  'step-broken': 'Could not be worked out; the step needs a look.',
  'database-refused': 'Could not be written down; the step needs a look.',
};

export const leftOutInWords = (code: string, detail: Record<string, unknown>): string =>
  leftOut[code] ?? refusalInWords(code, detail);
