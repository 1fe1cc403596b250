/** The registry of triggers, in the order of the palette. Adding one is a file and a line here. */
import type { TriggerType } from '../steps/step.ts';
import { applicationClosed } from './application-closed.ts';
import { applicationReceived } from './application-received.ts';
import { customEvent } from './custom-event.ts';
import { dateComes } from './date-comes.ts';
import { fieldChanged } from './field-changed.ts';
import { formAnswered } from './form-answered.ts';
import { holdChanged } from './hold-changed.ts';
import { holiday } from './holiday.ts';
import { interview } from './interview.ts';
import { joinedPool } from './joined-pool.ts';
import { leftPool } from './left-pool.ts';
import { manual } from './manual.ts';
import { messageOutcome } from './message-outcome.ts';
import { noActivity } from './no-activity.ts';
import { schedule } from './schedule.ts';
import { stageChanged } from './stage-changed.ts';
import { startedByFlow } from './started-by-flow.ts';
import { tagAdded } from './tag-added.ts';
import { tagRemoved } from './tag-removed.ts';

const all: TriggerType[] = [
  applicationReceived,
  stageChanged,
  applicationClosed,
  interview,
  joinedPool,
  leftPool,
  tagAdded,
  tagRemoved,
  fieldChanged,
  messageOutcome,
  formAnswered,
  holdChanged,
  customEvent,
  dateComes,
  holiday,
  schedule,
  noActivity,
  manual,
  startedByFlow,
];

export const triggers: Record<string, TriggerType> = Object.fromEntries(
  all.map((trigger) => [trigger.type, trigger]),
);
