/** `tendril flows pull`: drafts and the templates they send, from the server into files. */
import { relative } from 'node:path';
import { fold } from '../../engine/conditions/fold.ts';
import { flowFile, referencesOf, renamed, toPortable } from '../../engine/flow/portable.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { templateFile } from '../../engine/templates/file.ts';
import { Obstacle } from '../sentence.ts';
import { chosen } from './choose.ts';
import type { Folder, Standing } from './folder.ts';
import { formerly } from './former-names.ts';
import { baseOf, markOf, type Pulled } from './pulled.ts';
import type { Server, TemplateOnServer } from './server.ts';

/** What the server has, and the file that it goes to. */
interface Arriving {
  id: string;
  name: string;
  /** As its file calls it so far. */
  was: string;
  revision: number;
  /** What the file will be, and what it would be under the name that it has so far. */
  text: string;
  textAsWas: string;
  here: Standing | null;
}
interface ArrivingFlow extends Arriving {
  here: ReturnType<Folder['flow']>;
  graph: Graph;
  notes: string[];
}
interface ArrivingTemplate extends Arriving {
  here: ReturnType<Folder['template']>;
  template: TemplateOnServer;
}

export async function pull(
  folder: Folder,
  server: Server,
  names: readonly string[],
  say: (line: string) => void,
  { force = false }: { force?: boolean } = {},
): Promise<void> {
  const [all, references] = await Promise.all([server.flows(), server.references()]);
  const pulled = folder.pulled();
  const former = {
    flows: formerly(all, pulled.flows),
    templates: formerly(references.template ?? [], pulled.templates),
  };
  const wasOf = (kind: keyof Pulled, id: string, name: string) =>
    former[kind].find((one) => one.id === id)?.name ?? name;
  const wanted = chosen(
    all,
    names,
    (flow) => flow.name,
    ({ id }) => former.flows.flatMap((one) => (one.id === id ? one.name : [])),
  );
  distinct(wanted.map((flow) => flow.name));
  if (wanted.length === 0) return say('The server has no flows yet. Draw one there, then pull it.');

  const flows: ArrivingFlow[] = [];
  const sent = new Set<string>();
  for (const { id, name } of wanted) {
    const { graph, revision } = await server.draft(id);
    for (const { kind, reference } of referencesOf(graph)) if (kind === 'template') sent.add(reference);
    const { graph: portable, unresolved } = toPortable(graph, references);
    const was = wasOf('flows', id, name);
    const notes = unresolved.map(({ kind, name: what, found }) =>
      found > 1
        ? `several ${kind}s are called “${what}”: its id stays`
        : `the ${kind} ${what} is gone: its id stays`,
    );
    const arriving = {
      id,
      name,
      was,
      revision,
      text: flowFile(portable),
      textAsWas: flowFile({ ...portable, name: was }),
    };
    flows.push({ ...arriving, here: folder.flow(was), graph: portable, notes });
  }
  const templates: ArrivingTemplate[] = [];
  for (const { id } of references.template ?? []) {
    if (!sent.has(id)) continue;
    const template = await server.template(id);
    const was = wasOf('templates', id, template.name);
    const { name, version: revision } = template;
    const [text, textAsWas] = [templateFile(template), templateFile({ ...template, name: was })];
    templates.push({ id, name, was, revision, text, textAsWas, here: folder.template(was), template });
  }

  const fates = {
    flows: Map.groupBy(flows, (each) => fateOf(each, pulled.flows, force)),
    templates: Map.groupBy(templates, (each) => fateOf(each, pulled.templates, force)),
  };
  const clashes = [...(fates.flows.get('clash') ?? []), ...(fates.templates.get('clash') ?? [])];
  if (clashes.length > 0) throw new Obstacle(clashInWords(clashes, pulled));

  const of = (fate: Fate) => ({
    flows: fates.flows.get(fate) ?? [],
    templates: fates.templates.get(fate) ?? [],
  });
  const [coming, kept] = [of('write'), of('keep')];
  // Before anything is written: a name that one has given up may be another's by now.
  for (const { was, name } of [...coming.flows, ...kept.flows]) if (was !== name) folder.removeFlow(was);
  for (const { was, name } of [...coming.templates, ...kept.templates])
    if (was !== name) folder.removeTemplate(was);
  for (const kind of ['flows', 'templates'] as const)
    for (const { was, name } of [...coming[kind], ...kept[kind]]) if (was !== name) delete pulled[kind][was];

  const flowNames = [...all.map((flow) => flow.name), ...folder.flowNames()];
  const templateNames = [...(references.template ?? []).map((one) => one.name), ...folder.templateNames()];
  for (const { id, name, revision, text, graph, notes } of coming.flows) {
    say(shown(folder.writeFlow(graph, flowNames)));
    for (const note of notes) say(`  ${note}`);
    pulled.flows[name] = { id, revision, file: markOf(text) };
  }
  for (const { id, name, revision, text, template } of coming.templates) {
    say(shown(folder.writeTemplate(template, templateNames)));
    pulled.templates[name] = { id, revision, file: markOf(text) };
  }
  for (const { id, name, was, revision, text, here } of kept.flows) {
    const moved = was !== name && here?.graph ? folder.writeFlow({ ...here.graph, name }, flowNames) : null;
    sayKept(moved ?? here?.file ?? '', say);
    pulled.flows[name] = { id, revision, file: markOf(text) };
  }
  for (const { id, name, was, revision, text, here } of kept.templates) {
    const moved =
      was !== name && here ? folder.writeTemplate({ ...here.template, name }, templateNames) : null;
    sayKept(moved ?? here?.file ?? '', say);
    pulled.templates[name] = { id, revision, file: markOf(text) };
  }
  renameIn(
    folder,
    { written: coming.flows, templates: [...coming.templates, ...kept.templates] },
    pulled,
    say,
  );
  folder.writePulled(pulled);
}

