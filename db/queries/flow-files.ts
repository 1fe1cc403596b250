/** Flows that come from files and go into them: everything by its name, and a flow taken in with what it needs. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import { readSenders } from '../../engine/contact/senders.ts';
import { type References, renamed, toPortable, type Unresolved } from '../../engine/flow/portable.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { type Choice, freeName, needsOf, takeOf, textOf } from '../../engine/flow/taking.ts';
import type { TemplateFile } from '../../engine/templates/file.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { isUniqueViolation } from '../transactions.ts';
import { loadWorld } from './flow-world.ts';
import { readDraft } from './flows.ts';
import type { Trx } from './lock.ts';
import { insertTemplate } from './templates.ts';

/** Everything that a flow can name. What is in the archive is left out, but for pools: their names stay taken. */
export async function readReferences(db: Db | Trx): Promise<References> {
  const found = await sql<{ known: References & { senders: unknown } }>`
    select jsonb_build_object(
      'template', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by name_key) from template where archived_at is null), '[]'),
      'pool', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by name_key) from pool), '[]'),
      'job', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', title) order by title) from job), '[]'),
      'person', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by name) from "user"), '[]'),
      'flow', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by name_key) from flow where state <> 'archived'), '[]'),
      'secret', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by name_key) from secret where removed_at is null), '[]'),
      'pipeline', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by name) from pipeline), '[]'),
      'senders', (select settings->'senders' from workspace)
    ) as known`.execute(db);
  const { senders, ...known } = found.rows[0]?.known ?? { senders: null };
  return { ...known, sender: readSenders(senders).map(({ id, name }) => ({ id, name })) };
}

export interface FlowAsFile {
  graph: Graph;
  templates: TemplateFile[];
  unresolved: Unresolved[];
}

/** The draft by names, with the texts of the templates that it sends. Null: no such flow. */
export async function readFlowFile(db: Db, id: string): Promise<FlowAsFile | null> {
  const draft = await readDraft(db, id);
  if (!draft) return null;
  const [known, world] = [await readReferences(db), await loadWorld(db, draft.graph)];
  const { graph, unresolved } = toPortable(draft.graph, known);
  const templates = world.templates
    .map(({ name, subject, body }) => ({ name, subject, body }))
    .sort((a, b) => (fold(a.name) < fold(b.name) ? -1 : 1));
  return { graph, templates, unresolved };
}

interface Taken {
  graph: Graph;
  templates: readonly TemplateFile[];
  choices: readonly Choice[];
  by: string;
  /** Milliseconds since 1970. */
  now: number;
}

/** A flow of its own, as a draft, with the templates and pools that it needs: all of it or nothing. Answers its id. */
export async function takeFlow(
  db: Db,
  { graph, templates, choices, by, now }: Taken,
): Promise<string | 'name-taken'> {
  try {
    return await db.transaction().execute(async (trx) => {
      const known = await readReferences(trx);
      const ids = new Map<string, string>();
      for (const need of needsOf(graph, templates, known)) {
        const { take, id } = takeOf(need, choices);
        const made = take === 'new' ? await make(trx, need.kind, need.name, { templates, by, now }) : id;
        if (made !== null) ids.set(`${need.kind} ${fold(need.name)}`, made);
      }
      const drawn = renamed(
        withoutUnknownTemplates(graph, ids),
        (kind, name) => ids.get(`${kind} ${fold(name)}`) ?? name,
      );
      const taken = new Set((known.flow ?? []).map((flow) => fold(flow.name)));
      return insertFlow(
        trx,
        { ...drawn, name: freeName(graph.name, (name) => taken.has(fold(name))) },
        by,
        now,
      );
    });
  } catch (error) {
    if (isUniqueViolation(error)) return 'name-taken';
    throw error;
  }
}

/** A step whose template is left out has none yet: what is no id would be looked for as one. */
const withoutUnknownTemplates = (graph: Graph, ids: ReadonlyMap<string, string>): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node) => {
    const { templateId: name } = node.data;
    return typeof name !== 'string' || ids.has(`template ${fold(name)}`)
      ? node
      : { ...node, data: { ...node.data, templateId: '' } };
  }),
});

/** The same draft under another name; what was published, and whoever is on the way, stays with the first. Null: no such flow. */
export async function duplicateFlow(
  db: Db,
  id: string,
  { name, by, now }: { name: string; by: string; now: number },
): Promise<string | null> {
  const draft = await readDraft(db, id);
  if (!draft) return null;
  return db.transaction().execute((trx) => insertFlow(trx, { ...draft.graph, name }, by, now));
}

async function make(
  trx: Trx,
  kind: string,
  name: string,
  { templates, by, now }: Pick<Taken, 'templates' | 'by' | 'now'>,
): Promise<string | null> {
  if (kind === 'pool') return insertPool(trx, await freeIn(trx, 'pool', name), now);
  const text = kind === 'template' ? textOf(templates, name) : null;
  if (!text) return null;
  const saved = await insertTemplate(
    trx,
    { ...text, name: await freeIn(trx, 'template', text.name) },
    by,
    now,
  );
  return saved.id;
}

/** The name, or the next one that nothing has, be it in the archive. */
async function freeIn(trx: Trx, table: 'pool' | 'template', name: string): Promise<string> {
  const found = await trx.selectFrom(table).select('name_key').execute();
  const taken = new Set(found.map((one) => one.name_key));
  return freeName(name, (tried) => taken.has(fold(tried)));
}

async function insertPool(trx: Trx, name: string, now: number): Promise<string> {
  const id = newId(now);
  await trx
    .insertInto('pool')
    .values({ id, name, name_key: fold(name), description: '', created_at: new Date(now) })
    .execute();
  return id;
}

async function insertFlow(trx: Trx, graph: Graph, by: string, now: number): Promise<string> {
  const [id, at] = [newId(now), new Date(now)];
  await trx
    .insertInto('flow')
    .values({
      id,
      name: graph.name,
      name_key: fold(graph.name),
      draft: JSON.stringify(graph),
      draft_saved_at: at,
      created_by: by,
      created_at: at,
      updated_at: at,
    })
    .execute();
  return id;
}
