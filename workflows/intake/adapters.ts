/** Pure: one adapter a kind of source, from its request to our words. */
import type { InboundRow } from '../../db/queries/intake-queue.ts';
import { type InboundFact, UnreadableRequest } from './fact.ts';
import { readGeneric } from './generic.ts';
import { readGreenhouse } from './greenhouse.ts';

const adapters: Record<string, (body: unknown, mapping: Record<string, string>) => InboundFact> = {
  greenhouse: (body) => readGreenhouse(body),
  generic: (body, mapping) => readGeneric(body, mapping),
};

/** @throws {UnreadableRequest} when it cannot be understood. */
export function read(row: Pick<InboundRow, 'kind' | 'body' | 'mapping'>): InboundFact {
  const adapter = Object.hasOwn(adapters, row.kind) ? adapters[row.kind] : undefined;
  if (!adapter) throw new UnreadableRequest(`There is no adapter for “${row.kind}”.`);
  return adapter(row.body.payload, row.mapping);
}
