/** What the flow pages ask of the API. Every function throws `ApiProblem` when it refuses. */
import type { Condition } from '../../engine/conditions/condition.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import type { Choice } from '../../engine/flow/taking.ts';
import type { TemplateFile } from '../../engine/templates/file.ts';
import { api, read } from '../app/api.ts';

const flow = api.flows[':id'];
const enrolment = api.enrolments[':id'];

/** Graphs travel as plain JSON; here they get their type back. */
const withGraph = async <T extends { graph: unknown }>(
  answer: Promise<T>,
): Promise<Omit<T, 'graph'> & { graph: Graph }> => {
  const given = await answer;
  return { ...given, graph: graphSchema.parse(given.graph) };
};

export const createFlow = (name: string) => read(api.flows.$post({ json: { name } }));
/** What a file names, by kind and name; see `engine/flow/taking.ts`. */
export interface GivenFile {
  graph: Graph;
  templates: TemplateFile[];
}
export const loadGallery = async () => {
  const { items } = await read(api.gallery.$get());
  return items.map(({ graph, ...item }) => ({ ...item, graph: graphSchema.parse(graph) }));
};
export const needsOfFile = (file: GivenFile) => read(api['flow-files'].needs.$post({ json: file }));
export const takeFlowFile = (file: GivenFile, choices: Choice[]) =>
  read(api['flow-files'].$post({ json: { ...file, choices } }));
export const loadFlowFile = (id: string) => withGraph(read(flow.file.$get({ param: { id } })));
export const duplicateFlow = (id: string, name: string) =>
  read(flow.duplicate.$post({ param: { id }, json: { name } }));

export const loadFlow = (id: string) => read(flow.$get({ param: { id } }));
export const renameFlow = (id: string, name: string) => read(flow.$patch({ param: { id }, json: { name } }));
export const archiveFlow = (id: string, archived: boolean) =>
  read(flow.$patch({ param: { id }, json: { archived } }));

export const loadDraft = (id: string) => withGraph(read(flow.draft.$get({ param: { id } })));
/** `revision`: the one this edit started from. @throws {ApiProblem} 409 when somebody else has saved since. */
export const saveDraft = (id: string, graph: Graph, revision: number) =>
  read(flow.draft.$put({ param: { id }, json: graph, header: { 'if-match': String(revision) } }));

/** Where those who stand on `node` of `version` go; `to` null: they leave. Who is not named finishes where they are. */
export interface InFlight {
  version: number;
  node: string;
  to: string | null;
}
/** `onHold`: whether what it writes waits for a person. */
export const publishFlow = (
  id: string,
  note: string,
  override: string,
  inFlight: InFlight[],
  onHold: boolean,
) =>
  read(
    flow.publish.$post({
      param: { id },
      json: {
        onHold,
        ...(note ? { note } : {}),
        ...(override ? { overrideScenarios: override } : {}),
        ...(inFlight.length > 0 ? { inFlight } : {}),
      },
    }),
  );
export const releaseHeld = (id: string, endHold: boolean) =>
  read(flow.release.$post({ param: { id }, json: { endHold } }));
export const discardHeld = (id: string) => read(flow.discard.$post({ param: { id }, json: {} }));
/** A few of the messages that the flow holds, as examples. */
export const listHeld = (id: string) =>
  read(api.messages.$get({ query: { status: 'held', flow: id, limit: '3' } }));
export const previewPublish = (id: string, inFlight: InFlight[]) =>
  read(flow.publish.preview.$post({ param: { id }, json: { inFlight } }));
export type PublishPreview = Awaited<ReturnType<typeof previewPublish>>;

export const listOperations = (id: string) =>
  read(flow.operations.$get({ param: { id }, query: { limit: '5' } }));
export const listLeftOut = (id: string) =>
  read(api.operations[':id']['left-out'].$get({ param: { id }, query: { limit: '50' } }));
export const cancelOperation = (id: string) => read(api.operations[':id'].cancel.$post({ param: { id } }));
export const undoOperation = (id: string) => read(api.operations[':id'].undo.$post({ param: { id } }));

export type RepairAction = 'retry' | 'skip' | 'move' | 'exit';
export interface RepairOf {
  status?: 'open' | 'blocked';
  node?: string;
  version?: number;
}
export const repairRuns = (
  id: string,
  action: RepairAction,
  who: { ids: string[] } | { filter: RepairOf },
  node?: string,
) =>
  read(
    flow.enrolments.repair.$post({
      param: { id },
      json: { action, ...who, ...(node === undefined ? {} : { node }) },
    }),
  );
export const moveRun = (id: string, node: string) =>
  read(enrolment.repair.$post({ param: { id }, json: { action: 'move', node } }));
export const skipStep = (id: string) =>
  read(enrolment.repair.$post({ param: { id }, json: { action: 'skip' } }));
export const pauseFlow = (id: string) => read(flow.pause.$post({ param: { id }, json: {} }));
export const resumeFlow = (id: string) => read(flow.resume.$post({ param: { id } }));
export const listVersions = (id: string) =>
  read(flow.versions.$get({ param: { id }, query: { limit: '100' } }));
