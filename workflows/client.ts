/** The door to Temporal: start an enrolment's workflow, wake it, ask whether the server is there. */
import { type Client, Connection, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { WorkflowIdConflictPolicy, WorkflowIdReusePolicy, WorkflowNotFoundError } from '@temporalio/common';
import type { enrolment, wake } from './sandbox/enrolment.ts';

export const taskQueue = 'tendril';

export interface TemporalSettings {
  TEMPORAL_ADDRESS?: string;
  TEMPORAL_NAMESPACE: string;
  TEMPORAL_API_KEY?: string;
  TEMPORAL_TLS: boolean;
}

/** How both the client and the worker reach the server. */
export const connectionOptions = (settings: TemporalSettings) => ({
  address: settings.TEMPORAL_ADDRESS ?? '127.0.0.1:7233',
  ...(settings.TEMPORAL_API_KEY ? { apiKey: settings.TEMPORAL_API_KEY } : {}),
  ...(settings.TEMPORAL_TLS || settings.TEMPORAL_API_KEY ? { tls: true } : {}),
});

export interface Clocks {
  /** Starts the enrolment's workflow, its first task after `delayMs`. One that exists already is as good. */
  start(enrolmentId: string, delayMs: number): Promise<void>;
  /** Wakes it, starting it where it is missing. Also cuts a start delay. */
  wake(enrolmentId: string): Promise<void>;
  /** Ends the clock of an enrolment that is closed already. None is as good. */
  end(enrolmentId: string): Promise<void>;
}

const workflowType = 'enrolment';

export const clocksOf = (client: Client): Clocks => ({
  async start(enrolmentId, delayMs) {
    try {
      await client.workflow.start<typeof enrolment>(workflowType, {
        workflowId: enrolmentId,
        taskQueue,
        args: [enrolmentId],
        ...(delayMs > 0 ? { startDelay: delayMs } : {}),
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  },
  async wake(enrolmentId) {
    await client.workflow.signalWithStart<typeof enrolment, []>(workflowType, {
      workflowId: enrolmentId,
      taskQueue,
      args: [enrolmentId],
      signal: 'wake' satisfies (typeof wake)['name'],
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    });
  },
  async end(enrolmentId) {
    try {
      await client.workflow.getHandle(enrolmentId).terminate('The enrolment was closed.');
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  },
});

/** gRPC's codes for a server that is not there, or not in time. */
const awayCodes: readonly unknown[] = [14, 4];

/** Nobody answered: what one call could not say, the next cannot either. */
export function isAway(error: unknown): boolean {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  return awayCodes.includes(cause?.code ?? code);
}

let probe: Promise<Connection> | null = null;

/** Whether Temporal answers, within two seconds. */
export async function checkTemporal(settings: TemporalSettings): Promise<boolean> {
  try {
    probe ??= Connection.connect({ ...connectionOptions(settings), connectTimeout: '2s' });
    const connection = await probe;
    await connection.withDeadline(Date.now() + 2000, () => connection.workflowService.getSystemInfo({}));
    return true;
  } catch {
    probe = null;
    return false;
  }
}
