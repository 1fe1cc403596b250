/** Pure: the ledger's sums → the figures of a flow, per node and for its goal. */
import type { StoredFigures } from '../db/queries/figures.ts';
import type { FlowMetrics, NodeFigures } from './contract/flows.ts';
import { wilson } from './wilson.ts';

const none = (): NodeFigures => ({
  entered: 0,
  passed: 0,
  failed: 0,
  waiting: 0,
  skipped: 0,
  ports: {},
  sent: 0,
  delivered: 0,
  clicked: 0,
  replied: 0,
  bounced: 0,
});

const outcomes = new Set(['passed', 'skipped', 'failed']);
const milestones = new Set(['sent', 'delivered', 'clicked', 'replied', 'bounced']);

const emptyFlow: FlowMetrics = {
  version: null,
  nodes: {},
  goal: null,
  entered: 0,
  ended: 0,
  exited: 0,
  converted: 0,
  leftAtGoal: 0,
  blocked: 0,
};

export function figuresOf(stored: StoredFigures | null): FlowMetrics {
  if (!stored) return emptyFlow;
  const nodes: Record<string, NodeFigures> = {};
  const at = (node: string): NodeFigures => {
    const figures = nodes[node] ?? none();
    nodes[node] = figures;
    return figures;
  };
  for (const { node, kind, port, n } of stored.sums) {
    const figures = at(node);
    if (kind === 'visited-first') figures.entered += n;
    else if (outcomes.has(kind) || milestones.has(kind)) {
      figures[kind as 'passed'] += n;
      if (outcomes.has(kind) && port !== '') figures.ports[port] = (figures.ports[port] ?? 0) + n;
    }
  }
  let open = 0;
  let blocked = 0;
  for (const { node, status, n, first } of stored.standing) {
    if (status === 'blocked') {
      blocked += n;
      continue;
    }
    open += n;
    // Who waits on a first visit has no row in the ledger yet.
    at(node).waiting += n;
    at(node).entered += first;
  }
  const sum = (ids: string[], figure: 'entered' | 'passed') =>
    ids.reduce((total, id) => total + (nodes[id]?.[figure] ?? 0), 0);
  const entered = sum(stored.triggers, 'entered');
  const ended = sum(stored.ends, 'passed');
  return {
    version: stored.version,
    nodes,
    goal: goalOf(stored, entered),
    entered,
    ended,
    exited: Math.max(0, entered - open - blocked - ended - stored.leftAtGoal),
    converted: stored.converted,
    leftAtGoal: stored.leftAtGoal,
    blocked,
  };
}

/**
 * Reached ÷ entered among those whose window is over. Whoever's is not is maturing and stands in neither number: to
 * count only the early successes among them would flatter every young flow.
 */
function goalOf({ goal, reached, maturing }: StoredFigures, entered: number): FlowMetrics['goal'] {
  if (!goal) return null;
  const decided = Math.max(0, entered - maturing);
  const interval = wilson(reached, decided);
  return {
    reached,
    entered: decided,
    maturing,
    share: interval?.share ?? null,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    window: goal.window,
  };
}
