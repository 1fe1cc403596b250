/** `tendril flows push`: files become drafts. Everything is looked up before anything is written. */
import { fold } from '../../engine/conditions/fold.ts';
import {
  flowFile,
  fromPortable,
  type References,
  referencesOf,
  toPortable,
  type Unresolved,
} from '../../engine/flow/portable.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { type TemplateFile, templateFile } from '../../engine/templates/file.ts';
import { Obstacle } from '../sentence.ts';
import { chosen } from './choose.ts';
import type { Folder } from './folder.ts';
import { asFilesKnow } from './former-names.ts';
import { baseOf, markOf, type Pulled, type PulledOne } from './pulled.ts';
import { DraftChanged, type FlowOnServer, type Server, type TemplateOnServer } from './server.ts';

interface Wishes {
  publish: boolean;
  force: boolean;
  note?: string | undefined;
}

/** How a file stands to what the server has. */
type Standing = 'new' | 'same' | 'edited' | 'overtaken' | 'never-pulled';
interface Going {
  name: string;
  /** The mark of the file. */
  file: string;
  standing: Standing;
}
interface GoingFlow extends Going {
  graph: Graph;
  /** Null: the server has none. */
  there: { id: string; revision: number } | null;
}
interface GoingTemplate extends Going {
  template: TemplateFile;
  there: TemplateOnServer | null;
}

export async function push(
  folder: Folder,
  server: Server,
  names: readonly string[],
  { publish, force, note }: Wishes,
  say: (line: string) => void,
): Promise<void> {
  const chosenFlows = chosen(folder.flows(), names, ({ graph }) => graph.name);
  if (chosenFlows.length === 0) throw new Obstacle(`There are no flow files in ${folder.path}.`);
  const pulled = folder.pulled();
  const look = async () => {
    const found = await server.references();
    return {
      ...found,
      flow: asFilesKnow(found.flow ?? [], pulled.flows),
      template: asFilesKnow(found.template ?? [], pulled.templates),
    };
  };
  const references = await look();
  const sent = templatesFor(
    chosenFlows.map(({ graph }) => graph),
    folder,
  );
  // Templates of the folder and flows that go along will be there by then.
  const coming: References = {
    ...references,
    template: withComing(
      references.template,
      sent.map((template) => template.name),
    ),
    flow: withComing(
      references.flow,
      chosenFlows.map(({ graph }) => graph.name),
    ),
  };
  const missing = chosenFlows.flatMap(({ file, graph }) =>
    fromPortable(graph, coming).unresolved.map((one) => `  ${file}: ${unresolvedInWords(one)}`),
  );
  if (missing.length > 0) throw new Obstacle(`Nothing was pushed:\n${missing.join('\n')}`);

  const templates: GoingTemplate[] = [];
  for (const each of sent) templates.push(await goingTemplate(each, { server, references, pulled }));
  const flows: GoingFlow[] = [];
  for (const { graph } of chosenFlows)
    flows.push(await goingFlow(graph, { server, references: coming, pulled }));
  if (!force) refuse(flows, templates);

  const saved = new Set<string>();
  for (const each of templates) {
    const { id, version } = await saveTemplate(server, each, say);
    if (each.standing !== 'same') saved.add(id);
    pulled.templates[each.template.name] = { id, revision: version, file: each.file };
    folder.writePulled(pulled);
  }
  for (const { graph, there } of flows) {
    if (there) continue;
    await server.createFlow(graph.name);
    say(`created “${graph.name}”`);
  }
  const known = await look();
  for (const flow of flows) {
    const id = idOf(known.flow, flow.graph.name) ?? '';
    pulled.flows[flow.graph.name] = await saveFlow(server, { ...flow, id, force, references: known }, say);
    folder.writePulled(pulled);
    if (publish) await publishFlow(server, { ...flow, id, saved, references: known, note }, say);
  }
}

interface Known {
  server: Server;
  references: References;
  pulled: Pulled;
}

async function goingTemplate(
  template: TemplateFile,
  { server, references, pulled }: Known,
): Promise<GoingTemplate> {
  const { name } = template;
  const file = markOf(templateFile(template));
  const id = idOf(references.template ?? [], name);
  if (!id) return { name, file, template, there: null, standing: 'new' };
  const there = await server.template(id);
  const isSame = there.subject === template.subject && there.body.trimEnd() === template.body;
  const base = baseOf(pulled.templates, name, id);
  // Another name is another version, too, but overwrites nothing.
  const isAsPulled = base?.file === markOf(templateFile({ ...there, name }));
  const standing = isAsPulled ? 'edited' : standingOf(base, there.version);
  return { name, file, template, there, standing: isSame ? 'same' : standing };
}

async function goingFlow(graph: Graph, { server, references, pulled }: Known): Promise<GoingFlow> {
  const { name } = graph;
  const file = markOf(flowFile(graph));
  const id = idOf(references.flow ?? [], name);
  // What only goes along now has its name for an id.
  if (!id || id === name) return { name, file, graph, there: null, standing: 'new' };
  const { graph: draft, revision } = await server.draft(id);
  const normal = (one: Graph) => flowFile(toPortable({ ...one, name }, references).graph);
  const isSame = normal(draft) === normal(fromPortable(graph, references).graph);
  const base = baseOf(pulled.flows, name, id);
  return {
    name,
    file,
    graph,
    there: { id, revision },
    standing: isSame ? 'same' : standingOf(base, revision),
  };
}

