/** Message templates: every save is a version of its own. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { isUniqueViolation } from '../transactions.ts';
import type { Trx } from './lock.ts';
import type { AfterName, Page } from './page.ts';

export interface TemplateRow {
  id: string;
  name: string;
  nameKey: string;
  subject: string;
  body: string;
  version: number;
  versionId: string;
  createdAt: Date;
  updatedAt: Date;
}

const columns = sql`t.id, t.name, t.name_key as "nameKey", v.subject, v.body, v.number as version, v.id as "versionId",
  t.created_at as "createdAt", t.updated_at as "updatedAt"`;
const from = sql`from template t join template_version v on v.id = t.current_version_id where t.archived_at is null`;

/** By name. */
export async function listTemplates(db: Db, { limit, after }: Page<AfterName>): Promise<TemplateRow[]> {
  const found = await sql<TemplateRow>`
    select ${columns} ${from} ${after ? sql`and (t.name_key, t.id) > (${after.key}, ${after.id}::uuid)` : sql``}
    order by t.name_key, t.id limit ${limit}`.execute(db);
  return found.rows;
}

export async function readTemplate(db: Db, id: string): Promise<TemplateRow | null> {
  const found = await sql<TemplateRow>`select ${columns} ${from} and t.id = ${id}`.execute(db);
  return found.rows[0] ?? null;
}

export interface TemplateText {
  name: string;
  subject: string;
  body: string;
}

export interface SavedTemplate {
  id: string;
  version: number;
  versionId: string;
}

async function unlessTaken<T>(work: () => Promise<T>): Promise<T | 'name-taken'> {
  try {
    return await work();
  } catch (error) {
    if (isUniqueViolation(error)) return 'name-taken';
    throw error;
  }
}

/** @throws where the name is taken, be it by one in the archive. */
export async function insertTemplate(
  trx: Trx,
  { name, subject, body }: TemplateText,
  by: string,
  now: number,
): Promise<SavedTemplate> {
  const id = newId(now);
  const versionId = newId(now);
  const at = new Date(now);
  await trx
    .insertInto('template')
    .values({ id, name, name_key: fold(name), created_at: at, updated_at: at })
    .execute();
  await trx
    .insertInto('template_version')
    .values({ id: versionId, template_id: id, number: 1, subject, body, created_by: by, created_at: at })
    .execute();
  await trx.updateTable('template').set({ current_version_id: versionId }).where('id', '=', id).execute();
  return { id, version: 1, versionId };
}

export const createTemplate = (
  db: Db,
  text: TemplateText,
  by: string,
  now: number,
): Promise<SavedTemplate | 'name-taken'> =>
  unlessTaken(() => db.transaction().execute((trx) => insertTemplate(trx, text, by, now)));

/** Flows that are live keep the version they were published with. Null: no such template. */
export async function saveTemplate(
  db: Db,
  id: string,
  { name, subject, body }: TemplateText,
  by: string,
  now: number,
): Promise<SavedTemplate | 'name-taken' | null> {
  const at = new Date(now);
  return unlessTaken(() =>
    db.transaction().execute(async (trx) => {
      const current = await sql<{ number: number }>`
        select v.number from template t join template_version v on v.id = t.current_version_id
        where t.id = ${id} and t.archived_at is null for update of t`.execute(trx);
      const was = current.rows[0];
      if (!was) return null;
      const versionId = newId(now);
      const version = was.number + 1;
      await trx
        .insertInto('template_version')
        .values({
          id: versionId,
          template_id: id,
          number: version,
          subject,
          body,
          created_by: by,
          created_at: at,
        })
        .execute();
      await trx
        .updateTable('template')
        .set({ name, name_key: fold(name), current_version_id: versionId, updated_at: at })
        .where('id', '=', id)
        .execute();
      return { id, version, versionId };
    }),
  );
}
