/** Applicants: they arrive through the webhooks, and recruiters take them through the stages, there or here. */
import type { Db } from '../../db/connect.ts';
import { changeApplication } from '../../db/queries/applications.ts';
import { addNote, changeCandidate, changeTags } from '../../db/queries/candidates.ts';
import { applicationOf } from '../../db/queries/demo.ts';
import { storeInbounds } from '../../db/queries/inbound.ts';
import { addressKey } from '../../db/queries/messages.ts';
import { addMembers } from '../../db/queries/pools.ts';
import type { Ground } from './ground.ts';
import { day, minute, nextRound, someTime } from './hours.ts';
import { jobs } from './jobs.ts';
import { between, chance, happens, pick } from './odds.ts';
import type { Person } from './people.ts';
import { greenhouseRequest, ownRequest } from './requests.ts';
import type { Time } from './time.ts';

type Turn = { stage: string; tag?: string; note?: string } | { status: 'rejected' | 'withdrawn' };

interface Applicant {
  nth: number;
  person: Person;
  job: (typeof jobs)[number];
  through: 'greenhouse' | 'generic';
  appliedAt: number;
}

const notes = [
  'Clear thinker, asks good questions. Salary expectation fits.',
  'Strong on the technical side; would like to see more about working with others.',
  'Notice period of three months. Would rather not move.',
  'A good call. Knows the product and has opinions about it.',
  'Very good references. Wants to lead a team before long.',
];

/** Plans the whole way of `count` applicants, spread over the last `days` days. */
export function planApplicants(
  db: Db,
  time: Time,
  ground: Ground,
  {
    count,
    days,
    end,
    next,
  }: { count: number; days: number; end: number; next(headlines: readonly string[]): Person },
): void {
  for (let nth = 0; nth < count; nth++) {
    const job = jobFor(nth);
    const daysAgo = days * (1 - (nth + chance('spread', nth)) / count);
    const applicant: Applicant = {
      nth,
      person: next(job.headlines),
      job,
      through: happens(0.62, 'through', nth) ? 'greenhouse' : 'generic',
      appliedAt: Math.min(
        // Nobody applies later today than now.
        end - between(20, 400, 'lately', nth) * minute,
        Math.max(end - days * day, someTime(end, daysAgo, `applies ${nth}`)),
      ),
    };
    time.at(applicant.appliedAt, () => tell(db, time, ground, applicant, { stage: 'Applied' }, 'applied'));
    let at = applicant.appliedAt;
    for (const [step, { turn, from, to }] of wayOf(applicant).entries()) {
      at = nextRound(at + between(from, to, 'turn', nth, step) * day, `${nth} ${step}`);
      const when = at;
      if (step === 0) time.at(when - 1, () => claim(db, time, ground, applicant));
      time.at(when, () => takeTurn(db, time, ground, applicant, turn, step));
    }
  }
}

function jobFor(nth: number): (typeof jobs)[number] {
  const tickets = jobs.flatMap((job) => Array.from({ length: job.weight }, () => job));
  return pick(tickets, 'job', nth);
}

interface Step {
  turn: Turn;
  /** Days after the step before. */
  from: number;
  to: number;
}

/** How it goes for one applicant; the later steps of a recent one lie in the future and never come. */
function wayOf({ nth }: Applicant): Step[] {
  const falls = (odds: number, what: string) => happens(odds, nth, what);
  const turn = (given: Turn, from: number, to: number): Step => ({ turn: given, from, to });
  const no = turn({ status: falls(0.14, 'withdraws') ? 'withdrawn' : 'rejected' }, 1, 5);
  const note = falls(0.6, 'note') ? pick(notes, nth, 'note') : undefined;
  if (falls(0.05, 'forgotten')) return [];
  if (falls(0.3, 'rejected on paper')) return [turn({ status: 'rejected' }, 1.5, 12)];
  const way = [turn({ stage: 'Recruiter screen' }, 0.5, 7)];
  if (falls(0.27, 'after the screen')) return [...way, no];
  if (falls(0.14, 'warm after the screen')) return [...way, turn({ stage: 'Keep warm' }, 2, 8)];
  way.push(turn({ stage: 'Technical interview', note }, 3, 11));
  if (falls(0.22, 'after the interview')) return [...way, no];
  const medal = turn({ stage: 'Keep warm', tag: 'silver-medallist' }, 2, 7);
  if (falls(0.34, 'medal after the interview')) return [...way, medal];
  way.push(turn({ stage: 'Final interview' }, 4, 12));
  if (falls(0.58, 'medal after the final')) return [...way, medal];
  way.push(turn({ stage: 'Offer' }, 3, 8));
  return [
    ...way,
    falls(0.2, 'declines') ? turn({ status: 'withdrawn' }, 2, 6) : turn({ stage: 'Hired' }, 4, 11),
  ];
}

const recruiterOf = (ground: Ground, nth: number) => ({
  kind: 'person' as const,
  id: ground.recruiters.length > 0 ? pick(ground.recruiters, 'recruiter', nth) : null,
});

/** Greenhouse tells of its own applications; others are moved here, by hand. */
async function takeTurn(
  db: Db,
  time: Time,
  ground: Ground,
  applicant: Applicant,
  turn: Turn,
  step: number,
): Promise<void> {
  const found = await applicationOf(db, addressKey(applicant.person.email));
  if (!found) return;
  const by = recruiterOf(ground, applicant.nth);
  const now = time.now();
  if ('tag' in turn && turn.tag)
    await changeTags(db, found.candidateId, { add: [turn.tag], remove: [] }, by, now);
  if ('note' in turn && turn.note) await addNote(db, found.candidateId, turn.note, by, now);
  if (applicant.through === 'greenhouse') await tell(db, time, ground, applicant, turn, `turn ${step}`);
  else if ('stage' in turn)
    await changeApplication(db, found.id, { stageId: ground.stages[turn.stage] }, by, now);
  else await changeApplication(db, found.id, { status: turn.status }, by, now);
  const graduate =
    /graduate/i.test(applicant.person.headline) && 'status' in turn && turn.status === 'rejected';
  if (graduate) await addMembers(db, ground.pools.graduates, [found.candidateId], by, now);
}

/** A recruiter takes someone on, and fills in what the source did not say. */
async function claim(db: Db, time: Time, ground: Ground, { nth, person }: Applicant): Promise<void> {
  const found = await applicationOf(db, addressKey(person.email));
  const by = recruiterOf(ground, nth);
  if (!found || !by.id || !happens(0.7, nth, 'claimed')) return;
  const { country, timeZone } = person;
  await changeCandidate(db, found.candidateId, { ownerId: by.id, country, timeZone }, by, time.now());
}

async function tell(
  db: Db,
  time: Time,
  ground: Ground,
  applicant: Applicant,
  turn: Turn,
  what: string,
): Promise<void> {
  const { through, nth } = applicant;
  const payload =
    through === 'greenhouse'
      ? greenhouseRequest({ ...applicant, id: 41_000 + nth * 7 }, turn)
      : ownRequest({ ...applicant, id: 41_000 + nth * 7 });
  await storeInbounds(db, [
    {
      sourceId: ground.sources[through],
      kind: through,
      dedupeKey: `demo ${nth} ${what}`,
      body: JSON.stringify({ headers: {}, payload }),
      now: time.now(),
    },
  ]);
}