function standingOf(base: PulledOne | undefined, revision: number): Standing {
  if (!base) return 'never-pulled';
  return base.revision === revision ? 'edited' : 'overtaken';
}

/** @throws {Obstacle} where a push would overwrite what somebody else wrote. */
function refuse(flows: readonly Going[], templates: readonly Going[]): void {
  const isRisky = ({ standing }: Going) => standing === 'overtaken' || standing === 'never-pulled';
  const line = (what: string, { standing }: Going, thing: string) =>
    standing === 'overtaken'
      ? `  ${what}: it was changed on the server since the last pull.`
      : `  ${what}: the server has another ${thing}, and this folder has not pulled it.`;
  const lines = [
    ...flows.filter(isRisky).map((one) => line(`“${one.name}”`, one, 'draft')),
    ...templates.filter(isRisky).map((one) => line(`the template “${one.name}”`, one, 'text')),
  ];
  if (lines.length === 0) return;
  throw new Obstacle(
    [
      'Nothing was pushed.',
      ...lines,
      'Pull first (npx tendril flows pull): it overwrites nothing that was edited here. Or push with --force, which overwrites what the server has.',
    ].join('\n'),
  );
}

async function saveTemplate(
  server: Server,
  { template, there, standing }: GoingTemplate,
  say: (line: string) => void,
): Promise<{ id: string; version: number }> {
  if (there && standing === 'same') return there;
  // One that was renamed on the server keeps the name that it has there.
  const saved = there
    ? await server.saveTemplate(there.id, { ...template, name: there.name })
    : await server.createTemplate(template);
  say(`${there ? 'saved' : 'created'} the template “${template.name}”`);
  return saved;
}

async function saveFlow(
  server: Server,
  {
    id,
    name,
    file,
    graph,
    there,
    standing,
    force,
    references,
  }: GoingFlow & { id: string; force: boolean; references: References },
  say: (line: string) => void,
): Promise<PulledOne> {
  if (there && standing === 'same') {
    say(`“${name}” is the same on the server`);
    return { id, revision: there.revision, file };
  }
  try {
    const resolved = fromPortable(graph, references).graph;
    const { revision, problems } = await server.saveDraft(
      id,
      resolved,
      force ? null : (there?.revision ?? null),
    );
    say(`saved “${name}”`);
    for (const problem of problems) say(`  ${problem}`);
    return { id, revision, file };
  } catch (error) {
    if (!(error instanceof DraftChanged)) throw error;
    throw new Obstacle(`“${name}” was changed on the server at this very moment. Pull it, then push again.`);
  }
}

async function publishFlow(
  server: Server,
  {
    id,
    name,
    graph,
    saved,
    references,
    note,
  }: GoingFlow & {
    id: string;
    saved: ReadonlySet<string>;
    references: References;
    note: string | undefined;
  },
  say: (line: string) => void,
): Promise<void> {
  const templates = referencesOf(fromPortable(graph, references).graph).flatMap(({ kind, reference }) =>
    kind === 'template' ? reference : [],
  );
  const live = (await server.flows()).find((one) => one.id === id);
  const isLive = live !== undefined && live.version !== null && !live.draftChanged;
  if (isLive && !templates.some((one) => saved.has(one)) && !(await newerThan(server, live, templates)))
    return say(`“${name}” is live as it is`);
  say(`published “${name}” as version ${await server.publish(id, note)}`);
}

/** A version keeps the templates as they were when it was published. */
async function newerThan(
  server: Server,
  { liveSince }: FlowOnServer,
  templates: readonly string[],
): Promise<boolean> {
  for (const id of templates) {
    const { updatedAt } = await server.template(id);
    if (liveSince === null || Date.parse(updatedAt) > Date.parse(liveSince)) return true;
  }
  return false;
}

const idOf = (all: References[keyof References] & {}, name: string): string | undefined =>
  all.find((one) => fold(one.name) === fold(name))?.id;

const withComing = (known: readonly { id: string; name: string }[], names: readonly string[]) => [
  ...known,
  ...names
    .filter((name) => !known.some((one) => fold(one.name) === fold(name)))
    .map((name) => ({ id: name, name })),
];

/** The files of the templates that these flows send. */
function templatesFor(graphs: readonly Graph[], folder: Folder): TemplateFile[] {
  const named = new Set(
    graphs
      .flatMap(referencesOf)
      .flatMap(({ kind, reference }) => (kind === 'template' ? fold(reference) : [])),
  );
  return folder
    .templates()
    .map(({ template }) => template)
    .filter((template) => named.has(fold(template.name)));
}

const unresolvedInWords = ({ kind, name, found }: Unresolved): string =>
  found > 1
    ? `several ${kind}s are called “${name}”; put the id of the one that is meant`
    : `there is no ${kind} called “${name}”`;
