/** The reference for people who build flows says what the registries hold. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { steps } from '../../engine/steps/index.ts';
import { triggers } from '../../engine/triggers/index.ts';
import { exampleOf, renewed } from '../../local/docs/flow-docs.ts';
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
