import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../../local/paths.ts';

const config = await extractConfig(join(root, 'dependency-cruiser.config.mjs'));
let project: string;

/** The names of the rules broken by a project of these files. */
async function broken(files: Record<string, string>): Promise<string[]> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  const { tsConfig: _, ...options } = config.options ?? {};
  const { output } = await cruise(
    Object.keys(files),
    {
      ...options,
      preserveSymlinks: true,
      baseDir: project,
      validate: true,
      ruleSet: { forbidden: config.forbidden ?? [] },
    },
    config.options?.enhancedResolveOptions,
  );
  return (output as ICruiseResult).summary.violations.map((violation) => violation.rule.name).sort();
}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tendril-layers-'));
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

describe('the layer rules', () => {
  const query = { 'db/queries/flows.ts': 'export const flows = 1;' };

  it('let a query use the engine and Kysely', async () => {
    expect(
      await broken({
        'engine/plan.ts': "import { z } from 'zod';\nexport const plan = z.string();",
        'db/plans.ts':
          "import { sql } from 'kysely';\nimport { plan } from '../engine/plan.ts';\nexport const both = [sql, plan];",
      }),
    ).toEqual([]);
  });

  it.each([
    [
      'engine-imports-engine-only',
      { ...query, 'engine/a.ts': "import { flows } from '../db/queries/flows.ts';\nexport const a = flows;" },
    ],
    [
      'engine-is-pure',
      { 'engine/a.ts': "import { readFileSync } from 'node:fs';\nexport const a = readFileSync;" },
    ],
    ['engine-is-pure', { 'engine/a.ts': "import pino from 'pino';\nexport const a = pino;" }],
    [
      'db-imports-engine-only',
      {
        'api/a.ts': 'export const a = 1;',
        'db/b.ts': "import { a } from '../api/a.ts';\nexport const b = a;",
      },
    ],
    ['db-packages', { 'db/b.ts': "import { Hono } from 'hono';\nexport const b = Hono;" }],
    ['sql-in-db-only', { 'api/a.ts': "import { sql } from 'kysely';\nexport const a = sql;" }],
    [
      'workflows-import-engine-and-db',
      {
        'api/a.ts': 'export const a = 1;',
        'workflows/b.ts': "import { a } from '../api/a.ts';\nexport const b = a;",
      },
    ],
    [
      'sandbox-is-deterministic',
      {
        ...query,
        'workflows/sandbox/b.ts':
          "import { flows } from '../../db/queries/flows.ts';\nexport const b = flows;",
      },
    ],
    [
      'api-imports-engine-and-db',
      {
        'workflows/advance.ts': 'export const a = 1;',
        'api/b.ts': "import { a } from '../workflows/advance.ts';\nexport const b = a;",
      },
    ],
    [
      'temporal-in-workflows-only',
      { 'api/b.ts': "import { Client } from '@temporalio/client';\nexport const b = Client;" },
    ],
    [
      'ui-imports-engine-and-the-api-client',
      { ...query, 'ui/b.ts': "import { flows } from '../db/queries/flows.ts';\nexport const b = flows;" },
    ],
    [
      'ui-takes-types-and-the-client-of-the-api',
      {
        'api/app.ts': 'export const a = 1;',
        'ui/b.ts': "import { a } from '../api/app.ts';\nexport const b = a;",
      },
    ],
    [
      'nothing-imports-tests',
      {
        'test/a.ts': 'export const a = 1;',
        'local/b.ts': "import { a } from '../test/a.ts';\nexport const b = a;",
      },
    ],
    [
      'no-cycles',
      {
        'db/a.ts': "import { b } from './b.ts';\nexport const a = () => b;",
        'db/b.ts': "import { a } from './a.ts';\nexport const b = () => a;",
      },
    ],
  ])('catch what breaks %s (case %#)', async (rule, files) => {
    expect(await broken(files)).toContain(rule);
  });

  it('let a type travel where its code may not', async () => {
    expect(
      await broken({
        'api/app.ts': 'export interface App { name: string }',
        'ui/b.ts': "import type { App } from '../api/app.ts';\nexport const b: App = { name: 'b' };",
      }),
    ).toEqual([]);
  });
});
