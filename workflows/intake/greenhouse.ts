/** Pure: a Greenhouse webhook → what it says in our words. Source: Greenhouse's recruiting webhooks. */
import {
  type ApplicationFact,
  type ApplicationStatus,
  type InboundFact,
  type PersonFact,
  UnreadableRequest,
} from './fact.ts';
import { instant, type Json, list, mailAddress, object, text, webAddress } from './read.ts';

const statuses = new Map<string, ApplicationStatus>([
  ['active', 'active'],
  ['hired', 'hired'],
  ['rejected', 'rejected'],
  ['withdrawn', 'withdrawn'],
  ['converted', 'active'],
]);

/** What each action that matters is; the status it stands for overrides the payload's. */
const actions: Record<
  string,
  { read: (payload: Json, status?: ApplicationStatus) => InboundFact; status?: ApplicationStatus }
> = {
  new_candidate_application: { read: application },
  new_prospect_application: { read: application },
  application_updated: { read: application },
  candidate_stage_change: { read: application },
  hire_candidate: { read: application, status: 'hired' },
  unhire_candidate: { read: application, status: 'active' },
  reject_candidate: { read: application, status: 'rejected' },
  unreject_candidate: { read: application, status: 'active' },
  update_candidate: { read: (payload) => ({ kind: 'person', person: person(payload.candidate) }) },
  merge_candidate: { read: merge },
  delete_candidate: { read: gone },
  candidate_anonymized: { read: anonymized },
};

/** @throws {UnreadableRequest} when an action that matters lacks what it must have. */
export function readGreenhouse(body: unknown): InboundFact {
  const request = object(body);
  const action = text(request?.action);
  if (action === null) throw new UnreadableRequest('The request has no “action”.');
  const known = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (!known)
    return {
      kind: 'ignored',
      why: action === 'ping' ? 'A ping: the connection works.' : `“${action}” starts nothing here.`,
    };
  const payload = object(request?.payload);
  if (!payload) throw new UnreadableRequest(`“${action}” came without a payload.`);
  return known.read(payload, known.status);
}

function application(payload: Json, status?: ApplicationStatus): InboundFact {
  const given = object(payload.application);
  if (!given) throw new UnreadableRequest('The payload has no “application”.');
  const job = object(list(given.jobs)[0]) ?? object(given.job);
  const title = text(job?.name);
  const read: ApplicationFact = {
    externalId: text(given.id),
    stage: text(object(given.current_stage)?.name),
    status: status ?? statuses.get(text(given.status) ?? 'active') ?? 'active',
    source: text(object(given.source)?.public_name) ?? text(object(given.source)?.name),
    appliedAt: instant(given.applied_at),
    job:
      job && title
        ? {
            externalId: text(job.id),
            title,
            department: text(object(list(job.departments)[0])?.name),
            location: text(object(list(job.offices)[0])?.name),
          }
        : null,
  };
  if (read.externalId === null) throw new UnreadableRequest('The application has no “id”.');
  return { kind: 'application', person: person(given.candidate ?? payload.candidate), application: read };
}

function person(value: unknown): PersonFact {
  const given = object(value);
  if (!given) throw new UnreadableRequest('The request has no “candidate”.');
  const values = (entries: unknown, read = text) =>
    list(entries).flatMap((entry) => read(object(entry)?.value) ?? []);
  const read: PersonFact = {
    externalId: text(given.id),
    firstName: text(given.first_name),
    lastName: text(given.last_name),
    emails: values(given.email_addresses, mailAddress),
    phones: values(given.phone_numbers),
    headline: text(given.title),
    company: text(given.company),
    location: values(given.addresses)[0] ?? null,
    country: null,
    timeZone: null,
    links: [
      ...values(given.website_addresses, webAddress).map((url) => ({ kind: 'website', url })),
      ...values(given.social_media_addresses, webAddress).map((url) => ({ kind: 'social', url })),
    ],
    doNotContact: given.can_email === false,
  };
  if (read.externalId === null && read.emails.length === 0)
    throw new UnreadableRequest('The candidate has neither an “id” nor an email address.');
  return read;
}

/** `payload.person` is the one who goes; it names the one who stays. */
function merge(payload: Json): InboundFact {
  const person = object(payload.person);
  const lose = text(person?.id);
  const keep = text(person?.new_candidate_id);
  if (keep === null || lose === null)
    throw new UnreadableRequest('The request does not say which two candidates were joined.');
  return { kind: 'merge', keep, lose };
}

function gone(payload: Json): InboundFact {
  const externalId = text(object(payload.person)?.id);
  if (externalId === null) throw new UnreadableRequest('The request does not say which candidate is gone.');
  return { kind: 'gone', externalId };
}

/** What makes her someone who can be written to; without it she is gone for us too. */
const identifying = new Set(['full_name', 'email_addresses']);

function anonymized(payload: Json): InboundFact {
  const externalId = text(payload.candidate_id);
  if (externalId === null)
    throw new UnreadableRequest('The request does not say which candidate was anonymised.');
  return list(payload.anonymized_fields).some((field) => identifying.has(text(field) ?? ''))
    ? { kind: 'gone', externalId }
    : { kind: 'ignored', why: 'Neither her name nor her address was anonymised.' };
}