const sayKept = (file: string, say: (line: string) => void): void =>
  say(`kept ${shown(file)}: it was edited here; push brings it to the server`);

/** As seen from where the command was called. */
const shown = (file: string): string => relative(process.env.TENDRIL_CALLED_IN ?? process.cwd(), file);

type Fate = 'write' | 'keep' | 'clash';

/** `keep`: edited here alone. `clash`: on both sides, as far as anyone knows. */
function fateOf(
  { id, was, revision, text, textAsWas, here }: Arriving,
  pulled: Pulled['flows'],
  force: boolean,
): Fate {
  const base = baseOf(pulled, was, id);
  if (force || here === null || here.normal === text || base?.file === markOf(here.normal)) return 'write';
  if (!base?.file) return 'clash';
  return base.revision === revision || base.file === markOf(textAsWas) ? 'keep' : 'clash';
}

const clashInWords = (clashes: readonly Arriving[], pulled: Pulled): string =>
  [
    'Nothing was pulled.',
    ...clashes.map(({ id, was, here }) => {
      const known = baseOf(pulled.flows, was, id) ?? baseOf(pulled.templates, was, id);
      return `  ${shown(here?.file ?? '')} ${
        known?.file
          ? 'was edited here, and on the server, too.'
          : 'is not what the server has, and this folder has not pulled it.'
      }`;
    }),
    'Commit or copy what you want to keep. Then pull with --force: it takes what the server has, and your own version control shows the difference.',
  ].join('\n');

/** Flow files that were not written now speak of renamed templates by their new names, too. */
function renameIn(
  folder: Folder,
  { written, templates }: { written: readonly Arriving[]; templates: readonly Arriving[] },
  pulled: Pulled,
  say: (line: string) => void,
): void {
  const names = new Map(
    templates.flatMap(({ was, name }) => (was === name ? [] : [[fold(was), name] as const])),
  );
  if (names.size === 0) return;
  const all = folder.flowNames();
  for (const name of all) {
    const here = folder.flow(name);
    if (!here?.graph || written.some((flow) => flow.name === name)) continue;
    const graph = renamed(here.graph, (kind, reference) =>
      kind === 'template' ? (names.get(fold(reference)) ?? reference) : reference,
    );
    if (flowFile(graph) === here.normal) continue;
    say(shown(folder.writeFlow(graph, all)));
    const base = pulled.flows[name];
    if (base && base.file === markOf(here.normal)) base.file = markOf(flowFile(graph));
  }
}

/** A file knows a flow by its name, so two of the same name cannot both be files. */
function distinct(names: readonly string[]): void {
  for (const same of Map.groupBy(names, fold).values()) {
    if (same.length > 1)
      throw new Obstacle(`${same.length} flows are called “${same[0]}”. Rename all but one.`);
  }
}
