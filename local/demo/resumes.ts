/** The sample résumés that the JSON Resume project publishes, as people. Their addresses are made unreachable. */
import { createRequire } from 'node:module';
import { z } from 'zod';
import type { Person } from './people.ts';

const resume = z.object({
  basics: z.object({
    name: z.string(),
    label: z.string(),
    email: z.string(),
    location: z.object({ city: z.string(), region: z.string().optional(), countryCode: z.string() }),
    profiles: z.array(z.object({ network: z.string(), url: z.string() })).default([]),
  }),
  work: z.array(z.object({ name: z.string() })).default([]),
  skills: z.array(z.object({ name: z.string() })).default([]),
});

const files = [
  'sample.resume.json',
  'examples/senior-engineer.resume.json',
  'examples/new-grad.resume.json',
  'examples/career-changer.resume.json',
];

const zones: Record<string, string> = {
  California: 'America/Los_Angeles',
  Washington: 'America/Los_Angeles',
  Texas: 'America/Chicago',
};

export interface ResumePerson extends Person {
  skills: string[];
}

export function resumePeople(): ResumePerson[] {
  const require = createRequire(import.meta.url);
  return files.map((file) => {
    const { basics, work, skills } = resume.parse(require(`@jsonresume/schema/${file}`));
    const names = basics.name.replace(/^Dr\. /, '').split(' ');
    return {
      firstName: names[0] ?? basics.name,
      lastName: names.slice(1).join(' '),
      email: `${basics.email.split('@')[0]}@mailbox.example`,
      phone: null,
      city: basics.location.city,
      country: basics.location.countryCode,
      timeZone: zones[basics.location.region ?? ''] ?? 'America/New_York',
      headline: basics.label,
      company: work[0]?.name ?? null,
      skills: skills.map((skill) => skill.name),
    };
  });
}
