/** Pure: what a flow refers to that the workspace does not have, and templates that it cannot fill. */
import type { Condition } from '../conditions/condition.ts';
import { fold } from '../conditions/fold.ts';
import { leavesOf } from '../conditions/reads.ts';
import { type Field, shownFields } from '../steps/step.ts';
import { unknownVariables, variablesOf } from '../templates/render.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import { findVariable, linkPath } from '../templates/variables.ts';
import { hostOf, maySend } from '../webhooks/hosts.ts';
import { describeNode, namesFrom } from './describe.ts';
import { type Problem, problem } from './problem.ts';
import type { Reading, ReadNode } from './reading.ts';
import { withinReach } from './structure.ts';
import type { FlowWorld } from './world.ts';

type Template = FlowWorld['templates'][number];

/** The workspace, looked up by id or by folded name. */
interface Index {
  templates: Map<string, Template>;
  pools: Set<string>;
  dynamicPools: Set<string>;
  /** Name by id. */
  archivedPools: Map<string, string>;
  jobs: Set<string>;
  people: Set<string>;
  flows: Set<string>;
  pipelines: Set<string> | null;
  senders: Set<string>;
  secrets: Map<string, NonNullable<FlowWorld['secrets']>[number]>;
  stages: Set<string>;
}

export function* referenceProblems(reading: Reading, world: FlowWorld): Generator<Problem> {
  const index: Index = {
    templates: new Map(world.templates.map((each) => [each.id, each])),
    pools: new Set(world.pools.map((each) => each.id)),
    archivedPools: new Map(world.pools.filter((each) => each.isArchived).map((each) => [each.id, each.name])),
    dynamicPools: new Set(world.pools.filter((each) => each.isDynamic).map((each) => each.id)),
    jobs: new Set(world.jobs.map((each) => each.id)),
    people: new Set(world.people.map((each) => each.id)),
    flows: new Set(world.flows.map((each) => each.id)),
    pipelines: world.pipelines ? new Set(world.pipelines.map((each) => each.id)) : null,
    senders: new Set((world.senders ?? []).map((each) => each.id)),
    secrets: new Map((world.secrets ?? []).map((each) => [each.id, each])),
    stages: new Set(world.stages.map(fold)),
  };
  const starts = [...reading.nodes.values()].filter(
    (read) => read.trigger && read.trigger.givesApplication !== true,
  );
  const withoutApplication = withinReach(
    reading,
    starts.map((read) => read.node.id),
  );
  for (const read of reading.nodes.values()) {
    if (!read.data) continue;
    const data = read.data as Record<string, unknown>;
    yield* secretSent(index, read, data);
    const fields: Record<string, Field> = (read.step ?? read.trigger)?.fields ?? {};
    for (const [key, field] of shownFields(fields, data)) {
      yield* missing(index, field, data[key], { node: read.node.id, field: key });
      if (field.kind === 'recurrence' && world.now)
        yield* comingProblems(field, data, key, read.node.id, world.now);
      // A trigger only listens to a pool; a step puts people into it, or takes them out.
      if (read.step && field.kind === 'pool' && index.dynamicPools.has(String(data[key])))
        yield problem('pool-by-condition', { node: read.node.id, field: key });
      if (field.kind === 'flow' && world.self !== undefined && data[key] === world.self)
        yield problem(
          'flow-starts-itself',
          { node: read.node.id, field: key },
          { node: describeNode(read.node, namesFrom(world)).summary },
        );
      // A trigger only names a template; nothing is filled in there.
      const template =
        read.step && field.kind === 'template' ? index.templates.get(String(data[key])) : undefined;
      if (template) yield* templateProblems(template, read, key, !withoutApplication.has(read.node.id));
    }
  }
  const { exitWhen, goal } = reading.graph.settings;
  if (exitWhen) yield* missingIn(index, exitWhen, { node: null, field: 'settings.exitWhen' });
  if (goal?.when) yield* missingIn(index, goal.when, { node: null, field: 'settings.goal' });
}

/** The data fit the step: its rule is one, and so are its day and its time. */
function* comingProblems(
  field: Extract<Field, { kind: 'recurrence' }>,
  data: Record<string, unknown>,
  key: string,
  node: string,
  { calendar, ...now }: NonNullable<FlowWorld['now']>,
): Generator<Problem> {
  const [rule, start, at] = [String(data[key]), String(data[field.start]), String(data[field.at])];
  const place = { node, field: key };
  if (!calendar.everComes(rule, start)) yield problem('recurrence-never', place, { it: field.label });
  else if (
    calendar.nextInstants({ rule, start, at }, { after: now.at, timeZone: now.timeZone, most: 1 }).length ===
    0
  )
    yield problem('recurrence-over', place, { it: field.label });
}

