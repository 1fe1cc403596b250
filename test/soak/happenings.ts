/** What happens to the people of a soak, by lot: what they do, and what recruiters do with one of them. */
import type { Db } from '../../db/connect.ts';
import { changeApplication, createApplication } from '../../db/queries/applications.ts';
import { changeCandidate, changeTags, recordOne } from '../../db/queries/candidates.ts';
import { requestEnrolments } from '../../db/queries/flow-runs.ts';
import { holdContact, releaseContact } from '../../db/queries/holds.ts';
import { answerConsent } from '../../db/queries/invitations.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { recordBounce, recordClick, recordReply, unsubscribe } from '../../db/queries/messages.ts';
import { addMembers, removeMember } from '../../db/queries/pools.ts';
import { repairEnrolment } from '../../db/queries/repairs.ts';
import { decideTask } from '../../db/queries/tasks.ts';
import type { Chance } from '../harness/chance.ts';
import { day, greenhouse, receive } from '../harness/house.ts';
import type { Ground } from './drawings.ts';
import type { Flows } from './flows.ts';
import { homes, person } from './people.ts';

export interface Stage {
  db: Db;
  ground: Ground;
  flows: Flows;
  source: string;
  /** Stage ids by name. */
  stages: Record<string, string>;
  /** How many there were at first. */
  people: number;
  chance: Chance;
  /** Milliseconds since 1970. */
  now: number;
  /** The same, where time does not stand still while something happens. */
  present(): number;
}

type Happening = (stage: Stage) => Promise<void>;

export const marta = { kind: 'person', id: 'marta' } as const;

export const oneOf = <T>({ chance }: Stage, things: readonly T[]): T | undefined =>
  things[Math.floor(chance.draw() * things.length)];

/** Someone who was not merged into another. */
async function someone({ db, chance }: Stage): Promise<string | undefined> {
  const people = db.selectFrom('candidate').where('merged_into', 'is', null);
  const { n } = await people.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow();
  const one = await people
    .select('id')
    .orderBy('full_name')
    .offset(Math.floor(chance.draw() * n))
    .limit(1)
    .executeTakeFirst();
  return one?.id;
}

/** Of the last mails that were written one that arrived. Their ids go by the clock. */
async function someMail(stage: Stage) {
  const mails = await stage.db
    .selectFrom((eb) =>
      eb
        .selectFrom('message')
        .select(['id', 'token', 'status', 'sent_at', 'to_address'])
        .where('direction', '=', 'out')
        .orderBy('id', 'desc')
        .limit(200)
        .as('written'),
    )
    .select(['id', 'token'])
    .where('status', '=', 'delivered')
    .orderBy('sent_at', 'desc')
    .orderBy('to_address')
    .limit(100)
    .execute();
  return oneOf(stage, mails);
}

async function someApplication(stage: Stage) {
  const open = await stage.db
    .selectFrom('application')
    .innerJoin('candidate', 'candidate.id', 'application.candidate_id')
    .select('application.id')
    .where('application.status', '=', 'active')
    .orderBy('applied_at', 'desc')
    .orderBy('full_name')
    .limit(100)
    .execute();
  return oneOf(stage, open);
}

/** Of the last hundred invitations one that was not answered. */
async function someInvitation(stage: Stage) {
  const asked = await stage.db
    .selectFrom((eb) =>
      eb.selectFrom('invitation').selectAll().orderBy('id', 'desc').limit(200).as('invitation'),
    )
    .innerJoin('enrolment', 'enrolment.id', 'invitation.enrolment_id')
    .innerJoin('candidate', 'candidate.id', 'enrolment.candidate_id')
    .select(['invitation.id', 'invitation.kind', 'invitation.token', 'enrolment.candidate_id as candidateId'])
    .where('invitation.answered_at', 'is', null)
    .orderBy('invitation.created_at', 'desc')
    .orderBy('full_name')
    .limit(100)
    .execute();
  return oneOf(stage, asked);
}

/** What the others make known by whatever system they are answered in; consent is given or withdrawn by the link. */
const answers = {
  survey: 'survey.answered',
  scheduling: 'interview.booked',
  gathering: 'custom.event-attended',
} as const;

