/**
 * The workflow: an enrolment's clock and mailbox, nothing else. It holds an id and instants; what happens is
 * decided in `advance`, in one Postgres transaction. No library may be imported here but Temporal's own.
 */
import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  proxyLocalActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities } from '../activities.ts';

/** Empty on purpose: what is to be done stands in rows. */
export const wake = defineSignal('wake');

const { advance } = proxyLocalActivities<Activities>({
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
});

export async function enrolment(enrolmentId: string): Promise<void> {
  let woken = false;
  setHandler(wake, () => {
    woken = true;
  });
  for (;;) {
    woken = false;
    const next = await advance(enrolmentId, Date.now());
    if (next.done) return;
    await wokenOr(() => woken, next.wakeAt, next.summary);
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof enrolment>(enrolmentId);
  }
}

/** Until the signal, or until the instant (milliseconds since 1970); the timer goes when the signal comes. */
async function wokenOr(woken: () => boolean, wakeAt: number | null, summary: string): Promise<void> {
  if (wakeAt === null) {
    await condition(woken);
    return;
  }
  const ms = wakeAt - Date.now();
  if (ms <= 0) return;
  await CancellationScope.cancellable(async () => {
    await Promise.race([condition(woken), sleep(ms, { summary })]);
    CancellationScope.current().cancel();
  }).catch((error: unknown) => {
    if (!woken() && !(error instanceof Error && error.name === 'CancelledFailure')) throw error;
  });
}
