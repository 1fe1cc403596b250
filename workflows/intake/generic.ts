/** Pure: any JSON → what it says in our words, by the source's saved mapping (a path for each field). */
import { defaultMapping, type Mapping, type MappingKey, valueAt } from '../../engine/sources/mapping.ts';
import { type InboundFact, UnreadableRequest } from './fact.ts';
import { countryCode, instant, list, mailAddress, text, webAddress } from './read.ts';

/** @throws {UnreadableRequest} when there is no way to tell who it is about. */
export function readGeneric(body: unknown, mapping: Mapping): InboundFact {
  const value = (key: MappingKey) => valueAt(body, mapping[key] ?? defaultMapping[key]);
  const field = (key: MappingKey) => text(value(key));
  const email = mailAddress(value('email'));
  const externalId = field('externalId');
  if (email === null && externalId === null) {
    const path = mapping.email ?? defaultMapping.email;
    if (field('email') !== null)
      throw new UnreadableRequest(
        `What stands at ${path} is not an email address, and there is no id: there is no telling who this is about.`,
      );
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
    country: countryCode(value('country')),
    timeZone: field('timeZone'),
    links: list(value('links')).flatMap((entry) => {
      const url = webAddress(entry);
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
