/** Writing candidates by hand: create, change, tags, notes, events of one's own. */
import { type Insertable, sql } from 'kysely';
import { nameOf } from '../../engine/candidate-fields.ts';
import { fold } from '../../engine/conditions/fold.ts';
import { assignmentEvent } from '../../engine/effects/candidate-assign.ts';
import { updateData } from '../../engine/events/updated.ts';
import { guessZone } from '../../engine/time/guess-zone.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { CandidateTable } from '../schema.ts';
import { searchKey } from './candidate-fields.ts';
import { type By, type EventToWrite, recordEvents } from './events.ts';
import { lockCandidates, type Trx } from './lock.ts';
import { addressKey } from './messages.ts';
import { guessZones } from './zones.ts';
import { noteZones } from './zones-seen.ts';

/** Thrown when another candidate already has the address. */
export class AddressTaken extends Error {
  readonly candidateId: string;
  constructor(candidateId: string) {
    super('Another candidate has this address.');
    this.name = 'AddressTaken';
    this.candidateId = candidateId;
  }
}

/** Thrown when the candidate was merged into another. */
export class CandidateMerged extends Error {
  readonly into: string;
  constructor(into: string) {
    super('This candidate was merged into another one.');
    this.name = 'CandidateMerged';
    this.into = into;
  }
}

type Custom = Record<string, string | number | boolean | string[] | null>;

export interface NewCandidate {
  firstName: string | null;
  lastName: string | null;
  email: string;
  /** E.164. */
  phone: string | null;
  headline: string | null;
  company: string | null;
  location: string | null;
  country: string | null;
  /** IANA name, checked. */
  timeZone: string | null;
  source: string | null;
  ownerId: string | null;
  tags: string[];
  links: { kind: string; url: string }[];
  custom: Custom;
}

/** What to call someone of whom there is an address only. */
const localPart = (email: string): string => email.split('@')[0] ?? email;

/** Locks a candidate to write to her. Null: there is none. @throws {CandidateMerged} */
export async function lockOne(trx: Trx, id: string): Promise<string | null> {
  const [locked] = await lockCandidates(trx, [id]);
  if (!locked) return null;
  if (locked.mergedInto) throw new CandidateMerged(locked.mergedInto);
  return locked.id;
}

async function holderOf(db: Db | Trx, key: string): Promise<string | null> {
  const held = await db
    .selectFrom('candidate_email')
    .select('candidate_id')
    .where('address_key', '=', key)
    .where('is_claim', '=', false)
    .executeTakeFirst();
  return held?.candidate_id ?? null;
}

