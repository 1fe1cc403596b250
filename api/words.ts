/** How flows' nodes read in lists and profiles, with the names behind their ids. */
import type { Db } from '../db/connect.ts';
import type { StoredNode } from '../db/queries/candidate-list.ts';
import { namesIn } from '../db/queries/names.ts';
import { describeNode, namesFrom } from '../engine/flow/describe.ts';
import type { Names } from '../engine/steps/step.ts';

/** The names of everything that these values mention, read in one statement. */
export const namesFor = async (db: Db, values: readonly unknown[]): Promise<Names> =>
  namesFrom(await namesIn(db, values));

export const titleOf = (node: StoredNode, names: Names): string => describeNode(node, names).summary;

/** What comes next at a node: after a plain wait the step that follows it, otherwise the node itself. */
export function nextTitle(node: StoredNode | null, following: StoredNode | null, names: Names): string {
  if (!node) return 'Starts';
  return titleOf(node.type === 'wait' && following ? following : node, names);
}
