/** Pure: what kinds of event are called. One table, so that no screen shows a code. */
import { type EventType, eventTypes } from '../events.ts';

export interface EventWords {
  /** In a list of choices: "A reply". */
  label: string;
  /** After "Wait 14 days for …". */
  noun: string;
  /** On the edge, once it happened. */
  happened: string;
  /** On the edge, when it did not: "… in 14 days". */
  absent: string;
}

const words = (noun: string, happened: string, absent: string): EventWords => ({
  label: noun.charAt(0).toUpperCase() + noun.slice(1),
  noun,
  happened,
  absent,
});

const table: Record<(typeof eventTypes)[number], EventWords> = {
  'candidate.created': words('a new candidate', 'Created', 'Not created'),
  'candidate.updated': words('a change of details', 'Details changed', 'No change'),
  'candidate.tagged': words('a tag', 'Tagged', 'No tag'),
  'candidate.untagged': words('a tag’s removal', 'Tag removed', 'No tag removed'),
  'candidate.hired': words('a hire', 'Hired', 'Not hired'),
  'candidate.merged': words('a merge', 'Merged', 'Not merged'),
  'candidate.assigned': words('a new owner', 'Owner changed', 'Same owner'),
  'candidate.quiet': words('silence', 'Nothing heard for a while', 'Not silent'),
  'application.received': words('an application', 'Applied', 'No application'),
  'application.stage-changed': words('a change of stage', 'Stage changed', 'Same stage'),
  'application.hired': words('a hire for this job', 'Hired', 'Not hired'),
  'application.rejected': words('a rejection', 'Rejected', 'Not rejected'),
  'application.withdrawn': words('a withdrawal', 'Withdrawn', 'Not withdrawn'),
  'pool.joined': words('joining a pool', 'Joined', 'Did not join'),
  'pool.left': words('leaving a pool', 'Left', 'Did not leave'),
  'message.sent': words('a message sent', 'Sent', 'Not sent'),
  'message.delivered': words('delivery', 'Delivered', 'Not delivered'),
  'message.bounced': words('a bounce', 'Bounced', 'No bounce'),
  'message.complained': words('a complaint', 'Complained', 'No complaint'),
  'message.opened': words('an opening', 'Opened', 'Not opened'),
  'message.clicked': words('a click', 'Clicked', 'No click'),
  'message.replied': words('a reply', 'Replied', 'No reply'),
  'message.auto-replied': words('an automatic reply', 'Replied automatically', 'No automatic reply'),
  'message.unsubscribed': words('an unsubscription', 'Unsubscribed', 'Not unsubscribed'),
  'message.failed': words('a failed message', 'Failed', 'Not failed'),
  'message.released': words('the release of a held message', 'Released', 'Not released'),
  'message.discarded': words('a held message discarded', 'Discarded', 'Not discarded'),
  'enrolment.started': words('the start of a flow', 'Started', 'Not started'),
  'enrolment.ended': words('the end of a flow', 'Ended', 'Not ended'),
  'enrolment.requested': words('an enrolment by hand', 'Enrolled', 'Not enrolled'),
  'flow.answered': words(
    'the end of a flow that was started',
    'The other flow ended',
    'The other flow did not end',
  ),
  'note.added': words('a note', 'Note added', 'No note'),
  'task.created': words('a task', 'Task created', 'No task'),
  'task.answered': words('a task’s end', 'Task settled', 'Task not settled'),
  'interview.booked': words('a booked interview', 'Interview booked', 'No interview booked'),
  'interview.cancelled': words('a cancelled interview', 'Interview cancelled', 'No interview cancelled'),
  'interview.done': words('an interview’s end', 'Interview done', 'No interview done'),
  'form.submitted': words('a form', 'Form sent in', 'No form sent in'),
  'survey.invited': words('an invitation to a survey', 'Invited to a survey', 'Not invited to a survey'),
  'survey.answered': words('an answered survey', 'Survey answered', 'Survey not answered'),
  'scheduling.invited': words('an invitation to choose a time', 'Invited to choose a time', 'Not invited'),
  'gathering.invited': words('an invitation to an event', 'Invited to an event', 'Not invited to an event'),
  'webhook.answered': words('a webhook’s answer', 'Webhook answered', 'Webhook not answered'),
  'contact.held': words('a hold on contact', 'Contact held', 'Contact not held'),
  'contact.released': words('the end of a hold', 'Hold ended', 'Hold not ended'),
  'consent.requested': words('a request for consent', 'Consent asked for', 'Consent not asked for'),
  'consent.given': words('consent', 'Consent given', 'No consent'),
  'consent.withdrawn': words('a withdrawal of consent', 'Consent withdrawn', 'Consent not withdrawn'),
  'date.came': words('a date', 'The date came', 'The date did not come'),
  'holiday.came': words('a public holiday', 'A public holiday came', 'No public holiday'),
  'schedule.came': words('a scheduled time', 'The scheduled time came', 'No scheduled time'),
};

/** True for the product's own events and for `custom.<name>`. */
export const isEventType = (type: string): type is EventType =>
  Object.hasOwn(table, type) || /^custom\.[A-Za-z0-9][A-Za-z0-9._-]*$/.test(type);

export function eventWords(type: string): EventWords {
  if (Object.hasOwn(table, type)) return table[type as keyof typeof table];
  const name = `“${type.replace(/^custom\./, '')}”`;
  return { label: name, noun: name, happened: name, absent: `No ${name}` };
}

/** Only ever meant for one flow, or one visit of a run: nothing to choose. */
const unlisted: ReadonlySet<string> = new Set([
  'enrolment.requested',
  'flow.answered',
  'task.answered',
  'webhook.answered',
  'candidate.quiet',
  'date.came',
  'holiday.came',
  'schedule.came',
]);

/** What an editor offers, in the order of the table. */
export const eventChoices: { value: string; label: string }[] = eventTypes
  .filter((value) => !unlisted.has(value))
  .map((value) => ({ value, label: table[value].label }));
