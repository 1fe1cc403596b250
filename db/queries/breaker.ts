/** A flow of which too much goes wrong pauses itself, and says so. */
import { sql } from 'kysely';
import type { Trx } from './lock.ts';
import { pauseFlow } from './routing.ts';

const hourMs = 3_600_000;

/**
 * Asked where something has just gone wrong: of the last hour (or since the flow was resumed) the live version's
 * steps that do something, those of them that failed, and the mails written meanwhile that failed, bounced or were
 * called spam. `now` in milliseconds.
 */
export async function breakCircuits(trx: Trx, flowIds: readonly string[], now: number): Promise<void> {
  if (flowIds.length === 0) return;
  const found = await sql<{ flowId: string; share: number; least: number; done: number; bad: number }>`
    select f.id as "flowId", setting.share, setting.least, steps.done, steps.failed + mails.failed as bad
    from flow f join flow_version v on v.id = f.live_version_id
    cross join lateral (select (v.plan->'settings'->'breaker'->>'share')::int as share, (v.plan->'settings'->'breaker'->>'least')::int as least) as setting
    cross join lateral (select greatest(${new Date(now - hourMs)}::timestamptz, f.resumed_at) as since) as hour
    cross join lateral (
      select count(*)::int as done, count(*) filter (where s.outcome = 'failed')::int as failed
      from jsonb_each(v.plan->'ops') as op (node, value) join step s on s.version_id = v.id and s.node_id = op.node and s.left_at > hour.since
      where op.value->>'op' = 'effect') as steps
    cross join lateral (
      select count(*)::int as failed from message m
      where m.created_at > hour.since and m.version_id = v.id and m.status in ('failed', 'bounced', 'complained')) as mails
    where f.id = any(${[...new Set(flowIds)]}::uuid[]) and f.state = 'live' and setting.share is not null`.execute(
    trx,
  );
  for (const { flowId, share, least, done, bad } of found.rows) {
    if (done < least || bad * 100 < share * done) continue;
    const reason = `Paused by itself: ${bad} of ${done} steps and mails went wrong within an hour.`;
    await pauseFlow(trx, flowId, reason, now);
  }
}
