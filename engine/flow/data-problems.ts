/** Pure: what is wrong with what the steps were told, as far as it shows without the workspace. */
import { isEventType } from '../events/words.ts';
import type { Field } from '../steps/step.ts';
import { unknownInText } from '../templates/plain.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import { conditionProblems } from './condition-problems.ts';
import { describeNode, noNames } from './describe.ts';
import { type Problem, problem } from './problem.ts';
import type { Reading, ReadNode } from './reading.ts';
import type { FlowSettings } from './schema.ts';

export function dataProblems(reading: Reading): Problem[] {
  const found: Problem[] = [];
  for (const read of reading.nodes.values()) {
    found.push(...schemaProblems(read));
    if (read.data) found.push(...meaningProblems(read));
  }
  found.push(...settingsProblems(reading.graph.settings));
  return found;
}

const fieldsOf = (read: ReadNode): Record<string, Field> => (read.step ?? read.trigger)?.fields ?? {};

/** One problem a field, however many things its schema minds. */
function* schemaProblems(read: ReadNode): Generator<Problem> {
  const seen = new Set<string>();
  for (const issue of read.issues) {
    const key = String(issue.path[0] ?? '');
    if (seen.has(key)) continue;
    seen.add(key);
    const field = fieldsOf(read)[key];
    const label = field?.label ?? key;
    const given = read.node.data[key];
    const isMissing = given === undefined || given === null || given === '';
    const here = { node: read.node.id, field: key };
    if (field?.kind === 'cases' && (isMissing || (Array.isArray(given) && given.length === 0))) {
      yield problem('cases-missing', here, { node: describeNode(read.node, noNames).label });
    } else if (field?.kind === 'arms' && (isMissing || (Array.isArray(given) && given.length < 2)))
      yield problem('arms-missing', here, { node: describeNode(read.node, noNames).label });
    else if (isMissing) yield problem('field-missing', here, { it: label });
    else if (field?.kind === 'duration')
      yield problem('duration-bad', here, { it: typeof given === 'string' ? given : JSON.stringify(given) });
    else if (typeof given === 'string' && given.trim() === '')
      yield problem('field-missing', here, { it: label });
    else yield problem('field-bad', here, { it: label, more: whyBad(issue) });
  }
}

/** What a schema minds, in words; a schema's own sentence stands for itself. */
const whys: Record<string, string> = {
  too_big: 'it is too long',
  too_small: 'it is too short',
  invalid_type: 'it is not what this step can read',
  invalid_value: 'it is none of the choices',
};

function whyBad({ path, code, message }: ReadNode['issues'][number]): string {
  if (path.length > 1) return 'a part of it is not filled in';
  return code === 'custom' ? message.replace(/\.$/, '') : (whys[code] ?? 'it is not filled in');
}

function* meaningProblems(read: ReadNode): Generator<Problem> {
  const data = read.data as Record<string, unknown>;
  const node = read.node.id;
  for (const [key, field] of Object.entries(fieldsOf(read))) {
    const value = data[key];
    if (value === undefined) continue;
    if (field.kind === 'event' && typeof value === 'string' && !isEventType(value)) {
      yield problem('event-unknown', { node, field: key }, { it: value });
    }
    if (field.templated && typeof value === 'string')
      yield* textProblems(value, field.label, { node, field: key });
    // A trigger and a wait have just heard an event; a branch asks whenever it is reached.
    if (field.kind === 'condition')
      yield* conditionProblems(value, { node, field: key }, field.label, !field.eventless);
    if (field.kind === 'cases' && Array.isArray(value)) {
      for (const each of value as { port: string; label?: string; when: unknown }[]) {
        yield* conditionProblems(each.when, { node, field: key }, each.label || each.port, false);
      }
    }
  }
}

function* textProblems(
  text: string,
  label: string,
  place: { node: string; field: string },
): Generator<Problem> {
  try {
    for (const path of unknownInText(text))
      yield problem('text-variable-unknown', place, { it: path, more: label });
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    yield problem('text-broken', place, { it: label, more: error.message });
  }
}

function* settingsProblems(settings: FlowSettings): Generator<Problem> {
  for (const event of settings.exitOn) {
    if (!isEventType(event)) yield problem('exit-event-unknown', { field: 'settings.exitOn' }, { it: event });
  }
  for (const event of settings.goal?.events ?? []) {
    if (!isEventType(event)) yield problem('goal-event-unknown', { field: 'settings.goal' }, { it: event });
  }
  const { exitWhen, cooldown, reentry } = settings;
  if (exitWhen)
    yield* conditionProblems(exitWhen, { node: null, field: 'settings.exitWhen' }, 'Leave when', true);
  if (cooldown !== undefined && reentry === 'once')
    yield problem('cooldown-never-asked', { field: 'settings.cooldown' });
  if (settings.goal?.when)
    yield* conditionProblems(settings.goal.when, { node: null, field: 'settings.goal' }, 'Goal', true);
}