/** @throws {AddressTaken} */
export async function createCandidate(db: Db, given: NewCandidate, by: By, now: number): Promise<string> {
  const key = addressKey(given.email);
  return db.transaction().execute(async (trx) => {
    const holder = await holderOf(trx, key);
    if (holder) throw new AddressTaken(holder);
    const id = newId(now);
    const at = new Date(now);
    const fullName = nameOf(given.firstName, given.lastName, localPart(given.email));
    const zone = given.timeZone
      ? { timeZone: given.timeZone, from: 'given' }
      : guessZone({ ...given, phones: given.phone ? [given.phone] : [] });
    const row: Insertable<CandidateTable> = {
      id,
      first_name: given.firstName,
      last_name: given.lastName,
      full_name: fullName,
      name_key: fold(fullName),
      search_key: searchKey(fullName, [given.email], given.company, given.headline),
      headline: given.headline,
      company: given.company,
      location: given.location,
      country: given.country,
      time_zone: zone?.timeZone ?? null,
      time_zone_from: zone?.from ?? null,
      source: given.source,
      owner_id: given.ownerId,
      tags: given.tags,
      custom: JSON.stringify(given.custom),
      created_at: at,
      updated_at: at,
      last_activity_at: at,
    };
    await trx.insertInto('candidate').values(row).execute();
    await noteZones(trx, [row.time_zone], [id], now);
    // Someone may have written the same address a moment ago: then this waits for her and finds it taken.
    const inserted = await sql`
      insert into candidate_email (id, candidate_id, address, address_key, is_primary, created_at)
      values (${newId(now)}, ${id}, ${given.email}, ${key}, true, ${at})
      on conflict (address_key) where not is_claim do nothing returning id`.execute(trx);
    if (inserted.rows.length === 0) throw new AddressTaken((await holderOf(trx, key)) ?? id);
    if (given.phone)
      await trx
        .insertInto('candidate_phone')
        .values({ id: newId(now), candidate_id: id, number: given.phone, created_at: at })
        .execute();
    if (given.links.length > 0) {
      await trx
        .insertInto('candidate_link')
        .values(given.links.map((link) => ({ id: newId(now), candidate_id: id, ...link })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    const events: EventToWrite[] = [
      { candidateId: id, type: 'candidate.created', data: { source: given.source }, by },
      ...given.tags.map((tag) => ({ candidateId: id, type: 'candidate.tagged', data: { tag }, by })),
    ];
    await recordEvents(trx, events, now);
    return id;
  });
}

export type CandidateChange = Partial<Omit<NewCandidate, 'tags' | 'links' | 'source'>> & {
  status?: 'active' | 'hired' | 'do-not-contact';
};

/** What a change writes, by the name under which conditions know it. */
const columnOf = {
  firstName: 'first_name',
  lastName: 'last_name',
  email: 'email',
  phone: 'phone',
  headline: 'headline',
  company: 'company',
  location: 'location',
  country: 'country',
  timeZone: 'time_zone',
  ownerId: 'owner_id',
  status: 'status',
} as const satisfies Record<Exclude<keyof CandidateChange, 'custom'>, string>;

type Before = Record<(typeof columnOf)[keyof typeof columnOf], unknown> & { custom: Custom };

/** The paths of what is another than it was: `candidate.country`, `candidate.custom.startDate`. */
function changedFields(change: CandidateChange, was: Before): string[] {
  const { custom = {}, ...plain } = change;
  const differ = (a: unknown, b: unknown) => JSON.stringify(a ?? null) !== JSON.stringify(b ?? null);
  const changed = (Object.keys(plain) as (keyof typeof columnOf)[]).filter(
    (name) => plain[name] !== undefined && differ(plain[name], was[columnOf[name]]),
  );
  const own = Object.keys(custom).filter((name) => differ(custom[name], was.custom[name]));
  return [...changed, ...own.map((name) => `custom.${name}`)].map((name) => `candidate.${name}`);
}

/** False: no such candidate. @throws {AddressTaken} {CandidateMerged} */
export async function changeCandidate(
  db: Db,
  id: string,
  change: CandidateChange,
  by: By,
  now: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if (!(await lockOne(trx, id))) return false;
    const at = new Date(now);
    const was = await trx
      .selectFrom('candidate')
      .selectAll()
      .select([
        sql<
          string | null
        >`(select address from candidate_email where candidate_id = candidate.id and is_primary)`.as('mail'),
        sql<
          string | null
        >`(select number from candidate_phone where candidate_id = candidate.id order by id limit 1)`.as(
          'phone',
        ),
      ])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (change.email !== undefined) await replacePrimary(trx, id, change.email, at);
    if (change.phone !== undefined) {
      await trx.deleteFrom('candidate_phone').where('candidate_id', '=', id).execute();
      if (change.phone)
        await trx
          .insertInto('candidate_phone')
          .values({ id: newId(now), candidate_id: id, number: change.phone, created_at: at })
          .execute();
    }
    const emails = await trx
      .selectFrom('candidate_email')
      .select(['address', 'is_primary'])
      .where('candidate_id', '=', id)
      .execute();
    const primary = emails.find((email) => email.is_primary)?.address ?? emails[0]?.address ?? was.full_name;
    const first = change.firstName === undefined ? was.first_name : change.firstName;
    const last = change.lastName === undefined ? was.last_name : change.lastName;
    const renamed = change.firstName !== undefined || change.lastName !== undefined;
    const fullName = renamed ? nameOf(first, last, localPart(primary)) : was.full_name;
    const company = change.company === undefined ? was.company : change.company;
    const headline = change.headline === undefined ? was.headline : change.headline;
    await trx
      .updateTable('candidate')
      .set({
        first_name: first,
        last_name: last,
        full_name: fullName,
        name_key: fold(fullName),
        company,
        headline,
        search_key: searchKey(
          fullName,
          emails.map((email) => email.address),
          company,
          headline,
        ),
        updated_at: at,
        ...(change.location === undefined ? {} : { location: change.location }),
        ...(change.country === undefined ? {} : { country: change.country }),
        ...(change.timeZone === undefined
          ? {}
          : { time_zone: change.timeZone, time_zone_from: change.timeZone ? 'given' : null }),
        ...(change.ownerId === undefined ? {} : { owner_id: change.ownerId }),
        ...(change.status === undefined ? {} : { status: change.status }),
        ...(change.custom === undefined
          ? {}
          : { custom: JSON.stringify({ ...was.custom, ...change.custom }) }),
      })
      .where('id', '=', id)
      .execute();
    const tells = [change.timeZone, change.country, change.location, change.phone];
    if (tells.some((each) => each !== undefined)) await guessZones(trx, [id], now);
    await noteZones(trx, [change.timeZone], [id], now);
    const fields = changedFields(change, { ...was, email: was.mail, phone: was.phone });
    const events: EventToWrite[] =
      fields.length > 0
        ? [{ candidateId: id, type: 'candidate.updated', data: updateData(fields, change.status), by }]
        : [];
    if (change.ownerId !== undefined && change.ownerId !== was.owner_id)
      events.push({ ...assignmentEvent(change.ownerId), candidateId: id, by });
    await recordEvents(trx, events, now);
    return true;
  });
}

/** The old main address stays as another one of hers. */
async function replacePrimary(trx: Trx, id: string, address: string, at: Date): Promise<void> {
  const key = addressKey(address);
  const holder = await holderOf(trx, key);
  if (holder && holder !== id) throw new AddressTaken(holder);
  await sql`update candidate_email set is_primary = false where candidate_id = ${id} and is_primary`.execute(
    trx,
  );
  await sql`
    insert into candidate_email (id, candidate_id, address, address_key, is_primary, created_at)
    values (${newId(at.getTime())}, ${id}, ${address}, ${key}, true, ${at})
    on conflict (candidate_id, address_key) do update set is_primary = true, is_claim = false, address = excluded.address`.execute(
    trx,
  );
}

/** Answers all her tags then; null: no such candidate. Tags compare by their folded form, as conditions do. */
export async function changeTags(
  db: Db,
  id: string,
  { add, remove }: { add: string[]; remove: string[] },
  by: By,
  now: number,
): Promise<string[] | null> {
  return db.transaction().execute(async (trx) => {
    if (!(await lockOne(trx, id))) return null;
    const { tags } = await trx
      .selectFrom('candidate')
      .select('tags')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const gone = new Set(remove.map(fold));
    const removed = tags.filter((tag) => gone.has(fold(tag)));
    const kept = tags.filter((tag) => !gone.has(fold(tag)));
    const worn = new Set(kept.map(fold));
    const added = add.filter((tag) => {
      const fresh = !worn.has(fold(tag));
      worn.add(fold(tag));
      return fresh;
    });
    const next = [...kept, ...added];
    if (added.length + removed.length === 0) return next;
    await trx
      .updateTable('candidate')
      .set({ tags: next, updated_at: new Date(now) })
      .where('id', '=', id)
      .execute();
    await recordEvents(
      trx,
      [
        ...added.map((tag) => ({ candidateId: id, type: 'candidate.tagged', data: { tag }, by })),
        ...removed.map((tag) => ({ candidateId: id, type: 'candidate.untagged', data: { tag }, by })),
      ],
      now,
    );
    return next;
  });
}

/** Null: no such candidate. */
export async function addNote(
  db: Db,
  candidateId: string,
  body: string,
  by: By,
  now: number,
): Promise<string | null> {
  return db.transaction().execute(async (trx) => {
    if (!(await lockOne(trx, candidateId))) return null;
    const id = newId(now);
    await trx
      .insertInto('note')
      .values({ id, candidate_id: candidateId, author_id: by.id ?? null, body, created_at: new Date(now) })
      .execute();
    await recordEvents(trx, [{ candidateId, type: 'note.added', data: { noteId: id }, by }], now);
    return id;
  });
}

/** One event of a candidate, such as a custom one. Null: no such candidate. @throws {CandidateMerged} */
export async function recordOne(db: Db, event: EventToWrite, now: number): Promise<string | null> {
  return db.transaction().execute(async (trx) => {
    if (!(await lockOne(trx, event.candidateId))) return null;
    const [written] = await recordEvents(trx, [event], now);
    return written?.id ?? null;
  });
}
