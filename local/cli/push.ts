/** `tendril flows push`: files become drafts. Everything is looked up before anything is written. */
import { fold } from '../../engine/conditions/fold.ts';
import { fromPortable, type References, referencesOf, type Unresolved } from '../../engine/flow/portable.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { Obstacle } from '../sentence.ts';
import { chosen } from './choose.ts';
import type { Folder, TemplateFile } from './folder.ts';
import { asFilesKnow } from './former-names.ts';
import { DraftChanged, type Server } from './server.ts';

interface Wishes {
  publish: boolean;
  force: boolean;
  note?: string | undefined;
}

export async function push(
  folder: Folder,
  server: Server,
  names: readonly string[],
  { publish, force, note }: Wishes,
  say: (line: string) => void,
): Promise<void> {
  const flows = chosen(folder.flows(), names, ({ graph }) => graph.name);
  if (flows.length === 0) throw new Obstacle(`There are no flow files in ${folder.path}.`);
  const pulled = folder.pulled();
  const look = async () => {
    const found = await server.references();
    return { ...found, flow: asFilesKnow(found.flow ?? [], pulled) };
  };
  const references = await look();
  const templates = templatesFor(
    flows.map(({ graph }) => graph),
    folder,
  );
  // Templates of the folder and flows that go along will be there by then.
  const coming: References = {
    ...references,
    template: withComing(
      references.template ?? [],
      templates.map((template) => template.name),
    ),
    flow: withComing(
      references.flow,
      flows.map(({ graph }) => graph.name),
    ),
  };
  const missing = flows.flatMap(({ file, graph }) =>
    fromPortable(graph, coming).unresolved.map((one) => `  ${file}: ${unresolvedInWords(one)}`),
  );
  if (missing.length > 0) throw new Obstacle(`Nothing was pushed:\n${missing.join('\n')}`);

  for (const template of templates) await pushTemplate(server, references, template, say);
  for (const { graph } of flows) {
    if (!idOf(references.flow, graph.name)) {
      await server.createFlow(graph.name);
      say(`created “${graph.name}”`);
    }
  }
  const known = await look();
  for (const { graph } of flows) {
    const id = idOf(known.flow, graph.name) ?? '';
    const isNew = !idOf(references.flow, graph.name);
    const expected = force || isNew ? null : (pulled[graph.name]?.revision ?? null);
    const resolved = fromPortable(graph, known).graph;
    try {
      const { revision, problems } = await server.saveDraft(id, resolved, expected);
      pulled[graph.name] = { id, revision };
      folder.writePulled(pulled);
      say(`saved “${graph.name}”`);
      for (const problem of problems) say(`  ${problem}`);
    } catch (error) {
      if (!(error instanceof DraftChanged)) throw error;
      throw new Obstacle(
        `“${graph.name}” was changed on the server since the last pull. Pull it, or push with --force to overwrite it.`,
      );
    }
    if (publish) say(`published “${graph.name}” as version ${await server.publish(id, note)}`);
  }
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

async function pushTemplate(
  server: Server,
  references: References,
  template: TemplateFile,
  say: (line: string) => void,
): Promise<void> {
  const id = idOf(references.template ?? [], template.name);
  if (!id) {
    await server.createTemplate(template);
    say(`created the template “${template.name}”`);
    return;
  }
  const there = await server.template(id);
  if (there.subject === template.subject && there.body.trimEnd() === template.body) return;
  await server.saveTemplate(id, template);
  say(`saved the template “${template.name}”`);
}

const unresolvedInWords = ({ kind, name, found }: Unresolved): string =>
  found > 1
    ? `several ${kind}s are called “${name}”; put the id of the one that is meant`
    : `there is no ${kind} called “${name}”`;