export const loadVersion = (id: string, number: number) =>
  withGraph(read(flow.versions[':number'].$get({ param: { id, number: String(number) } })));

export const simulate = (id: string, candidateId: string | null) =>
  read(flow.simulate.$post({ param: { id }, json: { candidateId } }));
export type CohortAsked =
  | { poolId: string }
  | { candidateIds: string[] }
  | { condition: Condition }
  | { events: { days: number } };
export interface ForecastAsked {
  cohort: CohortAsked;
  /** Absent: the draft. */
  of?: 'draft' | 'live' | undefined;
  /** So many enter a minute; absent: all at once. */
  perMinute?: number | undefined;
  /** Of the people only those who met this obstacle: its `key`. */
  only?: string | undefined;
  /** A further page: where the one before ended, and as of when it was. */
  cursor?: string | undefined;
  asOf?: string | undefined;
}
export const forecastFlow = (id: string, { cohort, ...more }: ForecastAsked, signal?: AbortSignal) =>
  read(
    flow.forecast.$post(
      { param: { id }, json: { cohort, ...more } },
      signal ? { init: { signal } } : undefined,
    ),
  );
export type CohortForecast = Awaited<ReturnType<typeof forecastFlow>>;
export const loadMetrics = (id: string, version?: number) =>
  read(flow.metrics.$get({ param: { id }, query: version ? { version: String(version) } : {} }));
export const loadWays = (id: string, version: number) =>
  read(flow.ways.$get({ param: { id }, query: { version: String(version) } }));
export const listRefusals = (id: string) =>
  read(flow.refusals.$get({ param: { id }, query: { limit: '20' } }));

export type RunStatus = 'open' | 'blocked' | 'ended' | 'exited' | 'converted';
export interface RunFilter {
  status?: RunStatus | undefined;
  /** Who reached it in their window, wherever they are now. */
  goal?: 'reached' | undefined;
  node?: string | undefined;
  version?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
}
export const listRuns = (id: string, { status, goal, node, version, cursor, limit }: RunFilter) =>
  read(
    flow.enrolments.$get({
      param: { id },
      query: {
        ...(status ? { status } : {}),
        ...(goal ? { goal } : {}),
        ...(node ? { node } : {}),
        ...(version ? { version } : {}),
        ...(cursor ? { cursor } : {}),
        ...(limit ? { limit: String(limit) } : {}),
      },
    }),
  );
/** A line of the list of runs. */
export type RunRow = Awaited<ReturnType<typeof listRuns>>['items'][number];
/** `perMinute`: at most so many; absent: as fast as it goes. */
export type Asked = ({ candidateIds: string[] } | { poolId: string }) & { perMinute?: number };
export const enrol = (id: string, who: Asked) => read(flow.enrolments.$post({ param: { id }, json: who }));

export const loadRun = (id: string) => withGraph(read(enrolment.$get({ param: { id } })));
export type RunDetail = Awaited<ReturnType<typeof loadRun>>;
export const retryRun = (id: string) => read(enrolment.retry.$post({ param: { id } }));
export const stopRun = (id: string) => read(enrolment.stop.$post({ param: { id } }));

const many = { limit: '200' };
export const listTemplates = () => read(api.templates.$get({ query: many }));
export const loadTemplate = (id: string) => read(api.templates[':id'].$get({ param: { id } }));
export const createTemplate = (template: { name: string; subject: string; body: string }) =>
  read(api.templates.$post({ json: template }));
export const saveTemplate = (id: string, template: { name: string; subject: string; body: string }) =>
  read(api.templates[':id'].$put({ param: { id }, json: template }));
export const previewTemplate = (subject: string, body: string, candidateId: string | null) =>
  read(api.templates.preview.$post({ json: { subject, body, candidateId } }));
/** `archived`: those in the archive, which flows may still name. */
export const listPools = (archived = false) =>
  read(api.pools.$get({ query: { ...many, archived: archived ? 'true' : 'false' } }));
export const createPool = (name: string) => read(api.pools.$post({ json: { name } }));
export const listJobs = () => read(api.jobs.$get({ query: many }));
export const listPipelines = () => read(api.pipelines.$get());
export const listSources = () => read(api.sources.$get({ query: many }));
export const listTags = () => read(api.tags.$get());
export const listPeople = () => read(api.users.$get());
export const listFlows = () => read(api.flows.$get({ query: many }));
export const contactSettings = () => read(api.workspace.contact.$get());
export const listSecrets = () => read(api.secrets.$get());
export const listSenders = () => read(api.senders.$get());
export const listCustomFields = () => read(api['custom-fields'].$get());
export const findCandidates = (q: string) =>
  read(api.candidates.$get({ query: { limit: '20', ...(q ? { q } : {}) } }));
/** A few of a pool's members, as examples. */
export const samplePool = (pool: string) => read(api.candidates.$get({ query: { limit: '3', pool } }));
export const loadCandidate = (id: string) => read(api.candidates[':id'].$get({ param: { id } }));
