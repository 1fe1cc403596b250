/** What everything else stands on: pipeline, jobs, pools, templates, sources, and the flows, written as people write them. */
import { randomBytes } from 'node:crypto';
import type { Db } from '../../db/connect.ts';
import { accountIds } from '../../db/queries/demo.ts';
import { createFlow, publishFlow, saveDraft } from '../../db/queries/flows.ts';
import { createJob, createPipeline, listPipelines } from '../../db/queries/hiring.ts';
import { createPool } from '../../db/queries/pools.ts';
import { insertSource } from '../../db/queries/sources.ts';
import { createTemplate } from '../../db/queries/templates.ts';
import type { Secrets } from '../../db/secrets.ts';
import { fold } from '../../engine/conditions/fold.ts';
import type { StageKind } from '../../engine/facts.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { acknowledge, drip, type FlowParts, silverFirst, silverSecond } from './flows.ts';
import { jobs } from './jobs.ts';
import { poolNames } from './pools.ts';
import { type TemplateKey, templateTexts } from './templates.ts';
import type { Time } from './time.ts';

export interface Ground {
  /** Account ids; none: nobody has signed up yet. */
  recruiters: string[];
  /** Stage ids by name. */
  stages: Record<string, string>;
  /** Source ids. */
  sources: Record<'greenhouse' | 'generic', string>;
  pools: Record<'silver' | 'passive' | 'graduates', string>;
  flows: FlowParts;
}

const stagesWanted: { name: string; kind: StageKind; targetDays: number | null }[] = [
  { name: 'Applied', kind: 'lead', targetDays: 3 },
  { name: 'Recruiter screen', kind: 'active', targetDays: 5 },
  { name: 'Technical interview', kind: 'active', targetDays: 7 },
  { name: 'Final interview', kind: 'active', targetDays: 7 },
  { name: 'Offer', kind: 'offer', targetDays: 5 },
  { name: 'Hired', kind: 'hired', targetDays: null },
  { name: 'Keep warm', kind: 'archived', targetDays: null },
];

export async function layGround(db: Db, time: Time, secrets: Secrets): Promise<Ground> {
  const now = time.now();
  const recruiters = await accountIds(db);
  const author = recruiters[0] ?? 'demo';
  const { pipelineId, stages } = await pipelineFor(db, now);
  for (const { title, department, location } of jobs)
    await createJob(db, { title, department, location, pipelineId }, now);
  const pool = async (name: string, description: string) =>
    made(await createPool(db, { name, description }, now), name);
  const pools = {
    silver: await pool(poolNames.silver, 'Came close. First to hear of new roles.'),
    passive: await pool(poolNames.passive, 'Found by us, not looking. An occasional word.'),
    graduates: await pool('Graduates', 'Too early for now; worth another look in a year.'),
  };
  const source = (kind: 'greenhouse' | 'generic', name: string) =>
    insertSource(db, {
      key: randomBytes(16).toString('base64url'),
      kind,
      name,
      secretSealed: secrets.seal(`whsec_${randomBytes(32).toString('base64')}`),
      now,
    });
  const sources = {
    greenhouse: await source('greenhouse', 'Greenhouse'),
    generic: await source('generic', 'Careers page'),
  };
  const templates = await writeTemplates(db, author, now);
  const flows: FlowParts = { templates, silver: pools.silver, passive: pools.passive };
  return { recruiters, stages, sources, pools, flows };
}

/** The first pipeline that has the stages; else one of our own. */
async function pipelineFor(
  db: Db,
  now: number,
): Promise<{ pipelineId: string; stages: Record<string, string> }> {
  const found = (pipelines: Awaited<ReturnType<typeof listPipelines>>) =>
    pipelines.find((pipeline) =>
      stagesWanted.every((wanted) => pipeline.stages.some((stage) => fold(stage.name) === fold(wanted.name))),
    );
  let pipeline = found(await listPipelines(db));
  if (!pipeline) {
    await createPipeline(db, { name: 'Hiring', stages: stagesWanted }, now);
    pipeline = found(await listPipelines(db));
  }
  if (!pipeline) throw new Error('The pipeline that was just made is gone.');
  const { stages } = pipeline;
  const idOf = (name: string) => stages.find((stage) => fold(stage.name) === fold(name))?.id ?? '';
  return {
    pipelineId: pipeline.id,
    stages: Object.fromEntries(stagesWanted.map(({ name }) => [name, idOf(name)])),
  };
}

async function writeTemplates(db: Db, author: string, now: number): Promise<Record<TemplateKey, string>> {
  const written: [string, string][] = [];
  for (const [key, text] of Object.entries(templateTexts)) {
    const saved = await createTemplate(db, text, author, now);
    written.push([key, made(saved === 'name-taken' ? null : saved.id, text.name)]);
  }
  return Object.fromEntries(written) as Record<TemplateKey, string>;
}

/** Publishes the flows, and the second version of one of them when its time has come. */
export async function publishFlows(db: Db, time: Time, ground: Ground, secondAt: number): Promise<void> {
  const author = ground.recruiters[0] ?? 'demo';
  const publish = async (flowId: string, graph: Graph, note: string) => {
    await saveDraft(db, flowId, graph, null, time.now());
    const published = await publishFlow(db, { flowId, by: author, note, now: time.now() });
    if (!published || 'problems' in published)
      throw new Error(
        `“${graph.name}” cannot be published. ${published?.problems.map((problem) => problem.message).join(' ') ?? ''}`,
      );
  };
  const start = async (graph: Graph) => {
    const flowId = await createFlow(db, graph.name, author, time.now());
    await publish(flowId, graph, 'First version');
    return flowId;
  };
  await start(acknowledge(ground.flows));
  await start(drip(ground.flows));
  const silver = await start(silverFirst(ground.flows));
  time.at(secondAt, () =>
    publish(silver, silverSecond(ground.flows), 'A question instead of an announcement, and one more try'),
  );
}

function made<T>(value: T | null, name: string): T {
  if (value === null) throw new Error(`“${name}” exists already.`);
  return value;
}
