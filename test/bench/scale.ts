/** Lists, searches and reports over a town of millions, asked as the pages ask. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conditionSql } from '../../db/conditions/sql.ts';
import type { Db } from '../../db/connect.ts';
import {
  type CandidateFilter,
  type CandidateSort,
  candidatesWithTotal,
} from '../../db/queries/candidate-list.ts';
import { readFigures } from '../../db/queries/figures.ts';
import { rollUp } from '../../db/queries/rollup.ts';
import type { Condition } from '../../engine/conditions/condition.ts';
import { cpuOf } from './cpu.ts';
import { startDatabaseGround } from './ground.ts';
import { atMost, type Bench, noted, type Row } from './report.ts';
import { median, quantile, timed } from './rounds.ts';
import { conditionQuestions, readWhole } from './scale-conditions.ts';
import { addFreshSteps, buildTown, candidates, passSomeTime, steps, type Town } from './scale-town.ts';

/** As the list asks: a hundred and one more. */
const limit = 101;
/** Each round asks everything; the middle one is held to the bar, the worst is told beside it. */
const rounds = 3;
const times = 10;
const bars = { list: 50, funnel: 200 };
/** Rows above the roll-up's mark when the report is read: what a busy second or two leaves there. */
const freshSteps = 2000;

interface Question {
  name: string;
  filter: CandidateFilter;
  sort?: CandidateSort;
  deep?: boolean;
  condition?: Condition;
}

const questions = ({ pools, stages }: Town): Question[] => [
  { name: 'everyone, last active first', filter: {} },
  { name: 'everyone, by name', filter: {}, sort: 'name' },
  { name: 'everyone, newest first', filter: {}, sort: 'created' },
  { name: 'everyone, far down', filter: {}, deep: true },
  { name: 'search for a common first name', filter: { q: 'ada' } },
  { name: 'search for a full name', filter: { q: 'zoe zukauskas' } },
  { name: 'search for one word and another', filter: { q: 'silva robotics' } },
  { name: 'search for one person’s address', filter: { q: 'yuki777777@' } },
  { name: 'search for two letters', filter: { q: 'xu' } },
  { name: 'search for what nobody has', filter: { q: 'qqzzy' } },
  { name: 'search by name, in the order of names', filter: { q: 'novak' }, sort: 'name' },
  { name: 'a common tag', filter: { tag: 'warm' } },
  { name: 'a rare tag', filter: { tag: 'board-ready' } },
  { name: 'a large pool', filter: { pool: pools.large } },
  { name: 'a small pool', filter: { pool: pools.small } },
  { name: 'a common stage', filter: { stage: stages.common } },
  { name: 'a rare stage', filter: { stage: stages.rare } },
  { name: 'an owner', filter: { owner: 'owner-5' } },
  { name: 'nobody’s', filter: { owner: 'none' } },
  { name: 'a rare source', filter: { source: 'Event' } },
  { name: 'a source, a tag and a word', filter: { source: 'Referral', tag: 'warm', q: 'rossi' } },
  { name: 'a common stage and a rare tag', filter: { stage: stages.common, tag: 'board-ready' } },
  { name: 'a large pool and a word', filter: { pool: pools.large, q: 'fatima' } },
  {
    name: 'a large pool, a common stage and a word',
    filter: { pool: pools.large, stage: stages.common, q: 'rossi' },
  },
  { name: 'a common stage and a word', filter: { stage: stages.common, q: 'fatima' } },
  { name: 'an owner and a word', filter: { owner: 'owner-5', q: 'okafor' } },
  { name: 'a common tag and a word', filter: { tag: 'warm', q: 'okafor' } },
  { name: 'one word and another, by name', filter: { q: 'silva robotics' }, sort: 'name' },
  { name: 'one word and another, newest first', filter: { q: 'silva robotics' }, sort: 'created' },
  { name: 'one word and another, far down', filter: { q: 'silva robotics' }, deep: true },
  { name: 'two letters that nobody has', filter: { q: 'qz' } },
];

interface Answered {
  name: string;
  /** Milliseconds of each try. */
  taken: number[];
  /** Milliseconds of Postgres's CPU a try, whatever else ran on the machine; null where nobody counts them. */
  cpu: number | null;
}

/** The page and its total, at once, as the list asks for them. */
async function asked(
  db: Db,
  { name, filter, sort = 'recent', deep, condition }: Question,
  cpu: () => number | null,
): Promise<Answered> {
  const after = deep ? { at: new Date(Date.now() - 500 * 86_400_000), id: newest } : null;
  const once = async () => {
    const asking = condition ? { condition: await conditionSql(db, condition, Date.now()) } : {};
    return candidatesWithTotal(db, { ...filter, ...asking }, sort, { limit, after });
  };
  await once();
  const taken: number[] = [];
  const before = cpu();
  for (let time = 0; time < times; time++) taken.push(await timed(once));
  const used = cpu();
  return { name, taken, cpu: before === null || used === null ? null : (used - before) / times };
}

