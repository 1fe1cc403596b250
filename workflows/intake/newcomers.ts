/** Requests about people whom nobody knows yet, taken in together. Whatever is less plain has its own transaction. */
import { recordEvents } from '../../db/queries/events.ts';
import { insertApplications, type NewApplication } from '../../db/queries/intake-application.ts';
import { heedGone } from '../../db/queries/intake-gone.ts';
import { createPeople, findPeople, type NewPerson } from '../../db/queries/intake-person.ts';
import { type Place, placesFor } from '../../db/queries/intake-place.ts';
import { claimInbounds, type InboundRow, settleInbounds } from '../../db/queries/intake-queue.ts';
import type { Trx } from '../../db/queries/lock.ts';
import { addressKey } from '../../db/queries/messages.ts';
import type { Context } from '../context.ts';
import { read } from './adapters.ts';
import type { ApplicationFact } from './fact.ts';
import { takenInWords } from './words.ts';

interface Newcomer {
  row: InboundRow;
  newcomer: NewPerson;
  application: ApplicationFact | null;
}

export interface Taken {
  row: InboundRow;
  candidateId: string;
}

/** Claims up to `limit` requests and takes in those that are plainly about newcomers; `left` are the others' ids. */
export async function takeNewcomers(
  context: Context,
  limit: number,
  claimed: (ids: string[]) => void,
): Promise<{ taken: Taken[]; left: string[] }> {
  return context.db.transaction().execute(async (trx) => {
    const rows = await claimInbounds(trx, { limit });
    claimed(rows.map((row) => row.id));
    const newcomers = await unknown(trx, apart(rows.flatMap(plain)));
    const placed = await withPlaces(trx, newcomers);
    const taken = placed.length > 0 ? await write(context, trx, placed) : [];
    const done = new Set(taken.map((one) => one.row.id));
    return { taken, left: rows.map((row) => row.id).filter((id) => !done.has(id)) };
  });
}

/** An application that is under way, or a person alone; what cannot be read is told where it is taken in alone. */
function plain(row: InboundRow): Newcomer[] {
  try {
    const fact = read(row);
    if (fact.kind !== 'application' && fact.kind !== 'person') return [];
    const application = fact.kind === 'application' ? fact.application : null;
    if (application && application.status !== 'active') return [];
    const newcomer = { sourceKind: row.kind, source: application?.source ?? null, person: fact.person };
    return [{ row, newcomer, application }];
  } catch {
    return [];
  }
}

/** The first of those who share an address or an id; the others must find her. */
function apart(newcomers: readonly Newcomer[]): Newcomer[] {
  const seen = new Set<string>();
  return newcomers.filter(({ row, newcomer: { person }, application }) => {
    const marks = [
      ...person.emails.map((address) => `address ${addressKey(address)}`),
      ...(person.externalId === null ? [] : [`person ${row.kind} ${person.externalId}`]),
      ...(application?.externalId ? [`application ${row.kind} ${application.externalId}`] : []),
    ];
    if (marks.some((mark) => seen.has(mark))) return false;
    for (const mark of marks) seen.add(mark);
    return true;
  });
}

async function unknown(trx: Trx, newcomers: Newcomer[]): Promise<Newcomer[]> {
  if (newcomers.length === 0) return [];
  const known = await findPeople(
    trx,
    newcomers.map((one) => one.newcomer),
  );
  return newcomers.filter((_, index) => known[index] === null);
}

type Placed = Newcomer & { place: Place | null };

async function withPlaces(trx: Trx, newcomers: readonly Newcomer[]): Promise<Placed[]> {
  const applying = newcomers.flatMap((one) =>
    one.application ? [{ one, sourceKind: one.row.kind, application: one.application }] : [],
  );
  const found = applying.length > 0 ? await placesFor(trx, applying) : [];
  const places = new Map(applying.map(({ one }, index) => [one, found[index] ?? null]));
  return newcomers.flatMap((one) => {
    const place = places.get(one) ?? null;
    return one.application && !place ? [] : [{ ...one, place }];
  });
}

async function write(context: Context, trx: Trx, placed: readonly Placed[]): Promise<Taken[]> {
  const now = context.clock.now();
  const newcomers = await heedGone(
    trx,
    placed.map((one) => one.newcomer),
  );
  const ids = await createPeople(trx, newcomers, now);
  const taken = placed.map(({ row }, index) => ({ row, candidateId: ids[index] as string }));
  const by = (row: InboundRow) => ({ kind: 'source' as const, id: row.sourceId });
  const applications = placed.flatMap(({ row, application, place }, index): NewApplication[] =>
    application && place
      ? [
          {
            candidateId: ids[index] as string,
            sourceKind: row.kind,
            by: by(row),
            application,
            place,
            receivedAt: row.receivedAt,
          },
        ]
      : [],
  );
  const received = await insertApplications(trx, applications, now);
  const created = taken.map(({ row, candidateId }) => ({
    candidateId,
    type: 'candidate.created',
    data: { source: row.kind },
    by: by(row),
  }));
  await recordEvents(trx, [...created, ...received.flat()], now);
  await settleInbounds(
    trx,
    placed.map(({ row, application, newcomer }, index) => ({
      id: row.id,
      status: 'done' as const,
      outcome: takenInWords(true, application ? ['application.received'] : [], newcomer.person),
      candidateId: ids[index] as string,
    })),
  );
  return taken;
}
