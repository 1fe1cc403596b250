/** The registry of triggers, in the order of the palette. Adding one is a file and a line here. */
import type { TriggerType } from '../steps/step.ts';
import { applicationReceived } from './application-received.ts';
import { joinedPool } from './joined-pool.ts';
import { manual } from './manual.ts';
import { stageChanged } from './stage-changed.ts';

const all: TriggerType[] = [applicationReceived, stageChanged, joinedPool, manual];

export const triggers: Record<string, TriggerType> = Object.fromEntries(
  all.map((trigger) => [trigger.type, trigger]),
);
