/** `tendril flows test`: plays the scenarios of flow files, without a server: names stand for what they name. */
import { fold } from '../../engine/conditions/fold.ts';
import { leavesOf } from '../../engine/conditions/reads.ts';
import type { SimulatedWorld } from '../../engine/effects/world.ts';
import { noNames } from '../../engine/flow/describe.ts';
import { referencesOf, renamed } from '../../engine/flow/portable.ts';
import { findProblems } from '../../engine/flow/problems.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { compile } from '../../engine/plan/compile.ts';
import { loadFor } from '../../engine/plan/load.ts';
import { playScenarios, type ScenarioResult } from '../../engine/scenarios/judge.ts';
import type { TemplateFile } from '../../engine/templates/file.ts';
import { Obstacle } from '../sentence.ts';
import { chosen } from './choose.ts';
import type { Folder } from './folder.ts';

/** True: every flow compiles and every scenario is green. */
export async function test(
  folder: Folder,
  names: readonly string[],
  say: (line: string) => void,
): Promise<boolean> {
  const flows = chosen(folder.flows(), names, ({ graph }) => graph.name);
  if (flows.length === 0) throw new Obstacle(`There are no flow files in ${folder.path}.`);
  const templates = folder.templates().map(({ template }) => template);
  let [green, red] = [0, 0];
  for (const { graph } of flows) {
    say(graph.name);
    await loadFor(graph);
    const { problems, results } = tryOut(graph, templates);
    red += problems.length;
    for (const problem of problems) say(`  ✗ ${problem}`);
    for (const result of results) {
      if (result.green) green++;
      else red++;
      say(`  ${result.green ? '✓' : '✗'} ${result.name}`);
      if (result.problem) say(`      ${result.problem}`);
      for (const { cameTrue, expected, actual } of result.judgements)
        if (!cameTrue) say(`      ${expected}. ${actual}.`);
    }
    if (problems.length === 0 && results.length === 0) say('  no scenarios');
  }
  say(`\n${green} green, ${red} red`);
  return red === 0;
}

/** What is wrong with a flow file, and how its scenarios come out. */
export function tryOut(
  graph: Graph,
  templates: readonly TemplateFile[],
): { problems: string[]; results: ScenarioResult[] } {
  // However a name is spelt in the file, it is one thing.
  const known = renamed(graph, (_kind, reference) => fold(reference));
  const named = (kind: string) =>
    [...new Set(referencesOf(known).flatMap((one) => (one.kind === kind ? one.reference : [])))].map(
      (id) => ({ id, name: id }),
    );
  const world: SimulatedWorld = {
    templates: templates.map((template) => ({ id: fold(template.name), ...template })),
    pools: named('pool'),
    people: named('person').map((one) => ({ ...one, email: `${one.id}@example.com` })),
    flows: named('flow'),
    secrets: named('secret'),
    senders: named('sender'),
    stages: stagesOf(known).map((name) => ({ id: name, name, kind: 'active' })),
  };
  const problems = findProblems(known, {
    templates: world.templates,
    pools: world.pools,
    jobs: named('job').map(({ id, name }) => ({ id, title: name })),
    people: world.people ?? [],
    flows: world.flows ?? [],
    secrets: world.secrets ?? [],
    stages: world.stages.map((stage) => stage.name),
  }).filter((problem) => problem.severity === 'error');
  if (problems.length > 0) return { problems: problems.map((problem) => problem.message), results: [] };
  const plan = compile(known, { templates: Object.fromEntries(world.templates.map(({ id }) => [id, id])) });
  const names = {
    ...noNames,
    template: (id: string) => world.templates.find((each) => each.id === id)?.name ?? null,
    pool: (id: string) => world.pools.find((each) => each.id === id)?.name ?? null,
  };
  const workspace = { name: 'Your company', timeZone: 'UTC' };
  return {
    problems: [],
    results: playScenarios(known.scenarios ?? [], { plan, graph: known, world, names, workspace }),
  };
}

/** Every stage that the flow, or a scenario, speaks of: a file knows no pipelines. */
function stagesOf(graph: Graph): string[] {
  const inNodes = graph.nodes.flatMap(({ data }) => [data.stage, data.to, data.from]);
  const inScenarios = (graph.scenarios ?? []).flatMap(({ application, events, expect }) => [
    application?.stage,
    ...events.map((event) => event.data.to),
    ...expect.flatMap((each) =>
      each.that === 'holds'
        ? [...leavesOf(each.when)].flatMap((leaf) => (leaf.field === 'application.stage' ? leaf.value : []))
        : [],
    ),
  ]);
  return [
    ...new Set(
      [...inNodes, ...inScenarios].filter((name): name is string => typeof name === 'string' && name !== ''),
    ),
  ];
}
