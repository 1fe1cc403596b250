/** The tone of an enrolment's status, wherever it is shown beside its word. */
import type { RunStatus } from '../server.ts';

export const statusTone = {
  open: 'wait',
  blocked: 'bad',
  converted: 'go',
  ended: 'plain',
  exited: 'plain',
} as const satisfies Record<RunStatus, 'plain' | 'go' | 'wait' | 'bad'>;
