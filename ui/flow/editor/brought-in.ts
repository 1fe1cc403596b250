/** Pure: what a colleague's changes did to the flow on screen, as a sentence. */
import { describeNode } from '../../../engine/flow/describe.ts';
import { diffGraphs } from '../../../engine/flow/diff.ts';
import type { FlowNode, Graph } from '../../../engine/flow/schema.ts';
import { canonicalJson } from '../../../engine/plan/canonical.ts';
import type { Names } from '../../../engine/steps/step.ts';
import { count } from '../../texts/plural.ts';
import { flowTexts as t } from '../texts.ts';

/** Empty: nothing that needs a word, a step was moved for instance. */
export function broughtIn(before: Graph, after: Graph, names: Names): string {
  const { added, removed, changed } = diffGraphs(before, after);
  // Where steps come or go, their neighbours lead elsewhere: that is no change of its own.
  const own = added.length + removed.length > 0 ? changed.filter(({ fields }) => fields.length > 0) : changed;
  const steps = added.length + removed.length + own.length;
  if (steps > 1) return t.conflict.changes(count(steps, t.canvas.oneStep));
  const says = (node: FlowNode) => describeNode(node, names).summary;
  const [add, gone, change] = [added[0], removed[0], own[0]];
  if (add) return t.conflict.added(says(add));
  if (gone) return t.conflict.gone(says(gone));
  if (change) return t.conflict.changed(says(change.after));
  return canonicalJson(before.settings) === canonicalJson(after.settings) ? '' : t.conflict.settingsChanged;
}
