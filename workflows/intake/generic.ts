/** Pure: any JSON → what it says in our words, by the source's saved mapping (a path for each field). */
import { type InboundFact, UnreadableRequest } from './fact.ts';
import { at, instant, list, text } from './read.ts';

/** Where each field stands when the source's mapping does not say otherwise. */
export const defaultMapping = {
  externalId: '$.candidate.id',
  firstName: '$.candidate.firstName',
  lastName: '$.candidate.lastName',
  email: '$.candidate.email',
  phone: '$.candidate.phone',
  headline: '$.candidate.headline',
  company: '$.candidate.company',
  location: '$.candidate.location',
  country: '$.candidate.country',
  timeZone: '$.candidate.timeZone',
  links: '$.candidate.links',
  applicationId: '$.application.id',
  stage: '$.application.stage',
  source: '$.application.source',
  appliedAt: '$.application.appliedAt',
  jobId: '$.application.job.id',
  jobTitle: '$.application.job.title',
  jobDepartment: '$.application.job.department',
  jobLocation: '$.application.job.location',
} as const;

export type MappingKey = keyof typeof defaultMapping;
export const mappingKeys = Object.keys(defaultMapping) as MappingKey[];

/** @throws {UnreadableRequest} when there is no way to tell who it is about. */
export function readGeneric(body: unknown, mapping: Partial<Record<MappingKey, string>>): InboundFact {
  const value = (key: MappingKey) => at(body, mapping[key] ?? defaultMapping[key]);
  const field = (key: MappingKey) => text(value(key));
  const email = field('email');
  const externalId = field('externalId');
  if (email === null && externalId === null) {
    const path = mapping.email ?? defaultMapping.email;
    throw new UnreadableRequest(
      `No email address at ${path}, and no id: there is no telling who this is about. Check the source’s field mapping.`,
    );
  }
  const person = {
    externalId,
    firstName: field('firstName'),
    lastName: field('lastName'),
    emails: email === null ? [] : [email],
    phones: [field('phone')].flatMap((phone) => phone ?? []),
    headline: field('headline'),
    company: field('company'),
    location: field('location'),
    country: field('country'),
    timeZone: field('timeZone'),
    links: list(value('links')).flatMap((entry) => {
      const url = text(entry);
      return url === null ? [] : [{ kind: 'website', url }];
    }),
    doNotContact: false,
  };
  const jobTitle = field('jobTitle');
  if (jobTitle === null && field('applicationId') === null) return { kind: 'person', person };
  return {
    kind: 'application',
    person,
    application: {
      externalId: field('applicationId'),
      stage: field('stage'),
      status: 'active',
      source: field('source'),
      appliedAt: instant(value('appliedAt')),
      job:
        jobTitle === null
          ? null
          : {
              externalId: field('jobId'),
              title: jobTitle,
              department: field('jobDepartment'),
              location: field('jobLocation'),
            },
    },
  };
}
