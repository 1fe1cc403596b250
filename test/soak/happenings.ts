/** What happens to the people of a soak, by lot: what they do, what recruiters do, and what becomes of the flows. */
import type { Db } from '../../db/connect.ts';
import { changeApplication, createApplication } from '../../db/queries/applications.ts';
import { changeCandidate, changeTags, recordOne } from '../../db/queries/candidates.ts';
import { requestEnrolments } from '../../db/queries/flow-runs.ts';
import { pauseByHand, resumeFlow } from '../../db/queries/flows.ts';
import { holdContact, releaseContact } from '../../db/queries/holds.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { recordBounce, recordClick, recordReply, unsubscribe } from '../../db/queries/messages.ts';
import { addMembers, removeMember } from '../../db/queries/pools.ts';
import { decideTask } from '../../db/queries/tasks.ts';
import type { Chance } from '../harness/chance.ts';
import { day, greenhouse, receive } from '../harness/house.ts';
import { type Flows, flowNames, type Ground } from './flows.ts';
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
}

type Happening = (stage: Stage) => Promise<void>;

const marta = { kind: 'person', id: 'marta' } as const;

const oneOf = <T>({ chance }: Stage, things: readonly T[]): T | undefined =>
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

/** Now and then a flow is paused, resumed, or drawn anew with those on their way taken along. Answers what was done. */
export async function flowsChange(stage: Stage): Promise<string | null> {
  const { db, flows, chance, now } = stage;
  const paused = await db
    .selectFrom('flow')
    .select(['id', 'paused_at'])
    .where('state', '=', 'paused')
    .execute();
  const due = paused.find(({ paused_at }) => now - (paused_at?.getTime() ?? 0) > day * 6 * chance.draw());
  if (due) {
    await resumeFlow(db, due.id, now);
    return 'a flow is resumed';
  }
  const name = oneOf(stage, flowNames);
  const lot = chance.draw();
  if (!name || lot > 0.06) return null;
  if (lot < 0.03) {
    await pauseByHand(db, flows.ids[name], null, now);
    return 'a flow is paused';
  }
  const how = (['all', 'some', 'none'] as const)[Math.floor(chance.draw() * 3)] ?? 'all';
  await flows.publishNext(name, how, now);
  return `a flow is published, and ${how} go over`;
}
