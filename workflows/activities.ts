/** What the workflow may ask for: one local activity. */
import type { Next } from './advance.ts';
import { advancing, type Context } from './context.ts';

export interface Activities {
  /** `now` is the workflow's time in milliseconds: Temporal's clock decides when a deadline has come. */
  advance(enrolmentId: string, now: number): Promise<Next>;
}

export const activities = (context: Context): Activities => ({
  // A retry may come an hour after the workflow's task began: the later of both clocks is the present.
  advance: (enrolmentId, now) => advancing(context, enrolmentId, Math.max(now, context.clock.now())),
});
