/** Pure: how long a wait lasts, at the least, and where it leaves the run. */
import type { NodeId } from '../flow/schema.ts';
import { addDuration } from '../time/calendar.ts';
import type { Duration } from '../time/duration.ts';
import { shortestInLoop, type Wait } from './state.ts';
import type { Walk } from './walk.ts';

/** Where an op leaves the run: on the next node, at a wait, or where it goes no further (over, or blocked). */
export type Landing = 'moved' | 'waiting' | 'stopped';

/** In a loop a wait lasts a minute at least, whatever the calendar makes of its rule. */
export const deadline = (walk: Walk, node: NodeId, rule: Duration): number =>
  atLeast(walk, node, walk.now, addDuration(walk.now, rule, walk.zone));

export const atLeast = (walk: Walk, node: NodeId, since: number, until: number): number =>
  isInLoop(walk, node) ? Math.max(until, since + shortestInLoop) : until;

const isInLoop = (walk: Walk, node: NodeId): boolean => walk.input.plan.loops.includes(node);

/** What it waited for has come sooner than a wait in a loop may end. */
export const isTooSoon = (walk: Walk, node: NodeId, { since }: Wait): boolean =>
  isInLoop(walk, node) && walk.now < since + shortestInLoop;
