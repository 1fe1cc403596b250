/** The real clock. Everything but SQL leases is handed a clock; this is the one that production hands out. */
import type { Clock } from '../engine/time/clock.ts';

export const systemClock: Clock = { now: () => Date.now() };
