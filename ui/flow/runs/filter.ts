/** Which runs are looked at, as it stands in the address: of the list, and of the way from run to run. */
import { address } from '../../app/router.svelte.ts';
import type { RunFilter, RunStatus } from '../server.ts';

const statuses: readonly RunStatus[] = ['open', 'blocked', 'converted', 'ended', 'exited'];

/** The views of the list; `converted` are all who reached the goal, not only those whom it took out of the flow. */
export const views = {
  all: {},
  open: { status: 'open' },
  blocked: { status: 'blocked' },
  converted: { goal: 'reached' },
  ended: { status: 'ended' },
  exited: { status: 'exited' },
} as const satisfies Record<string, RunFilter>;
export type RunsView = keyof typeof views;

export const viewOf = ({ status, goal }: RunFilter): RunsView => (goal ? 'converted' : (status ?? 'all'));

/** What the address does not know, it leaves out. Reactive where it is read. */
export function runFilter(): Pick<RunFilter, 'status' | 'goal' | 'node' | 'version'> {
  return {
    status: statuses.find((each) => each === address.query.get('status')),
    goal: address.query.get('goal') === 'reached' ? 'reached' : undefined,
    node: address.query.get('node') ?? undefined,
    version: /^\d{1,6}$/.exec(address.query.get('version') ?? '')?.[0],
  };
}
