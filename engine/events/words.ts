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
  'enrolment.started': words('the start of a flow', 'Started', 'Not started'),
  'enrolment.ended': words('the end of a flow', 'Ended', 'Not ended'),
  'enrolment.requested': words('an enrolment by hand', 'Enrolled', 'Not enrolled'),
  'note.added': words('a note', 'Note added', 'No note'),
};

/** True for the product's own events and for `custom.<name>`. */
export const isEventType = (type: string): type is EventType =>
  Object.hasOwn(table, type) || /^custom\.[A-Za-z0-9][A-Za-z0-9._-]*$/.test(type);

export function eventWords(type: string): EventWords {
  if (Object.hasOwn(table, type)) return table[type as keyof typeof table];
  const name = `“${type.replace(/^custom\./, '')}”`;
  return { label: name, noun: name, happened: name, absent: `No ${name}` };
}

/** What an editor offers, in the order of the table. */
export const eventChoices: { value: string; label: string }[] = eventTypes.map((value) => ({
  value,
  label: table[value].label,
}));
