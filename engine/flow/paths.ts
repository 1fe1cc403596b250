/** Pure: what does not go together along the ways through a flow. */
import type { Names } from '../steps/step.ts';
import { describeNode } from './describe.ts';
import { type Problem, problem } from './problem.ts';
import type { Reading, ReadNode } from './reading.ts';
import { goalsOf, reachable, withinReach } from './structure.ts';

export function* pathProblems(reading: Reading, names: Names): Generator<Problem> {
  yield* applicationProblems(reading, names);
  yield* entryKeyProblems(reading);
  yield* messageProblems(reading, names);
}

const triggersOf = (reading: Reading): ReadNode[] =>
  [...reading.nodes.values()].filter((read) => read.trigger);

const idsOf = (nodes: readonly ReadNode[]): string[] => nodes.map((read) => read.node.id);

function* applicationProblems(reading: Reading, names: Names): Generator<Problem> {
  const starts = triggersOf(reading);
  const without = withinReach(
    reading,
    idsOf(starts.filter((read) => read.trigger?.givesApplication === false)),
  );
  const perhaps = withinReach(
    reading,
    idsOf(starts.filter((read) => read.trigger?.givesApplication === 'sometimes')),
  );
  for (const { node, step, data } of reading.nodes.values()) {
    if (!data || !step?.needsApplication?.(data)) continue;
    const words = { node: describeNode(node, names).summary };
    if (without.has(node.id)) yield problem('application-needed', { node: node.id }, words);
    else if (perhaps.has(node.id)) yield problem('application-uncertain', { node: node.id }, words);
  }
}

function* entryKeyProblems(reading: Reading): Generator<Problem> {
  const { entryKey } = reading.graph.settings;
  if (!entryKey || entryKey === 'candidate') return;
  if (triggersOf(reading).some((read) => read.trigger?.givesApplication === false))
    yield problem('entry-key-without-application', { field: 'settings.entryKey' }, { it: entryKey });
}

/** A wait for an answer to this flow's own email needs one before it. */
function* messageProblems(reading: Reading, names: Names): Generator<Problem> {
  const writes = (read: ReadNode) => read.step?.writesMessage === true;
  const messages = idsOf([...reading.nodes.values()].filter(writes));
  const goals = goalsOf(reading);
  // A goal that counts answers to this flow's own email is jumped to after one only.
  const jumpsBefore = goals.filter((id) => {
    const read = reading.nodes.get(id);
    return !(read?.data && read.step?.answersMessage?.(read.data));
  });
  const after = reachable(
    reading,
    messages.length > 0 ? [...messages.flatMap(reading.successors), ...goals] : [],
  );
  const without = reachable(reading, [...idsOf(triggersOf(reading)), ...jumpsBefore], writes);
  for (const { node, step, data } of reading.nodes.values()) {
    if (!data || !step?.answersMessage?.(data)) continue;
    // Come to by an edge, a goal is passed through; it is the flow that must write something.
    const isBefore = step.reachedFromAnywhere ? messages.length === 0 : without.has(node.id);
    if (!isBefore) continue;
    const code = after.has(node.id) ? 'message-wait-perhaps-without-email' : 'message-wait-without-email';
    yield problem(code, { node: node.id }, { node: describeNode(node, names).summary });
  }
}
