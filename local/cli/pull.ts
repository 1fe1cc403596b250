/** `tendril flows pull`: drafts and the templates they send, from the server into files. */
import { relative } from 'node:path';
import { referencesOf, toPortable } from '../../engine/flow/portable.ts';
import { Obstacle } from '../sentence.ts';
import { chosen } from './choose.ts';
import { type Folder, slugOf } from './folder.ts';
import type { Server } from './server.ts';

export async function pull(
  folder: Folder,
  server: Server,
  names: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const [flows, references] = await Promise.all([server.flows(), server.references()]);
  const wanted = chosen(flows, names, (flow) => flow.name);
  distinct(wanted.map((flow) => flow.name));
  const revisions = folder.revisions();
  const templates = new Set<string>();
  for (const { id, name } of wanted) {
    const { graph, revision } = await server.draft(id);
    for (const { kind, reference } of referencesOf(graph)) if (kind === 'template') templates.add(reference);
    const { graph: portable, unresolved } = toPortable(graph, references);
    const file = folder.writeFlow(portable);
    revisions[name] = revision;
    say(`${relative(process.cwd(), file)}`);
    for (const { kind, name: what, found } of unresolved)
      say(
        `  ${found > 1 ? `several ${kind}s are called “${what}”` : `the ${kind} ${what} is gone`}: its id stays`,
      );
  }
  for (const id of templates) {
    if (!references.template?.some((template) => template.id === id)) continue;
    say(`${relative(process.cwd(), folder.writeTemplate(await server.template(id)))}`);
  }
  folder.writeRevisions(revisions);
}

/** Two flows whose names make one file's name would overwrite each other. */
function distinct(names: readonly string[]): void {
  for (const [slug, same] of Map.groupBy(names, slugOf)) {
    if (same.length > 1)
      throw new Obstacle(
        `${same.map((name) => `“${name}”`).join(' and ')} would both be ${slug}.flow.json. Rename one, or pull one by its name.`,
      );
  }
}
