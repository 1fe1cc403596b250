/** Pure: what is counted of a flow's splits and holdouts → each way beside the one it is compared with. */
import type { StoredWay, StoredWays } from '../db/queries/ways.ts';
import { describeNode } from '../engine/flow/describe.ts';
import type { FlowNode } from '../engine/flow/schema.ts';
import type { Names } from '../engine/steps/step.ts';
import type { ComparedWay, FlowWays } from './contract/ways.ts';
import { differenceOf } from './newcombe.ts';
import { wilson } from './wilson.ts';

/** Below these nothing is said about a difference: chance alone makes any. */
export const fewest = { decided: 30, reached: 5 };

export function waysOf(stored: StoredWays | null, names: Names): FlowWays {
  if (!stored) return { version: null, window: null, fewest, splits: [] };
  const { version, graph, goal, ways } = stored;
  const splits = graph.nodes
    .filter((node) => node.type === 'split' || node.type === 'holdout')
    .map((node) => splitOf(node, ways, names));
  return { version, window: goal?.window ?? null, fewest, splits: goal ? splits : [] };
}

function splitOf(node: FlowNode, counted: readonly StoredWay[], names: Names): FlowWays['splits'][number] {
  const isHoldout = node.type === 'holdout';
  const { ports, summary } = describeNode(node, names);
  // What the others are compared with: doing nothing, else the first way.
  const base = (isHoldout ? ports.find((port) => port.id === 'out') : null) ?? ports[0];
  const of = (port: string) => {
    const found = counted.find((way) => way.node === node.id && way.port === port);
    return { entered: 0, decided: 0, reached: 0, ...found };
  };
  const against = of(base?.id ?? '');
  const ways = ports.map(({ id, label }): ComparedWay => {
    const { entered, decided, reached } = of(id);
    const interval = wilson(reached, decided);
    return {
      port: id,
      label,
      isBase: id === base?.id,
      entered,
      decided,
      maturing: entered - decided,
      reached,
      share: interval?.share ?? null,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      against:
        id === base?.id
          ? null
          : differenceOf({ reached, of: decided }, { reached: against.reached, of: against.decided }),
      tooFew:
        Math.min(decided, against.decided) < fewest.decided || reached + against.reached < fewest.reached,
    };
  });
  return { node: node.id, title: summary, isHoldout, ways };
}
