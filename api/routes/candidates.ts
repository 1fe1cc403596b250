/** Candidates: list, profile, changes. */

import { notifyLive, notifyWork } from '../../db/notify.ts';
import { accountExists } from '../../db/queries/accounts.ts';
import {
  type CandidateSort,
  candidatesWithTotal,
  type ListedCandidate,
  listCustomFields,
  listTags,
} from '../../db/queries/candidate-list.ts';
import { readProfile, type StoredProfile, suppressionOf } from '../../db/queries/candidate-profile.ts';
import { changeCandidate, createCandidate } from '../../db/queries/candidates.ts';
import { whySuppressed } from '../../db/queries/effects.ts';
import { holdOf } from '../../db/queries/holds.ts';
import { fold } from '../../engine/conditions/fold.ts';
import type { Names } from '../../engine/steps/step.ts';
import { isTimeZone } from '../../engine/time/calendar.ts';
import {
  type CandidateProfile,
  type CandidateRow,
  candidateChange,
  candidatePage,
  candidateProfile,
  candidateQuery,
  customFieldList,
  newCandidate,
  tagList,
} from '../contract/candidates.ts';
import { created, idParam } from '../contract/common.ts';
import { byName, byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { endInWords } from '../end-words.ts';
import { actorOf, byActor, type Deps, resource } from '../env.ts';
import { readPhone } from '../phone.ts';
import { found, invalid } from '../problems.ts';
import { answers, body, nothingOr, problems, route } from '../route.ts';
import { namesFor, nextTitle, titleOf } from '../words.ts';

const tags = ['Candidates'];
const list = route({
  method: 'get',
  path: '/api/candidates',
  role: 'viewer',
  tags,
  summary: 'Candidates, searched and filtered',
  request: { query: candidateQuery },
  responses: answers(200, candidatePage),
});
const create = route({
  method: 'post',
  path: '/api/candidates',
  role: 'recruiter',
  tags,
  summary: 'Create a candidate',
  request: { body: body(newCandidate) },
  responses: {
    ...answers(201, created),
    ...problems('email-taken', 'idempotency-running', 'idempotency-reused'),
  },
});
const read = route({
  method: 'get',
  path: '/api/candidates/{id}',
  role: 'viewer',
  tags,
  summary: 'A candidate’s profile',
  request: { params: idParam },
  responses: answers(200, candidateProfile),
});
const change = route({
  method: 'patch',
  path: '/api/candidates/{id}',
  role: 'recruiter',
  tags,
  summary: 'Change a candidate',
  request: { params: idParam, body: body(candidateChange) },
  responses: nothingOr('email-taken', 'merged', 'idempotency-running', 'idempotency-reused'),
});
const allTags = route({
  method: 'get',
  path: '/api/tags',
  role: 'viewer',
  tags,
  summary: 'Tags in use',
  responses: answers(200, tagList),
});
const allCustomFields = route({
  method: 'get',
  path: '/api/custom-fields',
  role: 'viewer',
  tags,
  summary: 'Names of candidates’ own fields',
  responses: answers(200, customFieldList),
});

const checkedZone = (timeZone: string | null | undefined): string | null => {
  if (!timeZone) return null;
  if (!isTimeZone(timeZone))
    throw invalid({ path: 'timeZone', message: 'is not a time zone; write it like Europe/Lisbon' });
  return timeZone;
};

/** The first of each, compared as conditions compare them. */
const distinct = (tags: string[]): string[] => [...new Map(tags.map((tag) => [fold(tag), tag])).values()];

export function rowOf(
  { nameKey: _key, next, lastReplyAt, createdAt: _made, lastActivityAt, ...rest }: ListedCandidate,
  names: Names,
): CandidateRow {
  return {
    ...rest,
    lastReplyAt: rfcOrNull(lastReplyAt),
    lastActivityAt: rfc(lastActivityAt),
    next: next && {
      flowId: next.flowId,
      enrolmentId: next.enrolmentId,
      flowName: next.flowName,
      at: next.at,
      title: nextTitle(next.node, next.following, names),
    },
  };
}

function profileOf(
  stored: StoredProfile,
  { consent, hold }: Pick<CandidateProfile, 'consent' | 'hold'>,
  names: Names,
): CandidateProfile {
  return {
    ...stored,
    enrolments: stored.enrolments.map(({ node, following, ...rest }) => ({
      ...rest,
      endReason: endInWords(rest.endReason),
      nodeTitle: node && titleOf(node, names),
      next: rest.status === 'open' ? [{ title: nextTitle(node, following, names), at: rest.wakeAt }] : [],
    })),
    consent,
    hold,
    lastReplyAt: rfcOrNull(stored.lastReplyAt),
    createdAt: rfc(stored.createdAt),
    consentUntil: rfcOrNull(stored.consentUntil),
    updatedAt: rfc(stored.updatedAt),
    lastActivityAt: rfc(stored.lastActivityAt),
  };
}

/** Where a page of that order goes on. */
export const afterIn = (sort: CandidateSort, cursor: string | undefined) =>
  sort === 'name' ? readCursor(cursor, byName) : readCursor(cursor, byTime);
export const keyIn =
  (sort: CandidateSort) =>
  (row: ListedCandidate): Record<string, string> =>
    sort === 'name'
      ? { key: row.nameKey, id: row.id }
      : { at: rfc(sort === 'recent' ? row.lastActivityAt : row.createdAt), id: row.id };

export const candidateRoutes = ({ db, clock }: Deps) => {
  const checkOwner = async (ownerId: string | null | undefined): Promise<void> => {
    if (ownerId && !(await accountExists(db, ownerId)))
      throw invalid({ path: 'ownerId', message: 'is not an account' });
  };
  return resource()
    .openapi(list, async (c) => {
      const { limit, cursor, sort, ...filter } = c.req.valid('query');
      const after = afterIn(sort, cursor);
      const { rows, total } = await candidatesWithTotal(db, filter, sort, { limit: limit + 1, after });
      const names = await namesFor(
        db,
        rows.map((row) => row.next),
      );
      return c.json({ ...pageOf(rows, limit, keyIn(sort), (row) => rowOf(row, names)), total }, 200);
    })
    .openapi(create, async (c) => {
      const given = c.req.valid('json');
      await checkOwner(given.ownerId);
      const country = given.country ?? null;
      const id = await createCandidate(
        db,
        {
          ...given,
          country,
          phone: given.phone ? readPhone(given.phone, country) : null,
          timeZone: checkedZone(given.timeZone),
          ownerId: given.ownerId ?? null,
          tags: distinct(given.tags ?? []),
          links: given.links ?? [],
          custom: given.custom ?? {},
        },
        byActor(actorOf(c)),
        clock.now(),
      );
      notifyWork(db, 'router');
      notifyLive(db, [{ topic: 'candidate', id }]);
      return c.json({ id }, 201);
    })
    .openapi(read, async (c) => {
      const stored = found(await readProfile(db, c.req.valid('param').id));
      const address = stored.emails.find((email) => email.primary)?.address ?? null;
      const [suppression, held, names] = await Promise.all([
        address ? suppressionOf(db, address) : null,
        holdOf(db, stored.id, clock.now()),
        namesFor(
          db,
          stored.enrolments.map(({ node, following }) => [node, following]),
        ),
      ]);
      const reason = address
        ? whySuppressed({ candidate: { status: stored.status } }, suppression)
        : 'There is no address to write to.';
      const consent = { mail: reason === null, reason, since: rfcOrNull(suppression?.at ?? null) };
      const hold = held && {
        until: rfc(held.until),
        covers: held.covers,
        reason: held.reason,
        by: held.by,
      };
      return c.json(profileOf(stored, { consent, hold }, names), 200);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const { phone, timeZone, country, ...given } = c.req.valid('json');
      await checkOwner(given.ownerId);
      const changed = await changeCandidate(
        db,
        id,
        {
          ...given,
          ...(country === undefined ? {} : { country }),
          ...(phone === undefined ? {} : { phone: phone ? readPhone(phone, country ?? null) : null }),
          ...(timeZone === undefined ? {} : { timeZone: checkedZone(timeZone) }),
        },
        byActor(actorOf(c)),
        clock.now(),
      );
      found(changed || null);
      notifyWork(db, 'router');
      notifyLive(db, [{ topic: 'candidate', id }]);
      return c.body(null, 204);
    })
    .openapi(allTags, async (c) => c.json({ items: await listTags(db) }, 200))
    .openapi(allCustomFields, async (c) => c.json({ items: await listCustomFields(db) }, 200));
};
