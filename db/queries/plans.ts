/** Published plans. A version never changes, so each process reads it once. */
import { loadFor } from '../../engine/plan/load.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import type { Db } from '../connect.ts';
import type { Trx } from './lock.ts';

const mostPlans = 500;
const plans = new Map<string, Plan>();

/** @throws when there is no such version. */
export async function planOf(db: Db | Trx, versionId: string): Promise<Plan> {
  const known = plans.get(versionId);
  if (known) return known;
  const { plan } = await db
    .selectFrom('flow_version')
    .select('plan')
    .where('id', '=', versionId)
    .executeTakeFirstOrThrow();
  if (plans.size >= mostPlans) plans.delete(plans.keys().next().value as string);
  // Whoever asks again finds the plan at once, and has to find its holidays, too.
  await loadFor(plan);
  plans.set(versionId, plan);
  return plan;
}
