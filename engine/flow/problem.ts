/** Pure: everything that can be wrong with a flow, in one table: code → sentence. */
import type { NodeId } from './schema.ts';

/** An error keeps a flow from being published; a warning does not. */
export type Severity = 'error' | 'warning';

interface Words {
  /** What the node calls itself: “Send “Thank you””. */
  node: string;
  /** The thing in question: a port, a field, a value. */
  it: string;
  /** What more there is to say. */
  more: string;
}

type Sentence = (words: Words) => string;

const table = {
  // The drawing
  'node-repeated': ['error', ({ it }) => `Two steps have the same id, ${it}.`],
  'node-unknown': ['error', ({ it }) => `This version knows no step called “${it}”.`],
  'node-unreachable': ['error', ({ node }) => `No way leads to “${node}”. Connect it or delete it.`],
  'edge-repeated': ['error', ({ it }) => `Two connections have the same id, ${it}.`],
  'edge-from-nothing': ['error', () => 'A connection starts at a step that is not there.'],
  'edge-to-nothing': [
    'error',
    ({ node }) => `A connection from “${node}” leads to a step that is not there.`,
  ],
  'edge-from-unknown-port': [
    'error',
    ({ node, it }) => `A connection leaves “${node}” by “${it}”, which it no longer has.`,
  ],
  'edge-into-trigger': ['error', ({ node }) => `“${node}” starts the flow, so nothing can lead to it.`],
  'port-unconnected': [
    'error',
    ({ node, it }) =>
      it
        ? `“${node}”: connect “${it}”, or candidates would stop there.`
        : `“${node}” leads nowhere. Connect it to the next step.`,
  ],
  'port-overconnected': [
    'error',
    ({ node, it }) => `“${node}” leads to several steps${it ? ` by “${it}”` : ''}. Keep one connection.`,
  ],
  'port-repeated': ['error', ({ node, it }) => `“${node}” has two cases called “${it}”.`],
  'port-reserved': [
    'error',
    ({ node }) => `“${node}”: a case cannot be called “else”; that name stands for everyone else.`,
  ],
  'no-trigger': ['error', () => 'Nothing starts this flow. Add a trigger.'],
  'cycle-without-wait': [
    'error',
    ({ node }) => `“${node}” stands in a loop without a wait. Add a wait to the loop.`,
  ],
  'cycle-wait-short': [
    'error',
    ({ node }) => `“${node}” stands in a loop, so it must last at least a minute.`,
  ],

  // What a step was told
  'field-missing': ['error', ({ it }) => `Fill in “${it}”.`],
  'field-bad': ['error', ({ it, more }) => `“${it}” cannot be used: ${more}.`],
  'duration-bad': [
    'error',
    ({ it }) => `“${it}” is not a length of time. Use minutes, hours, days or weeks, at most ten years.`,
  ],
  'recurrence-never': ['error', ({ it }) => `“${it}” cannot be used: there is no day to which it comes.`],
  'recurrence-over': ['error', ({ it }) => `“${it}”: it has come for the last time. Give it a later end.`],
  'event-unknown': ['error', ({ it }) => `Nothing that can happen is called “${it}”.`],
  'text-broken': ['error', ({ it, more }) => `“${it}” cannot be read: ${more}`],
  'text-variable-unknown': ['error', ({ it, more }) => `“${more}” uses “${it}”, which does not exist.`],
  'arms-missing': ['error', ({ node }) => `“${node}” needs at least two ways.`],
  'repeat-leads-on': [
    'warning',
    ({ node }) => `“${node}” repeats nothing: “Again” does not lead back to an earlier step.`,
  ],
  'cases-missing': ['error', ({ node }) => `“${node}” has no case yet. Add one.`],

  // Conditions
  'condition-empty': ['error', ({ it }) => `“${it}” asks nothing yet. Add a condition.`],
  'condition-field-unknown': ['error', ({ it }) => `There is no field called “${it}”.`],
  'condition-event-absent': [
    'error',
    ({ it }) => `“${it}” can only be asked where something has just happened.`,
  ],
  'condition-operator-unknown': ['error', ({ it, more }) => `“${it}” cannot be compared by “${more}”.`],
  'condition-value-missing': ['error', ({ it }) => `“${it}”: say what to compare with.`],
  'condition-period-misplaced': ['error', ({ it }) => `“${it}” cannot be asked within a period.`],
  'condition-period-bad': [
    'error',
    ({ it, more }) => `“${it}” within ${more}: say the period like P90D, at most ten years.`,
  ],
  'condition-times-bad': [
    'error',
    ({ it, more }) => `“${it}” within a period: compare with a whole number from 0 to ${more}.`,
  ],
  'condition-value-bad': ['error', ({ it, more }) => `“${it}” cannot be compared with ${more}.`],

  // What a step refers to
  'template-missing': ['error', () => 'This template is gone. Choose another.'],
  'template-broken': ['error', ({ it, more }) => `The template “${it}” cannot be read: ${more}`],
  'pool-missing': ['error', () => 'This pool is gone. Choose another.'],
  'pool-archived': [
    'error',
    ({ it }) => `“${it}” is in the archive. Take it out of there, or choose another pool.`,
  ],
  'pool-by-condition': [
    'error',
    () => 'A condition chooses who is in this pool. Choose one whose members are chosen by hand.',
  ],
  'job-missing': ['error', () => 'This job is gone. Choose another.'],
  'person-missing': ['error', () => 'This person has no account any more. Choose another.'],
  'pipeline-missing': ['error', () => 'This pipeline is gone. Choose another.'],
  'flow-missing': ['error', () => 'This flow is gone. Choose another.'],
  'secret-missing': ['error', () => 'This secret is gone. Choose another.'],
  'sender-missing': ['error', () => 'This sender is gone. Choose another.'],
  'secret-elsewhere': [
    'error',
    ({ it, more }) =>
      `The secret “${it}” may not be sent to ${more}. An admin says under Settings where it may go.`,
  ],
  'stage-missing': ['error', ({ it }) => `No pipeline has a stage called “${it}”.`],
  'link-missing': [
    'error',
    ({ it }) => `The template “${it}” has no place for the link. Write {{ link }} where it belongs.`,
  ],
  'link-nowhere': [
    'error',
    ({ it }) => `The template “${it}” has a place for a personal link, but this step has none to put there.`,
  ],
  'variable-unknown': [
    'error',
    ({ it, more }) => `The template “${more}” uses “${it}”, which does not exist.`,
  ],
  'variable-may-be-empty': [
    'warning',
    ({ it, more }) =>
      `“${it}” may be empty, and “${more}” says nothing to put instead. Such a message will not be sent; add a fallback.`,
  ],

  // What does not go together
  'application-needed': [
    'error',
    ({ node }) => `“${node}” needs an application, but candidates can come here without one.`,
  ],
  'application-uncertain': [
    'warning',
    ({ node }) => `“${node}” needs an application; whoever is added by hand without one stops there.`,
  ],
  'message-wait-without-email': [
    'error',
    ({ node }) => `“${node}” waits for an answer to an email, but no email comes before it.`,
  ],
  'message-wait-perhaps-without-email': [
    'warning',
    ({ node }) => `“${node}” waits for an answer to an email, but on one way no email comes before it.`,
  ],
  'goal-event-unknown': [
    'error',
    ({ it }) => `The goal counts “${it}”, but nothing that can happen is called that.`,
  ],
  'exit-event-unknown': [
    'error',
    ({ it }) => `The flow is left on “${it}”, but nothing that can happen is called that.`,
  ],
  'cooldown-never-asked': [
    'warning',
    () => 'Everyone is taken in once, so nobody comes to wait before entering again. Remove the wait.',
  ],
  'entry-key-without-application': [
    'warning',
    ({ it }) =>
      `The flow is entered once for each ${it}, but candidates come in without one; those count once for all.`,
  ],
  'flow-starts-itself': [
    'warning',
    ({ node }) => `“${node}” starts this very flow, so whoever comes here may go round again.`,
  ],
  'starts-itself': [
    'warning',
    ({ node, more }) =>
      `“${node}” causes what “${more}” waits for, so the flow may start itself again. Take everyone in once, or let the trigger ask for more.`,
  ],
} satisfies Record<string, [Severity, Sentence]>;

export type ProblemCode = keyof typeof table;

export interface Problem {
  code: ProblemCode;
  severity: Severity;
  /** Where: a node, an edge, both or (for the flow itself) neither. */
  node: NodeId | null;
  edge?: string | null;
  /** The key in the node's `data`, or a path such as `settings.goal`. */
  field: string | null;
  message: string;
}

interface Place {
  node?: NodeId | null;
  edge?: string | null;
  field?: string | null;
}

export function problem(code: ProblemCode, place: Place, words: Partial<Words> = {}): Problem {
  const [severity, sentence]: [string, Sentence] = table[code];
  return {
    code,
    severity: severity === 'error' ? 'error' : 'warning',
    node: place.node ?? null,
    edge: place.edge ?? null,
    field: place.field ?? null,
    message: sentence({ node: words.node ?? '', it: words.it ?? '', more: words.more ?? '' }),
  };
}