interface Place {
  node: string | null;
  field: string;
}

function* secretSent(index: Index, { step, node }: ReadNode, data: unknown): Generator<Problem> {
  const sent = step?.sendsSecret?.(data);
  const secret = sent && index.secrets.get(sent.id);
  if (sent && secret?.hosts !== undefined && !maySend(secret.hosts, sent.to))
    yield problem(
      'secret-elsewhere',
      { node: node.id, field: sent.field },
      { it: secret.name, more: hostOf(sent.to) ?? sent.to },
    );
}

function* missing(index: Index, field: Field, value: unknown, place: Place): Generator<Problem> {
  if (typeof value === 'string' && value !== '') {
    if (field.kind === 'template' && !index.templates.has(value)) yield problem('template-missing', place);
    if (field.kind === 'pool') yield* poolProblems(index, [value], place);
    if (field.kind === 'secret' && !index.secrets.has(value)) yield problem('secret-missing', place);
    if (field.kind === 'sender' && !index.senders.has(value)) yield problem('sender-missing', place);
    if (field.kind === 'job' && !index.jobs.has(value)) yield problem('job-missing', place);
    if (field.kind === 'person' && !index.people.has(value)) yield problem('person-missing', place);
    if (field.kind === 'pipeline' && index.pipelines && !index.pipelines.has(value))
      yield problem('pipeline-missing', place);
    if (field.kind === 'flow' && !index.flows.has(value)) yield problem('flow-missing', place);
    if (field.kind === 'stage' && !index.stages.has(fold(value)))
      yield problem('stage-missing', place, { it: value });
  }
  if (field.kind === 'people' && Array.isArray(value) && value.some((id) => !index.people.has(String(id))))
    yield problem('person-missing', place);
  if (field.kind === 'condition' && value) yield* missingIn(index, value as Condition, place);
  if (field.kind === 'cases' && Array.isArray(value)) {
    for (const each of value as { when: Condition }[]) yield* missingIn(index, each.when, place);
  }
}

/** One problem, however many of them are gone or put away. */
function* poolProblems(index: Index, ids: readonly string[], place: Place): Generator<Problem> {
  const given = ids.filter((id) => id !== '');
  const archived = given.map((id) => index.archivedPools.get(id)).find((name) => name !== undefined);
  if (given.some((id) => !index.pools.has(id))) yield problem('pool-missing', place);
  else if (archived !== undefined) yield problem('pool-archived', place, { it: archived });
}

/** Pools and jobs in conditions go by id, so one that is gone shows as nothing; stages go by name and may differ. */
function* missingIn(index: Index, condition: Condition, place: Place): Generator<Problem> {
  for (const { field, value } of leavesOf(condition)) {
    const known = field === 'candidate.pools' ? index.pools : field === 'job.id' ? index.jobs : null;
    if (!known) continue;
    const asked = Array.isArray(value) ? value : typeof value === 'string' ? [value] : [];
    if (field === 'candidate.pools') yield* poolProblems(index, asked, place);
    else if (asked.some((id) => id !== '' && !known.has(id))) yield problem('job-missing', place);
  }
}

function* templateProblems(
  template: Template,
  read: ReadNode,
  field: string,
  hasApplication: boolean,
): Generator<Problem> {
  const place = { node: read.node.id, field };
  try {
    for (const path of unknownVariables(template))
      yield problem('variable-unknown', place, { it: path, more: template.name });
    const used = variablesOf(template);
    const putsLink = used.some(({ path }) => path === linkPath);
    if (read.step?.sendsLink && !putsLink) yield problem('link-missing', place, { it: template.name });
    if (!read.step?.sendsLink && putsLink) yield problem('link-nowhere', place, { it: template.name });
    for (const { path, fallback, guarded } of used) {
      const variable = findVariable(path);
      if (!variable || fallback !== null || guarded || variable.filled === 'always') continue;
      if (variable.filled === 'with-application' && hasApplication) continue;
      yield problem('variable-may-be-empty', place, { it: path, more: template.name });
    }
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    yield problem('template-broken', place, { it: template.name, more: error.message });
  }
}