const answersInvitation: Happening = async (stage) => {
  const { db, now, chance } = stage;
  const asked = await someInvitation(stage);
  if (!asked) return;
  const { id, kind, token, candidateId } = asked;
  if (kind === 'consent') {
    await answerConsent(db, token, chance.draw() < 0.8 ? 'given' : 'withdrawn', now);
    return;
  }
  const by = { kind: 'source' } as const;
  await recordOne(db, { candidateId, type: answers[kind], data: { invitation: id }, by }, now);
};

/** Someone on her way, in any flow. */
async function someRun(stage: Stage) {
  const { db, chance } = stage;
  const open = db.selectFrom('enrolment').where('enrolment.status', 'in', ['open', 'blocked']);
  const { n } = await open.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow();
  return await open
    .innerJoin('candidate', 'candidate.id', 'enrolment.candidate_id')
    .innerJoin('flow_version', 'flow_version.id', 'enrolment.version_id')
    .select(['enrolment.id', 'flow_version.plan', 'enrolment.flow_id as flowId'])
    .orderBy('full_name')
    .orderBy('enrolment.started_at')
    .offset(Math.floor(chance.draw() * n))
    .limit(1)
    .executeTakeFirst();
}

/** One run is taken out of its wait, put on another step, tried again, or ended. */
const isRepaired: Happening = async (stage) => {
  const run = await someRun(stage);
  if (!run) return;
  const action = oneOf(stage, ['skip', 'skip', 'move', 'retry', 'exit'] as const) ?? 'skip';
  const node = action === 'move' ? oneOf(stage, Object.keys(run.plan.ops).sort()) : undefined;
  await repairEnrolment(stage.db, run.id, { action, node }, stage.ground.person, stage.now);
};

const withSomeone =
  (work: (stage: Stage, candidateId: string) => Promise<unknown>): Happening =>
  async (stage) => {
    const id = await someone(stage);
    if (id) await work(stage, id);
  };

const withMail =
  (work: (stage: Stage, mail: { id: string; token: string }) => Promise<unknown>): Happening =>
  async (stage) => {
    const mail = await someMail(stage);
    if (mail) await work(stage, mail);
  };

const moved =
  (change: (stage: Stage) => Parameters<typeof changeApplication>[2]): Happening =>
  async (stage) => {
    const application = await someApplication(stage);
    if (application) await changeApplication(stage.db, application.id, change(stage), marta, stage.now);
  };

const tagged = (tag: string): Happening =>
  withSomeone((stage, id) => {
    const has = stage.chance.draw() < 0.7;
    return changeTags(stage.db, id, { add: has ? [tag] : [], remove: has ? [] : [tag] }, marta, stage.now);
  });

/** By webhook: a person whom we know, or one who is new; now and then the same request twice. */
const applies: Happening = async ({ db, source, people, chance, now }) => {
  const n = Math.floor(chance.draw() * people * 1.3);
  const { firstName, lastName, email } = person(n);
  const body = greenhouse({
    id: 10_000 + Math.floor(chance.draw() * 100_000),
    firstName,
    lastName,
    email,
    appliedAt: now,
  });
  const dedupe = await receive(db, source, 'greenhouse', body, now);
  if (chance.draw() < 0.1) await receive(db, source, 'greenhouse', body, now, `again ${dedupe}`);
};

