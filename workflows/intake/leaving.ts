/** People who go: joined with another at their source, or deleted there. */
import { recordEvents } from '../../db/queries/events.ts';
import { holdGone, rememberGone } from '../../db/queries/intake-gone.ts';
import { findPerson, noteExternal } from '../../db/queries/intake-person.ts';
import { earlierWaits, type InboundRow, type Settled, settleInbound } from '../../db/queries/intake-queue.ts';
import { lockCandidate, MergedMeanwhile, type Trx } from '../../db/queries/lock.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { updateData } from '../../engine/events/updated.ts';
import { Delayed } from './trouble.ts';

/** @throws {Delayed} while nobody is known and a request that came before may still tell of one of them. */
export async function takeMerge(
  trx: Trx,
  row: InboundRow,
  fact: { keep: string; lose: string },
  now: number,
): Promise<string | null> {
  const find = (externalId: string) =>
    findPerson(trx, { sourceKind: row.kind, person: { externalId, emails: [] } });
  const settle = (settled: Settled) => settleInbound(trx, row.id, settled);
  const keep = await find(fact.keep);
  const lose = await find(fact.lose);
  if (!keep && !lose) {
    if (await earlierWaits(trx, row)) throw new Delayed('An earlier request may tell who this is about.');
    await settle({ status: 'ignored', outcome: 'A merge of candidates who are not known here.' });
    return null;
  }
  if (keep === lose) {
    await settle({ status: 'ignored', outcome: 'A merge of candidates who are one here already.' });
    return null;
  }
  const only = keep && lose ? null : await lockCandidate(trx, (keep ?? lose) as string);
  if (only) {
    // The other one has not been heard of yet: when she is, she is the one we know.
    if (!(await noteExternal(trx, row.kind, keep ? fact.lose : fact.keep, only))) throw new MergedMeanwhile();
    await settle({
      status: 'done',
      outcome: 'Known here already; from now on also by her other id.',
      candidateId: only,
    });
    return only;
  }
  if (!keep || !lose) throw new MergedMeanwhile();
  await mergeCandidates(trx, { keep, lose, by: { kind: 'source', id: row.sourceId } }, now);
  await settle({ status: 'done', outcome: 'Two candidates became one.', candidateId: keep });
  return keep;
}

/** She is not written to any more; nor, should she be heard of later, is she then. */
export async function takeGone(
  trx: Trx,
  row: InboundRow,
  externalId: string,
  now: number,
): Promise<string | null> {
  await holdGone(trx, row.kind, externalId);
  const found = await findPerson(trx, { sourceKind: row.kind, person: { externalId, emails: [] } });
  const id = found ? await lockCandidate(trx, found) : null;
  if (!id) {
    await rememberGone(trx, row.kind, externalId, now);
    await settleInbound(trx, row.id, { status: 'done', outcome: 'Deleted at the source; not known here.' });
    return null;
  }
  await trx
    .updateTable('candidate')
    .set({ status: 'do-not-contact', updated_at: new Date(now) })
    .where('id', '=', id)
    .execute();
  const by = { kind: 'source' as const, id: row.sourceId };
  await recordEvents(
    trx,
    [
      {
        candidateId: id,
        type: 'candidate.updated',
        data: updateData(['candidate.status'], 'do-not-contact'),
        by,
      },
    ],
    now,
  );
  await settleInbound(trx, row.id, {
    status: 'done',
    outcome: 'Deleted at the source: marked “do not contact” here.',
    candidateId: id,
  });
  return id;
}
