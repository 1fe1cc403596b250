/** Pure: rejecting or withdrawing the application in context. */
import type { NewEvent } from '../events.ts';
import type { EffectDefinition } from './effect.ts';

export type ClosedAs = 'rejected' | 'withdrawn';

export interface ApplicationClose {
  input: { as: ClosedAs; reason: string };
  known: Record<string, never>;
  decision: { applicationId: string; status: ClosedAs };
}

/** What closing makes known, whoever closes. No reason: nobody said why. */
export const closingEvent = (applicationId: string, as: ClosedAs, reason: string | null): NewEvent => ({
  type: `application.${as}`,
  applicationId,
  data: reason ? { reason } : {},
});

export const applicationClose: EffectDefinition<'application.close'> = {
  type: 'application.close',
  decide({ as, reason }, _known, facts) {
    const { application } = facts;
    const detail = { as, reason };
    if (!application) return { outcome: 'failed', code: 'no-application', detail };
    if (application.status === 'hired') return { outcome: 'skipped', code: 'hired-meanwhile', detail };
    if (application.status !== 'active')
      return { outcome: 'unchanged', code: 'already-closed', detail: { ...detail, was: application.status } };
    return {
      outcome: 'done',
      detail,
      decision: { applicationId: application.id, status: as },
      events: [closingEvent(application.id, as, reason)],
      facts: { ...facts, application: { ...application, status: as } },
    };
  },
  simulate: () => ({}),
  causes: ({ as, reason }) => [{ type: `application.${as}`, data: reason ? { reason } : {} }],
  words: {
    done: ({ as }) => (as === 'rejected' ? 'Rejected the application' : 'Withdrew the application'),
    unchanged: () => 'Application closed',
    skipped: ({ as }) => `Did not ${as === 'rejected' ? 'reject' : 'withdraw'} the application`,
    failed: ({ as }) => `Could not ${as === 'rejected' ? 'reject' : 'withdraw'} the application`,
    codes: {
      'hired-meanwhile': () => 'Is hired for this job',
      'already-closed': ({ was }) => `Was ${was} already`,
    },
    notes: ({ reason }) => (reason ? [{ mark: 'note', text: `“${reason}”` }] : []),
  },
};
