/** Pure: flows and templates that have another name on the server than their files have. */
import { fold } from '../../engine/conditions/fold.ts';
import type { Named } from '../../engine/flow/portable.ts';
import type { PulledOne } from './pulled.ts';

/** Each under the name that its file has. */
export const formerly = (all: readonly Named[], pulled: Record<string, PulledOne>): Named[] =>
  Object.entries(pulled).flatMap(([name, { id }]) =>
    id !== null && all.some((one) => one.id === id && one.name !== name) ? [{ id, name }] : [],
  );

/** As the folder's files know them: a former name stands for the one that had it, whoever has it now. */
export function asFilesKnow(all: readonly Named[], pulled: Record<string, PulledOne>): Named[] {
  const former = formerly(all, pulled);
  const taken = new Set(former.map((one) => fold(one.name)));
  return [...all.filter((one) => !taken.has(fold(one.name))), ...former];
}
