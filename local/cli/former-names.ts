/** Pure: flows that have another name on the server than their files have. */
import { fold } from '../../engine/conditions/fold.ts';
import type { Named } from '../../engine/flow/portable.ts';
import type { Pulled } from './folder.ts';

/** Each under the name that its file has. */
export const formerly = (flows: readonly Named[], pulled: Record<string, Pulled>): Named[] =>
  Object.entries(pulled).flatMap(([name, { id }]) =>
    id !== null && flows.some((flow) => flow.id === id && flow.name !== name) ? [{ id, name }] : [],
  );

/** As the folder's files know them: a former name stands for the flow that had it, whoever has it now. */
export function asFilesKnow(flows: readonly Named[], pulled: Record<string, Pulled>): Named[] {
  const former = formerly(flows, pulled);
  const taken = new Set(former.map((one) => fold(one.name)));
  return [...flows.filter((flow) => !taken.has(fold(flow.name))), ...former];
}
