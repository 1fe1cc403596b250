/** Pure: a timeline's rows as sentences. */
import type { TimelineRow } from '../db/queries/timeline.ts';
import { decisionInWords } from '../engine/contact/words.ts';
import { happeningInWords } from '../engine/events/happening-words.ts';
import { sourceInWords } from '../engine/events/source-words.ts';
import { explainStep } from '../engine/run/explain.ts';
import type { Names } from '../engine/steps/step.ts';
import { instantInWords } from '../engine/time/words.ts';
import type { TimelineItem } from './contract/candidates.ts';
import { endInWords } from './end-words.ts';

type Data = Record<string, unknown>;
const said = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;

const eventTitles: Record<string, (data: Data) => string> = {
  'candidate.created': (data) =>
    data.source ? `Came to us through ${sourceInWords(said(data.source, ''))}` : 'Added',
  'candidate.tagged': (data) => `Tagged “${said(data.tag, 'a tag')}”`,
  'candidate.untagged': (data) => `Tag “${said(data.tag, 'a tag')}” removed`,
  'candidate.hired': () => 'Hired',
  'candidate.merged': () => 'Merged with another candidate',
  'application.received': (data) => `Applied for ${said(data.jobTitle, 'a job')}`,
  'application.hired': () => 'Hired for this job',
  'application.rejected': () => 'Application rejected',
  'application.withdrawn': () => 'Withdrew the application',
  'pool.joined': (data) => `Joined the pool “${said(data.name, 'a pool')}”`,
  'pool.left': (data) => `Left the pool “${said(data.name, 'a pool')}”`,
  'message.bounced': () => 'A mail bounced',
  'message.complained': () => 'Marked a mail as spam',
  'message.clicked': () => 'Followed a link in a mail',
  'message.unsubscribed': () => 'Asked not to get further mails',
  'message.auto-replied': () => 'An automatic reply came',
  'message.failed': () => 'A mail could not be sent',
  'message.released': () => 'A mail that was held was let go',
  'message.discarded': () => 'A mail that was held was discarded',
  'enrolment.requested': (data) =>
    data.parent ? 'Was sent into another flow' : 'Was added to a flow by hand',
  'contact.held': () => 'Contact held: flows keep quiet',
  'contact.released': (data) =>
    data.expired ? 'The hold on contact has run out: flows may write again' : 'Flows may write again',
  'enrolment.ended': (data) =>
    data.reason === 'end'
      ? 'Came to the end of a flow'
      : data.status === 'converted'
        ? 'Reached a flow’s goal'
        : 'Left a flow',
};

const mailTitles: Record<string, string> = {
  held: 'Mail written, on hold',
  queued: 'Mail about to leave',
  sending: 'Mail is being sent',
  sent: 'Mail sent',
  delivered: 'Mail delivered',
  bounced: 'Mail bounced',
  complained: 'Mail marked as spam',
  failed: 'Mail not sent',
  cancelled: 'Mail cancelled',
  unknown: 'Nobody knows whether this mail left',
  received: 'Wrote to us',
};

const defined = (links: Record<string, string | null | undefined>) =>
  Object.fromEntries(Object.entries(links).filter(([, id]) => id));

type Told = Pick<TimelineItem, 'type' | 'title' | 'body' | 'reasons' | 'links'>;

function told(row: TimelineRow, names: Names, timeZone: string): Told {
  switch (row.kind) {
    case 'note':
      return { type: 'note', title: 'Note', body: row.data.body };
    case 'stage':
      return {
        type: 'stage',
        title: row.data.from
          ? `Moved from ${row.data.from} to ${row.data.to ?? 'no stage'}`
          : `Began in ${row.data.to ?? 'no stage'}`,
        ...(row.data.jobTitle ? { body: row.data.jobTitle } : {}),
        links: { applicationId: row.data.applicationId },
      };
    case 'message': {
      const { direction, status, subject, text, messageId, flowId, enrolmentId } = row.data;
      const reason = endInWords(row.data.reason) ?? waiting(row.data.decision, timeZone);
      return {
        type: direction === 'in' ? 'received' : status,
        title: `${mailTitles[status] ?? 'Mail'}: ${subject}`,
        body: text,
        ...(reason
          ? {
              reasons: [
                {
                  mark: status === 'failed' || status === 'cancelled' || status === 'bounced' ? 'no' : 'note',
                  text: reason,
                },
              ],
            }
          : {}),
        links: defined({ messageId, flowId, enrolmentId }),
      };
    }
    case 'step': {
      const { node, nodeId, outcome, port, detail, flowId, enrolmentId } = row.data;
      return {
        type: node?.type ?? 'step',
        ...explainStep({ nodeId, outcome, port, detail }, node, names, timeZone),
        links: { flowId, enrolmentId },
      };
    }
    case 'event': {
      const { type, data, applicationId, enrolmentId, messageId } = row.data;
      const poolId = typeof data.poolId === 'string' ? data.poolId : null;
      const flowId = typeof data.flowId === 'string' ? data.flowId : null;
      return {
        type,
        title: eventTitles[type]?.(data) ?? happeningInWords(type, data),
        ...(type.startsWith('application.') && data.reason ? { body: said(data.reason, '') } : {}),
        links: defined({ applicationId, enrolmentId, messageId, poolId, flowId }),
      };
    }
  }
}

/** “Not sent yet: contacted 3 days ago by “Silver medallists”; …, waits until 30 November, 09:00”. */
function waiting(
  decision: Extract<TimelineRow, { kind: 'message' }>['data']['decision'],
  timeZone: string,
): string | null {
  if (!decision) return null;
  const { code, detail, until, at } = decision;
  const why = decisionInWords(code, { ...detail, at: new Date(at).toISOString() });
  const wait = until ? `; waits until ${instantInWords(Date.parse(until), timeZone, Date.parse(at))}` : '';
  return `Not sent yet: ${why.charAt(0).toLowerCase()}${why.slice(1)}${wait}`;
}

export const timelineItem = (row: TimelineRow, names: Names, timeZone: string): TimelineItem => ({
  id: row.id,
  at: row.at.toISOString(),
  kind: row.kind,
  by: row.by,
  ...told(row, names, timeZone),
});
