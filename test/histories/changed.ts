/** A workflow that recorded runs cannot replay: it waits before it looks. Only to show that the replay test would tell. */
import { proxyLocalActivities, sleep } from '@temporalio/workflow';
import type { Activities } from '../../workflows/activities.ts';

const { advance } = proxyLocalActivities<Activities>({ startToCloseTimeout: '30 seconds' });

export async function enrolment(enrolmentId: string): Promise<void> {
  await sleep('1 minute');
  await advance(enrolmentId, Date.now());
}
