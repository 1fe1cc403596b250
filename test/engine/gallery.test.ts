/** The gallery: every flow of it is sound, says it in good files, and passes its own scenarios. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fold } from '../../engine/conditions/fold.ts';
import type { SimulatedWorld } from '../../engine/effects/world.ts';
import { describeNode, namesFrom } from '../../engine/flow/describe.ts';
import { flowFile, referencesOf } from '../../engine/flow/portable.ts';
import { findProblems } from '../../engine/flow/problems.ts';
import { graphSchema } from '../../engine/flow/schema.ts';
import { shelf } from '../../engine/gallery/shelf.ts';
import { compile } from '../../engine/plan/compile.ts';
import { loadFor } from '../../engine/plan/load.ts';
import { playScenarios } from '../../engine/scenarios/judge.ts';
import { someone } from '../../engine/simulate/someone.ts';
import { steps } from '../../engine/steps/index.ts';
import { readTemplateFile, type TemplateFile, templateFile } from '../../engine/templates/file.ts';
import { renderMessage } from '../../engine/templates/render.ts';

const folder = join(import.meta.dirname, '../../engine/gallery');
const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
const templateTexts = readdirSync(join(folder, 'templates')).map((file) => read('templates', file));
const templates = templateTexts.map((text) => readTemplateFile(text) as TemplateFile);
const flows = shelf.map(({ slug, about }) => {
  const text = read(`${slug}.flow.json`);
  return { slug, about, text, graph: graphSchema.parse(JSON.parse(text)) };
});

/** A workspace that has what the flows of the gallery name, and by its name for an id. */
const named = (kind: string) =>
  [
    ...new Set(
      flows
        .flatMap(({ graph }) => referencesOf(graph))
        .flatMap((one) => (one.kind === kind ? one.reference : [])),
    ),
  ].map((name) => ({ id: name, name }));
const world: SimulatedWorld & { jobs: []; people: []; flows: [] } = {
  templates: templates.map((template) => ({ id: template.name, ...template })),
  pools: named('pool'),
  stages: [],
  jobs: [],
  people: [],
  flows: [],
};
const names = namesFrom(world);
const workspace = { name: 'Your company', timeZone: 'Europe/Lisbon' };

test('at least thirteen flows stand on the shelf, each with its file and its line, and no file lies beside it', () => {
  expect(flows.length).toBeGreaterThanOrEqual(13);
  const files = readdirSync(folder).filter((name) => name.endsWith('.flow.json'));
  expect(files.toSorted()).toEqual(shelf.map(({ slug }) => `${slug}.flow.json`).toSorted());
  expect(new Set(flows.map(({ graph }) => fold(graph.name))).size).toBe(flows.length);
  for (const { about } of flows) expect(about).toMatch(/^[A-Z].{20,100}\.$/);
});

test('their files are as the command writes them, and so are the templates', () => {
  for (const { text, graph } of flows) expect(flowFile(graph)).toBe(text);
  for (const [index, text] of templateTexts.entries())
    expect(templateFile(templates[index] as TemplateFile)).toBe(text);
});

test('every template that a flow sends is there, and every template that is there is sent', () => {
  expect(
    named('template')
      .map((one) => one.name)
      .toSorted(),
  ).toEqual(templates.map((one) => one.name).toSorted());
});

test('they name only templates and pools: what else a workspace has, nobody can know', () => {
  const kinds = new Set(flows.flatMap(({ graph }) => referencesOf(graph)).map((one) => one.kind));
  expect([...kinds].toSorted()).toEqual(['pool', 'template']);
  for (const { graph } of flows) for (const { data } of graph.nodes) expect(data).not.toHaveProperty('stage');
});

describe.each(flows)('$slug', ({ graph }) => {
  test('has no problem and no warning', async () => {
    await loadFor(graph);
    expect(findProblems(graph, { ...world, stages: [] }).map((problem) => problem.message)).toEqual([]);
  });

  test('passes its own scenarios: a good way, and one that ends early or quietly', async () => {
    await loadFor(graph);
    const plan = compile(graph, {
      templates: Object.fromEntries(templates.map(({ name }) => [name, name])),
    });
    const scenarios = graph.scenarios ?? [];
    expect(scenarios.length).toBeGreaterThanOrEqual(2);
    const results = playScenarios(scenarios, { plan, graph, world, names, workspace });
    expect(
      results.flatMap(({ name, problem, judgements }) => [
        ...(problem ? [`${name}: ${problem}`] : []),
        ...judgements
          .filter((each) => !each.cameTrue)
          .map((each) => `${name}: ${each.expected}. ${each.actual}.`),
      ]),
    ).toEqual([]);
    const expectations = scenarios.flatMap(({ expect: expected }) => expected);
    expect(expectations.some((each) => each.that === 'sends')).toBe(true);
    expect(expectations.some((each) => each.that === 'sends-nothing' || each.that === 'avoids')).toBe(true);
    expect(scenarios.every((one) => one.expect.length >= 2)).toBe(true);
  });

  test('is drawn in order: every card has its sentence, and none lies on another', () => {
    for (const node of graph.nodes) expect(describeNode(node, names).summary).not.toMatch(/ …$|Unknown/);
    for (const [index, a] of graph.nodes.entries())
      for (const b of graph.nodes.slice(index + 1))
        expect(
          Math.abs(a.position.x - b.position.x) >= 250 || Math.abs(a.position.y - b.position.y) >= 36,
          `${a.id} and ${b.id}`,
        ).toBe(true);
  });
});

test.each(templates)(
  '“$name” reads well for somebody of whom nothing but an address is known',
  (template) => {
    const facts = someone(workspace, Date.parse('2026-01-05T09:00:00Z'));
    const nobody = {
      ...facts,
      candidate: {
        ...facts.candidate,
        firstName: null,
        lastName: null,
        fullName: '',
        headline: null,
        company: null,
        location: null,
        country: null,
      },
      application: null,
      job: null,
      owner: null,
      link: 'https://example.com/link',
    };
    for (const whom of [nobody, { ...facts, link: 'https://example.com/link' }]) {
      const { subject, text } = renderMessage(template, whom);
      expect(subject).toMatch(/^\S.{3,70}$/);
      expect(text).toMatch(/^Hello .+,\n\n\S/);
      // Half a sentence where a value is missing, and what nobody has filled in.
      expect(`${subject}\n${text}`).not.toMatch(/ [,.!?](?:\s|$)|\{\{|\[[A-Z]|lorem|null|undefined/i);
      expect(text.length).toBeLessThan(1200);
      expect(text.trimEnd().endsWith(workspace.name)).toBe(true);
    }
  },
);

test('together they use every step that asks for nothing which only one workspace has, and most triggers', () => {
  const used = new Set(flows.flatMap(({ graph }) => graph.nodes.map((node) => node.type)));
  /** They need an address, people, a stage or a flow of one’s own. */
  const ownThings = ['assign-owner', 'call-webhook', 'move-stage', 'run-flow'];
  expect(Object.keys(steps).filter((type) => !used.has(type) && !ownThings.includes(type))).toEqual([]);
  expect([...used].filter((type) => !Object.hasOwn(steps, type)).length).toBeGreaterThanOrEqual(8);
});

test('every flow but two says what it is for, and whoever’s address bounces leaves any of them', () => {
  expect(flows.filter(({ graph }) => !graph.settings.goal).map(({ slug }) => slug)).toEqual([
    'birthday-and-anniversary',
    'until-the-first-day',
  ]);
  for (const { graph } of flows) expect(graph.settings.exitOn).toContain('message.bounced');
});
