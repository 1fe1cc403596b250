/** What a flow would do with a cohort before it goes live: sums, what is in the way, and who gets what and when. */
import { z } from '@hono/zod-openapi';
import { givenInstant, id, instant, pageQuery } from './common.ts';
import { conditionBody } from './matching.ts';

const count = z.number().int();

/** Whom to forecast for. `events`: whoever the last days' events would have brought in. */
export const cohort = z
  .union([
    z.strictObject({ poolId: id }),
    z.strictObject({ candidateIds: z.array(id).min(1).max(5_000) }),
    z.strictObject({ condition: conditionBody }),
    z.strictObject({ events: z.strictObject({ days: z.int().min(1).max(90) }) }),
  ])
  .openapi('Cohort');

export const forecastRequest = z.object({
  cohort,
  /** As of when; default now. A further page names the instant that the first one answered. */
  asOf: givenInstant.optional(),
  /** What is forecast: what is drawn now, or the version that is live. */
  of: z.enum(['draft', 'live']).default('draft'),
  /** So many of the cohort enter a minute; absent: all at once. Not for past events, which have times of their own. */
  perMinute: z.int().min(1).max(100_000).optional(),
  /** Of the people's list only those who met this obstacle: its `key`. */
  only: z.string().max(500).optional(),
  limit: z.int().min(1).max(200).default(50),
  cursor: pageQuery.shape.cursor,
});

const obstacleKind = z.enum(['put-off', 'not-sent', 'stuck', 'refused']);

export const cohortForecast = z
  .object({
    asOf: instant,
    /** IANA name: the clock of `days`. */
    timeZone: z.string(),
    /** Figures are from so many of so many people, scaled up; `complete` false: time ran out. */
    from: count,
    of: count,
    complete: z.boolean(),
    /** People asked about, let in at least once, and written to. */
    people: count,
    entering: count,
    written: count,
    runs: count,
    mails: count,
    firstAt: instant.nullable(),
    lastAt: instant.nullable(),
    /** When the last of them enters; null: nobody does. */
    lastEntersAt: instant.nullable(),
    /** Days with mail, each with its 24 hours. */
    days: z.array(z.object({ date: z.string(), mails: count, hours: z.array(count) })),
    nodes: z.array(
      z.object({ nodeId: z.string(), title: z.string(), people: count, visits: count, mails: count }),
    ),
    obstacles: z.array(
      z.object({
        key: z.string(),
        kind: obstacleKind,
        code: z.string(),
        nodeId: z.string().nullable(),
        text: z.string(),
        people: count,
        times: count,
      }),
    ),
    ends: z.object({ open: count, blocked: count, ended: count, exited: count, converted: count }),
    assumptions: z.array(z.object({ code: z.string(), nodeId: z.string().nullable(), text: z.string() })),
    /** By their first mail; who gets none comes last. Not scaled. */
    items: z.array(
      z.object({
        candidateId: id,
        name: z.string(),
        entersAt: instant,
        firstAt: instant.nullable(),
        /** At most the first ten. */
        mails: z.array(z.object({ nodeId: z.string(), title: z.string(), at: instant })),
        mailCount: count,
        status: z.enum(['open', 'blocked', 'ended', 'exited', 'converted', 'refused']),
        outcome: z.string(),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('CohortForecast');
