/** The reference for people who build flows says what the registries hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { steps } from '../../engine/steps/index.ts';
import { triggers } from '../../engine/triggers/index.ts';
import { exampleOf, renewed, views } from '../../local/docs/flow-docs.ts';
import { pictureOf } from '../../local/docs/picture.ts';
import { root } from '../../local/paths.ts';

const file = readFileSync(join(root, 'docs/flows.md'), 'utf8');

test('docs/flows.md is up to date; `npm run docs` makes it so', () => {
  expect(renewed(file)).toBe(file);
});

test.each(Object.values({ ...triggers, ...steps }))(
  'the example of $type can be used as it stands',
  (kind) => {
    expect(kind.schema.safeParse(exampleOf(kind)).error?.message).toBeUndefined();
    expect(file).toContain(`\`${kind.type}\`: ${kind.about}`);
  },
);

test('every step has its picture, drawn as it is today, and no other picture lies about', () => {
  const drawn = [...views()].map(([type, view]) => [`${type}.svg`, pictureOf(view)] as const);
  const pictures = join(root, 'docs/flows');
  expect(readdirSync(pictures).sort()).toEqual(drawn.map(([name]) => name).sort());
  for (const [name, svg] of drawn) expect(readFileSync(join(pictures, name), 'utf8'), name).toBe(svg);
});

test('the canvas has every icon that a step names', () => {
  const icons = readFileSync(join(root, 'ui/flow/canvas/icons.ts'), 'utf8');
  for (const { type, icon } of Object.values({ ...triggers, ...steps }))
    expect(icons, type).toContain(`@lucide/svelte/icons/${icon}'`);
});
