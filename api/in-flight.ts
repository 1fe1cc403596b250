/** Pure: who stands where, and both drawings → what publishing asks about those on their way, as sentences. */
import type { InFlight } from '../db/queries/flows.ts';
import type { PublishPreview } from '../db/queries/publish-preview.ts';
import { describeNode, typeOf } from '../engine/flow/describe.ts';
import { diffGraphs, proposeMap } from '../engine/flow/diff.ts';
import type { FlowNode, Graph } from '../engine/flow/schema.ts';
import type { Op } from '../engine/plan/ops.ts';
import { becomes } from '../engine/run/move.ts';
import { becomesInWords, behindInWords } from '../engine/run/move-words.ts';
import { ruleOf as sleepRuleOf } from '../engine/run/sleep.ts';
import type { Names } from '../engine/steps/step.ts';

const ruleOf = (op: Op | undefined): string | undefined => {
  if (op?.op === 'sleep') return sleepRuleOf(op);
  if (op?.op === 'await') return op.timeout;
  return op?.op === 'effect' ? op.answer?.timeout : undefined;
};

/** One row for each step that somebody stands on. `chosen` instead of what is proposed, where it says something. */
export function inFlightOf(
  { graph, plan, standing, versions }: PublishPreview,
  chosen: readonly InFlight[],
  names: Names,
) {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const title = (node: FlowNode | undefined, id: string) => (node ? describeNode(node, names).summary : id);
  const between = new Map(
    [...versions].map(([id, version]) => [
      id,
      { map: proposeMap(version.graph, graph), diff: diffGraphs(version.graph, graph), ...version },
    ]),
  );
  const rows = standing.flatMap(({ version, number, node, open, blocked }) => {
    const from = between.get(version);
    if (!from) return [];
    const proposed = from.map[node] ?? null;
    const choice = chosen.find((one) => one.version === number && one.node === node);
    const to = choice ? choice.to : proposed;
    const before = nodeIn(from.graph, node);
    const [was, is] = [from.plan.ops[node], to === null ? undefined : plan.ops[to]];
    const changed = from.diff.changed.find((one) => one.id === node);
    const what = is && becomes(was, is, open > 0);
    const behind = open > 0 ? behindInWords(was, names) : null;
    const stays = what === 'keeps' || what === 'recounted' ? null : behind;
    return [
      {
        version: number,
        node,
        title: title(before, node),
        open,
        blocked,
        change: !nodes.has(node) ? ('gone' as const) : changed ? ('changed' as const) : ('same' as const),
        fields: (changed?.fields ?? []).map((field) => labelOf(changed?.after, field)),
        proposed,
        to,
        becomes:
          what && to !== null
            ? sentences(
                becomesInWords(what, { ...rules(ruleOf(was), ruleOf(is)) }, title(nodes.get(to), to)),
                stays,
              )
            : null,
        behind,
      },
    ];
  });
  const steps = graph.nodes.filter((node) => typeOf(node) && typeOf(node)?.family !== 'trigger');
  return { rows, steps: steps.map((node) => ({ node: node.id, title: title(node, node.id) })) };
}

const sentences = (...all: (string | null)[]): string => all.filter((each) => each !== null).join(' ');
const rules = (before: string | undefined, after: string | undefined) => ({
  ...(before === undefined ? {} : { before }),
  ...(after === undefined ? {} : { after }),
});
const nodeIn = (graph: Graph, id: string) => graph.nodes.find((node) => node.id === id);
const labelOf = (node: FlowNode | undefined, field: string): string => {
  const fields = node && typeOf(node)?.fields;
  const asked = fields ? (fields as Record<string, { label: string }>)[field] : undefined;
  return asked?.label ?? (field === 'type' ? 'Step' : field);
};
