/** Passive talent: a recruiter finds people now and then, writes them down, and puts them into a pool. */
import type { Db } from '../../db/connect.ts';
import { createCandidate } from '../../db/queries/candidates.ts';
import { addMembers } from '../../db/queries/pools.ts';
import type { Ground } from './ground.ts';
import { day, minute, nextRound } from './hours.ts';
import { soughtHeadlines } from './jobs.ts';
import { between, happens, pick } from './odds.ts';
import { type Person, someCompany } from './people.ts';
import { resumePeople } from './resumes.ts';
import type { Time } from './time.ts';

const skills = ['rust', 'go', 'kubernetes', 'robotics', 'c++', 'postgres', 'python', 'ros'];

interface Found extends Person {
  tags: string[];
}

/** Plans `sessions` afternoons of looking for people, over the last `days` days. */
export function planSourcing(
  db: Db,
  time: Time,
  ground: Ground,
  {
    sessions,
    days,
    end,
    next,
  }: { sessions: number; days: number; end: number; next(headlines: readonly string[]): Person },
): void {
  const resumes = resumePeople().map((person) => ({
    ...person,
    tags: person.skills.slice(0, 3).map((skill) => skill.toLowerCase()),
  }));
  for (let session = 0; session < sessions; session++) {
    const daysAgo = days * (1 - (session + 0.2) / sessions);
    const start = nextRound(end - daysAgo * day, `sourcing ${session}`);
    const size = Math.round(between(4, 8, 'sourcing', session));
    const people: Found[] = Array.from({ length: size }, () => asFound(next(soughtHeadlines)));
    // The sample résumés are found lately, so that their way is still going on.
    if (session >= sessions - 4) people.push(...resumes.splice(0, 1));
    // Someone whose employer nobody wrote down: the first mail, which names it, stops there.
    const forgetful = session === sessions - 2 || session === sessions - 5;
    for (const [nth, person] of people.entries())
      time.at(start + nth * 4 * minute, () =>
        writeDown(db, time, ground, forgetful && nth === 0 ? { ...person, company: null } : person, session),
      );
  }
}

function asFound(person: Person): Found {
  const tags = [pick(skills, person.email, 'skill'), pick(skills, person.email, 'other skill')];
  return { ...person, company: person.company ?? someCompany(person.email), tags: [...new Set(tags)] };
}

async function writeDown(db: Db, time: Time, ground: Ground, person: Found, session: number): Promise<void> {
  const recruiter = ground.recruiters.length > 0 ? pick(ground.recruiters, 'sourcing', session) : null;
  const by = { kind: 'person' as const, id: recruiter };
  const { city, tags, firstName, lastName, email, phone, country, timeZone, headline, company } = person;
  const id = await createCandidate(
    db,
    {
      firstName,
      lastName,
      email,
      phone,
      headline,
      company,
      location: city,
      country,
      timeZone,
      source: happens(0.25, email, 'referred') ? 'Referral' : 'Sourced',
      ownerId: recruiter,
      tags,
      links: [],
      custom: {},
    },
    by,
    time.now(),
  );
  time.at(
    time.now() + minute,
    async () => void (await addMembers(db, ground.pools.passive, [id], by, time.now())),
  );
}
