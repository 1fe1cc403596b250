/** The registry of step types, in the order of the palette. Adding one is a file and a line here. */
import { addTag } from './add-tag.ts';
import { addToPool } from './add-to-pool.ts';
import { approval } from './approval.ts';
import { assignOwner } from './assign-owner.ts';
import { branch } from './branch.ts';
import { callWebhook } from './call-webhook.ts';
import { closeApplication } from './close-application.ts';
import { contactHold } from './contact-hold.ts';
import { end } from './end.ts';
import { exit } from './exit.ts';
import { goal } from './goal.ts';
import { holdout } from './holdout.ts';
import { inviteToEvent } from './invite-to-event.ts';
import { moveStage } from './move-stage.ts';
import { note } from './note.ts';
import { notify } from './notify.ts';
import { removeFromPool } from './remove-from-pool.ts';
import { removeTag } from './remove-tag.ts';
import { repeat } from './repeat.ts';
import { requestConsent } from './request-consent.ts';
import { runFlow } from './run-flow.ts';
import { scheduleInterview } from './schedule-interview.ts';
import { sendEmail } from './send-email.ts';
import { setField } from './set-field.ts';
import { split } from './split.ts';
import type { StepType } from './step.ts';
import { survey } from './survey.ts';
import { task } from './task.ts';
import { wait } from './wait.ts';
import { waitFor } from './wait-for.ts';
import { waitForDate } from './wait-for-date.ts';
import { waitUntil } from './wait-until.ts';
import { waitUntilTrue } from './wait-until-true.ts';

const all: StepType[] = [
  wait,
  waitUntil,
  waitForDate,
  waitFor,
  waitUntilTrue,
  approval,
  branch,
  split,
  holdout,
  repeat,
  goal,
  runFlow,
  sendEmail,
  task,
  notify,
  note,
  assignOwner,
  moveStage,
  closeApplication,
  addToPool,
  removeFromPool,
  addTag,
  removeTag,
  setField,
  survey,
  scheduleInterview,
  inviteToEvent,
  requestConsent,
  contactHold,
  callWebhook,
  exit,
  end,
];

export const steps: Record<string, StepType> = Object.fromEntries(all.map((step) => [step.type, step]));