/** How often each comes, in relation to the others. */
const weights: [weight: number, name: string, happens: Happening][] = [
  [14, 'applies', applies],
  [
    4,
    'applies by hand',
    withSomeone(({ db, now }, candidateId) =>
      createApplication(
        db,
        { candidateId, jobId: null, pipelineId: null, stageId: null, source: null },
        marta,
        now,
      ),
    ),
  ],
  [10, 'replies', withMail(({ db, now }, { id }) => recordReply(db, { messageId: id, text: 'Yes.', now }))],
  [8, 'clicks', withMail(({ db, now }, { id }) => recordClick(db, { messageId: id, now }))],
  [1, 'unsubscribes', withMail(({ db, now }, { token }) => unsubscribe(db, token, now))],
  [
    1,
    'bounces',
    withMail(({ db, now, chance }, { id }) =>
      recordBounce(db, { messageId: id, now, permanent: chance.draw() < 0.5 }),
    ),
  ],
  [
    6,
    'moves',
    moved(({ chance, stages }) => {
      const names = ['Recruiter screen', 'Technical interview', 'Final interview', 'Offer'];
      return { stageId: stages[names[Math.floor(chance.draw() * names.length)] ?? ''] ?? '' };
    }),
  ],
  [1, 'is hired', moved(({ stages }) => ({ stageId: stages.Hired ?? '' }))],
  [3, 'is rejected', moved(() => ({ status: 'rejected' }))],
  [2, 'withdraws', moved(() => ({ status: 'withdrawn' }))],
  [10, 'warm', tagged('warm')],
  [8, 'keen', tagged('keen')],
  [2, 'cold', tagged('cold')],
  [
    6,
    'attends',
    withSomeone(({ db, now }, candidateId) =>
      recordOne(db, { candidateId, type: 'custom.event-attended', by: { kind: 'source' } }, now),
    ),
  ],
  [
    4,
    'is held',
    withSomeone((stage, id) =>
      holdContact(
        stage.db,
        id,
        {
          until: stage.now + (1 + Math.floor(stage.chance.draw() * 20)) * day,
          covers: stage.chance.draw() < 0.5 ? 'nurture' : 'everything',
          reason: 'Talking to her',
        },
        'marta',
        stage.now,
      ),
    ),
  ],
  [2, 'is let go', withSomeone(({ db, now }, id) => releaseContact(db, id, 'marta', now))],
  [
    3,
    'moves house',
    withSomeone((stage, id) => {
      const home = oneOf(stage, homes);
      return changeCandidate(
        stage.db,
        id,
        { timeZone: home?.timeZone ?? null, country: home?.country ?? null },
        marta,
        stage.now,
      );
    }),
  ],
  [
    3,
    'starts on another day',
    withSomeone((stage, id) => {
      const at = stage.now + (Math.floor(stage.chance.draw() * 60) - 5) * day;
      return changeCandidate(
        stage.db,
        id,
        { custom: { startDate: new Date(at).toISOString().slice(0, 10) } },
        marta,
        stage.now,
      );
    }),
  ],
  [
    0.3,
    'wants no contact',
    withSomeone(({ db, now }, id) => changeCandidate(db, id, { status: 'do-not-contact' }, marta, now)),
  ],
  [
    1,
    'is merged',
    async (stage) => {
      const [keep, lose] = [await someone(stage), await someone(stage)];
      if (!keep || !lose || keep === lose) return;
      await stage.db
        .transaction()
        .execute((trx) => mergeCandidates(trx, { keep, lose, by: marta }, stage.now));
    },
  ],
  [
    5,
    'joins',
    withSomeone(({ db, ground, chance, now }, id) =>
      addMembers(db, chance.draw() < 0.5 ? ground.letters : ground.warm, [id], marta, now),
    ),
  ],
  [
    3,
    'leaves',
    withSomeone(({ db, ground, chance, now }, id) =>
      removeMember(db, chance.draw() < 0.5 ? ground.letters : ground.warm, id, marta, now),
    ),
  ],
  [
    4,
    'is enrolled by hand',
    withSomeone(({ db, flows, now }, id) =>
      requestEnrolments(db, { flowId: flows.ids['A short note'], candidateIds: [id], by: marta }, now),
    ),
  ],
  [12, 'answers an invitation', answersInvitation],
  [
    3,
    'has talked',
    withSomeone(({ db, now }, candidateId) =>
      recordOne(db, { candidateId, type: 'interview.done', by: { kind: 'source' } }, now),
    ),
  ],
  [4, 'is repaired', isRepaired],
  [
    8,
    'is decided',
    async (stage) => {
      const asked = await stage.db
        .selectFrom('task')
        .innerJoin('candidate', 'candidate.id', 'task.candidate_id')
        .select('task.id')
        .where('task.kind', '=', 'approval')
        .where('task.status', '=', 'open')
        .orderBy('task.created_at')
        .orderBy('full_name')
        .limit(100)
        .execute();
      const one = oneOf(stage, asked);
      if (one)
        await decideTask(
          stage.db,
          one.id,
          stage.chance.draw() < 0.7 ? 'approved' : 'declined',
          marta,
          stage.now,
        );
    },
  ],
];

const whole = weights.reduce((sum, [weight]) => sum + weight, 0);

/** One of them. Answers its name. */
export async function somethingHappens(stage: Stage): Promise<string> {
  let left = stage.chance.draw() * whole;
  const [, name, happens] =
    weights.find(([weight]) => {
      left -= weight;
      return left < 0;
    }) ?? (weights[0] as (typeof weights)[number]);
  await happens(stage);
  return name;
}
