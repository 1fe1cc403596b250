/** `tendril flows pull`: drafts and the templates they send, from the server into files. */
import { relative } from 'node:path';
import { fold } from '../../engine/conditions/fold.ts';
import { referencesOf, toPortable } from '../../engine/flow/portable.ts';
import { Obstacle } from '../sentence.ts';
import { chosen } from './choose.ts';
import type { Folder } from './folder.ts';
import { formerly } from './former-names.ts';
import type { Server } from './server.ts';

export async function pull(
  folder: Folder,
  server: Server,
  names: readonly string[],
  say: (line: string) => void,
): Promise<void> {
  const [flows, references] = await Promise.all([server.flows(), server.references()]);
  const pulled = folder.pulled();
  const former = formerly(flows, pulled);
  const wanted = chosen(
    flows,
    names,
    (flow) => flow.name,
    ({ id }) => former.flatMap((one) => (one.id === id ? one.name : [])),
  );
  distinct(wanted.map((flow) => flow.name));
  const drafts = [];
  for (const { id, name } of wanted) drafts.push({ id, name, ...(await server.draft(id)) });
  // Before anything is written: a name that one flow has given up may be another's by now.
  for (const { name, id } of former)
    if (wanted.some((flow) => flow.id === id)) {
      folder.removeFlow(name);
      delete pulled[name];
    }
  const flowNames = [...flows.map((flow) => flow.name), ...folder.flowNames()];
  const templates = new Set<string>();
  for (const { id, name, graph, revision } of drafts) {
    for (const { kind, reference } of referencesOf(graph)) if (kind === 'template') templates.add(reference);
    const { graph: portable, unresolved } = toPortable(graph, references);
    const file = folder.writeFlow(portable, flowNames);
    pulled[name] = { id, revision };
    say(`${relative(process.cwd(), file)}`);
    for (const { kind, name: what, found } of unresolved)
      say(
        `  ${found > 1 ? `several ${kind}s are called “${what}”` : `the ${kind} ${what} is gone`}: its id stays`,
      );
  }
  const known = references.template ?? [];
  const templateNames = [...known.map((template) => template.name), ...folder.templateNames()];
  for (const id of templates) {
    if (!known.some((template) => template.id === id)) continue;
    const file = folder.writeTemplate(await server.template(id), templateNames);
    say(`${relative(process.cwd(), file)}`);
  }
  folder.writePulled(pulled);
}

/** A file knows a flow by its name, so two of the same name cannot both be files. */
function distinct(names: readonly string[]): void {
  for (const same of Map.groupBy(names, fold).values()) {
    if (same.length > 1)
      throw new Obstacle(`${same.length} flows are called “${same[0]}”. Rename all but one.`);
  }
}
