/** What the fields of the inspector offer to choose from, gathered once for a flow. */

import { writableFields } from '../../../engine/candidate-fields.ts';
import { conditionFields, findField } from '../../../engine/conditions/fields.ts';
import type { ContactSettings } from '../../../engine/contact/settings.ts';
import { eventChoices } from '../../../engine/events/words.ts';
import type { EventType } from '../../../engine/events.ts';
import type { Field } from '../../../engine/steps/step.ts';
import {
  type ConditionChoices,
  jobOptions,
  noChoices,
  poolOptions,
  sourceOptions,
  stageOptions,
  tagOptions,
} from '../../conditions/choices.ts';
import type { PickOption } from '../../parts/pick-option.ts';
import { flowTexts as t } from '../texts.ts';

/** The workspace as an editor of flows sees it. */
export interface Workspace extends ConditionChoices {
  templates: { id: string; name: string; subject: string; body: string; version: number }[];
  people: { id: string; name: string; email: string }[];
  flows: { id: string; name: string; state: string }[];
  pipelines: { id: string; name: string }[];
  secrets: { id: string; name: string }[];
  senders: { id: string; name: string; address: string }[];
  /** When mails may leave, and how many. Null: not known yet. */
  contact: ContactSettings | null;
}

export const nothingYet: Workspace = {
  ...noChoices,
  templates: [],
  people: [],
  flows: [],
  pipelines: [],
  secrets: [],
  senders: [],
  contact: null,
};

/** Kinds of field whose value is chosen from a list. */
export type ChoiceKind = Extract<
  Field['kind'],
  | 'tag'
  | 'stage'
  | 'job'
  | 'pool'
  | 'template'
  | 'source'
  | 'event'
  | 'person'
  | 'flow'
  | 'secret'
  | 'sender'
  | 'pipeline'
  | 'date-field'
  | 'writable-field'
>;

/** Facts of these paths, then the candidates' own fields. */
const factOptions = (paths: readonly string[], { customFields }: Workspace): PickOption[] => [
  ...paths.map((path) => ({
    value: path,
    label: findField(path)?.label ?? path,
    group: t.condition.roots[path.split('.')[0] as keyof typeof t.condition.roots],
  })),
  ...customFields.map((name) => ({
    value: `candidate.custom.${name}`,
    label: name,
    group: t.fields.ownFields,
  })),
];
/** Dates that stand on the candidate or the application; when something last happened is no date to wait for. */
const dateFields = conditionFields
  .filter(({ type, path }) => type === 'instant' && /^(candidate|application)\./.test(path))
  .map(({ path }) => path);

export const optionsOf: { [K in ChoiceKind]: (workspace: Workspace) => PickOption[] } = {
  tag: tagOptions,
  stage: stageOptions,
  job: jobOptions,
  pool: poolOptions,
  template: (w) =>
    w.templates.map((template) => ({ value: template.id, label: template.name, note: template.subject })),
  source: sourceOptions,
  event: () => events,
  person: (w) => w.people.map((person) => ({ value: person.id, label: person.name, note: person.email })),
  flow: (w) => w.flows.map((flow) => ({ value: flow.id, label: flow.name })),
  pipeline: (w) => w.pipelines.map((pipeline) => ({ value: pipeline.id, label: pipeline.name })),
  sender: (w) => w.senders.map(({ id, name, address }) => ({ value: id, label: name, note: address })),
  secret: (w) => w.secrets.map((secret) => ({ value: secret.id, label: secret.name })),
  'date-field': (w) => factOptions(dateFields, w),
  'writable-field': (w) =>
    factOptions(
      writableFields.map((field) => field.path),
      w,
    ),
};

/** What an event's name begins with. */
type EventRoot = Exclude<EventType extends `${infer Root}.${string}` ? Root : never, 'custom'>;

/** In the order in which the groups are shown; several kinds of event may share one. */
const groups: Record<EventRoot, string> = {
  message: 'Messages',
  application: 'Application',
  candidate: 'Candidate',
  pool: 'Pools',
  interview: 'Interviews and events',
  scheduling: 'Interviews and events',
  gathering: 'Interviews and events',
  form: 'Forms and surveys',
  survey: 'Forms and surveys',
  task: 'Tasks and notes',
  note: 'Tasks and notes',
  contact: 'Contact and consent',
  consent: 'Contact and consent',
  enrolment: 'Flows',
  flow: 'Flows',
  webhook: 'Webhooks',
  date: 'Dates',
  holiday: 'Dates',
  schedule: 'Dates',
};
const order = [...new Set(Object.values(groups))];
const events: PickOption[] = eventChoices
  .map((choice) => ({ ...choice, group: groups[choice.value.split('.')[0] as EventRoot] }))
  .sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
