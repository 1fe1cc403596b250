/** What publishing would mean for those on their way: who stands where, and the drawings on both sides. */
import type { Problem } from '../../engine/flow/problems.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import type { Db } from '../connect.ts';
import { compileDraft } from './flows.ts';
import { type Standing, standingIn } from './moving.ts';

export interface PublishPreview {
  graph: Graph;
  plan: Plan;
  standing: Standing[];
  /** The versions that people are in, by id. */
  versions: Map<string, { graph: Graph; plan: Plan }>;
}

/** Null: no such flow. */
export async function readPublishPreview(
  db: Db,
  flowId: string,
  now: number,
): Promise<PublishPreview | { problems: Problem[] } | null> {
  return db.transaction().execute(async (trx) => {
    const flow = await trx
      .selectFrom('flow')
      .select(['name', 'draft'])
      .where('id', '=', flowId)
      .executeTakeFirst();
    if (!flow) return null;
    const compiled = await compileDraft(trx, flow, now);
    if ('problems' in compiled) return compiled;
    const standing = await standingIn(trx, flowId);
    const ids = [...new Set(standing.map((one) => one.version))];
    const stored =
      ids.length > 0
        ? await trx
            .selectFrom('flow_version')
            .select(['id', 'graph', 'plan'])
            .where('id', 'in', ids)
            .execute()
        : [];
    const versions = new Map(stored.map(({ id, graph, plan }) => [id, { graph, plan }]));
    return { ...compiled, standing, versions };
  });
}
