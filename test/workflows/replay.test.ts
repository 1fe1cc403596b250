/** Runs recorded on a real server go the same way through today's workflow code. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import temporalProto from '@temporalio/proto';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import { workflowsPath } from '../../workflows/bundle.ts';
import { historyFromText } from '../histories/text.ts';

const silent = new DefaultLogger('ERROR', () => {});
// The core would otherwise complain aloud about the history that is meant to fail.
Runtime.install({
  logger: silent,
  telemetryOptions: {
    logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
  },
});

const folder = new URL('../histories/', import.meta.url);
const recorded = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    workflowId: file.replace('.json', ''),
    history: historyFromText(readFileSync(new URL(file, folder), 'utf8')),
  }));

/** Why each recorded run cannot be replayed; null where it can. */
async function replay(path: string): Promise<Record<string, string | null>> {
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: path,
    logger: silent,
  });
  const outcomes: Record<string, string | null> = {};
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle }, recorded))
    outcomes[workflowId] = error?.name ?? null;
  return outcomes;
}

describe('recorded histories', () => {
  test('hold timers that fired and were cancelled, signals, and a start delay cut short', () => {
    const { EventType } = temporalProto.temporal.api.enums.v1;
    const kinds = recorded.flatMap(({ history }) => (history.events ?? []).map((event) => event.eventType));
    expect(kinds).toEqual(
      expect.arrayContaining([
        EventType.EVENT_TYPE_TIMER_FIRED,
        EventType.EVENT_TYPE_TIMER_CANCELED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED,
      ]),
    );
    expect(recorded.map((one) => one.workflowId)).toContain('a-start-delay-cut-short');
  });

  test('replay on the workflow code as it is', async () => {
    const outcomes = await replay(workflowsPath);
    expect(outcomes).toEqual(Object.fromEntries(recorded.map(({ workflowId }) => [workflowId, null])));
  });

  test('do not replay on a workflow that goes another way', async () => {
    const outcomes = await replay(fileURLToPath(new URL('changed.ts', folder)));
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['DeterminismViolationError']));
  });
});
