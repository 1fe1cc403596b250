/** What an engineer would write by hand for the reference flow: one workflow, one activity per action. */
import { proxyActivities, sleep } from '@temporalio/workflow';
import type { HandwrittenActivities } from './activities.ts';

const act = proxyActivities<HandwrittenActivities>({ startToCloseTimeout: '30 seconds' });

export async function nurture(candidateId: string, applicationId: string): Promise<void> {
  await act.tag(candidateId, 'applied');
  await act.moveStage(applicationId, 'Recruiter screen');
  await act.email(candidateId, applicationId, 'thanks');
  await sleep('5 seconds');
  if (await act.isInStage(applicationId, 'Recruiter screen'))
    await act.email(candidateId, applicationId, 'next');
}
