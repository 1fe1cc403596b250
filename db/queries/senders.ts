/** In whose name mails may go out: a short list that stands in the workspace's settings. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import { readSenders, type Sender } from '../../engine/contact/senders.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { Trx } from './lock.ts';

/** By name. */
export async function listSenders(db: Db | Trx): Promise<Sender[]> {
  const found = await sql<{ senders: unknown }>`select settings->'senders' as senders from workspace`.execute(
    db,
  );
  return readSenders(found.rows[0]?.senders);
}

export type NewSender = Omit<Sender, 'id'>;

/** Null: the name is taken. */
export const insertSender = (db: Db, sender: NewSender, now: number): Promise<string | null> =>
  changed(db, (all) => {
    if (isTaken(all, sender.name)) return { all: null, answer: null };
    const id = newId(now);
    return { all: [...all, { id, ...sender }], answer: id };
  });

export const changeSender = (
  db: Db,
  id: string,
  sender: NewSender,
): Promise<'changed' | 'name-taken' | 'gone'> =>
  changed(db, (all) => {
    const others = all.filter((one) => one.id !== id);
    if (others.length === all.length) return { all: null, answer: 'gone' as const };
    if (isTaken(others, sender.name)) return { all: null, answer: 'name-taken' as const };
    return { all: [...others, { id, ...sender }], answer: 'changed' as const };
  });

/** False: there is no such sender. */
export const removeSender = (db: Db, id: string): Promise<boolean> =>
  changed(db, (all) => {
    const others = all.filter((one) => one.id !== id);
    return others.length === all.length ? { all: null, answer: false } : { all: others, answer: true };
  });

const isTaken = (all: readonly Sender[], name: string): boolean =>
  all.some((one) => fold(one.name) === fold(name));

/** Two changes at once come one after the other. */
async function changed<A>(
  db: Db,
  change: (all: Sender[]) => { all: Sender[] | null; answer: A },
): Promise<A> {
  return db.transaction().execute(async (trx) => {
    const found = await sql<{ senders: unknown }>`
      select settings->'senders' as senders from workspace for update`.execute(trx);
    const { all, answer } = change(readSenders(found.rows[0]?.senders));
    if (all) {
      const sorted = all.toSorted((a, b) => (fold(a.name) < fold(b.name) ? -1 : 1));
      await sql`update workspace set settings = jsonb_set(settings, '{senders}', ${JSON.stringify(sorted)}::jsonb)`.execute(
        trx,
      );
    }
    return answer;
  });
}