/** Sorts after every id. */
const newest = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** The report, after the roll-up has taken most of the ledger and the last moments' steps lie above its mark. */
async function reported(
  db: Db,
  { flowId }: Town,
): Promise<{ reports: number[]; rolledUp: number; again: number }> {
  const rolledUp = await timed(() => rollUp(db));
  const again = await timed(async () => {
    await addFreshSteps(db, freshSteps);
    await rollUp(db);
  });
  await addFreshSteps(db, freshSteps);
  const once = () => readFigures(db, flowId, null, Date.now());
  const figures = await once();
  const visits = figures?.sums
    .filter((sum) => sum.kind === 'passed')
    .reduce((all, sum) => all + Number(sum.n), 0);
  if (visits !== steps + 2 * freshSteps) throw new Error(`The report counts ${visits} visits.`);
  const reports: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const taken: number[] = [];
    for (let time = 0; time < 2 * times; time++) taken.push(await timed(once));
    reports.push(p95(taken));
  }
  return { reports, rolledUp, again };
}

/** Filling need not survive a crash, and nothing is tidied up while it is measured; what is measured only reads. */
const switchedOff = ['fsync', 'synchronous_commit', 'full_page_writes', 'autovacuum'] as const;

async function measuring(): Promise<Row[]> {
  const ground = await startDatabaseGround([
    ...switchedOff.map((name) => `${name}=off`),
    'max_wal_size=8GB',
    'maintenance_work_mem=512MB',
  ]);
  try {
    const { db } = await ground.database('scale');
    const from = performance.now();
    const town = await buildTown(db);
    const made = (performance.now() - from) / 1000;
    await passSomeTime(db);
    const server = Number(
      readFileSync(join(ground.dir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
    );
    const answered: Answered[][] = [];
    for (let round = 0; round < rounds; round++) {
      const answers: Answered[] = [];
      for (const question of questions(town)) answers.push(await asked(db, question, () => cpuOf(server)));
      answered.push(answers);
    }
    const ofRounds = answered.map((answers) => p95(answers.flatMap(({ taken }) => taken)));
    const single = questions(town).map(({ name }, n) => {
      const tries = answered.flatMap((answers) => answers[n] ?? []);
      const cpus = tries.flatMap(({ cpu }) => cpu ?? []);
      return {
        name,
        taken: median(tries.map(({ taken }) => p95(taken))),
        cpu: cpus.length > 0 ? median(cpus) : null,
      };
    });
    const slowest = single.reduce((one, other) => (other.taken > one.taken ? other : one));
    const byCondition: Answered[] = [];
    for (const { name, condition } of conditionQuestions)
      byCondition.push(await asked(db, { name, filter: {}, condition }, () => cpuOf(server)));
    const whole = await readWhole(db);
    const { reports, rolledUp, again } = await reported(db, town);
    return [
      noted(`${millions(candidates)} candidates and ${millions(steps)} steps made`, made, 's'),
      ...single.flatMap(({ name, taken, cpu }) => [
        noted(`list: ${name}, p95`, taken, 'ms'),
        ...(cpu === null ? [] : [noted('  of which CPU of Postgres, on all cores', cpu, 'ms')]),
      ]),
      atMost(`candidate list and search, p95, ${middle}`, median(ofRounds), bars.list, 'ms', ''),
      noted('candidate list and search, p95, the worst round', Math.max(...ofRounds), 'ms'),
      noted(`the slowest question, p95: ${slowest.name}`, slowest.taken, 'ms'),
      ...byCondition.map(({ name, taken }) => noted(`by condition: ${name}, p95`, p95(taken), 'ms')),
      atMost(
        'candidates by condition, p95',
        p95(byCondition.flatMap(({ taken }) => taken)),
        bars.list,
        'ms',
        '',
      ),
      atMost(
        `narrow conditions that read a table from end to end${whole.length > 0 ? `: ${whole.join('; ')}` : ''}`,
        whole.length,
        0,
        '',
        '',
      ),
      noted('the first roll-up of everything', rolledUp / 1000, 's'),
      noted(`a roll-up of ${freshSteps} new steps`, again, 'ms'),
      atMost(`flow funnel, p95, ${middle}`, median(reports), bars.funnel, 'ms', ''),
      noted('flow funnel, p95, the worst round', Math.max(...reports), 'ms'),
    ];
  } finally {
    await ground.end();
  }
}

const middle = `the middle of ${rounds} rounds`;
const p95 = (taken: readonly number[]): number => quantile(taken, 0.95);
const millions = (count: number): string => `${count / 1_000_000} million`;

export const scale: Bench = {
  name: 'scale',
  about: `lists, searches and a report over millions of rows, vacuumed once they are made; ${switchedOff.join(', ')} are off`,
  run: measuring,
};
