import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../local/binaries.ts';
import { freePort } from '../../local/ports.ts';
import { startTemporal } from '../../local/temporal.ts';
import { realTemporal, timeSkipping } from '../harness/temporal.ts';

describe('the dev server', () => {
  let dir: string;
  const said: string[] = [];
  const start = async () =>
    startTemporal({
      program: await findProgram('temporal'),
      dir,
      port: await freePort(),
      log: join(dir, 'temporal.log'),
      say: (sentence) => said.push(sentence),
    });
  const asides = () =>
    readdirSync(dir).filter((name) => name.startsWith('temporal.db.aside-') && !/-(wal|shm)$/.test(name));

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tendril-temporal-'));
    said.length = 0;
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('keeps its store over a kill, and says whether it began empty', async () => {
    const first = await start();
    expect(first.storeIsNew).toBe(true);
    await first.stop('SIGKILL');
    const second = await start();
    expect(second.storeIsNew).toBe(false);
    await second.stop('SIGKILL');
    expect(asides()).toEqual([]);
  });

  it('moves a store that it cannot read aside and begins a new one', async () => {
    writeFileSync(join(dir, 'temporal.db'), 'not a database, whatever its name says'.repeat(200));
    const server = await start();
    await server.stop('SIGKILL');
    expect(server.storeIsNew).toBe(true);
    expect(asides()).toHaveLength(1);
    expect(said.join()).toContain('cannot be read; it is kept as');
  });

  it('moves the store of another version aside', async () => {
    await (await start()).stop('SIGKILL');
    writeFileSync(join(dir, 'temporal.db.version'), 'temporal version 0.0.1\n');
    const server = await start();
    await server.stop('SIGKILL');
    expect(server.storeIsNew).toBe(true);
    expect(asides()).toHaveLength(1);
    expect(said.join()).toContain('written by another version (temporal version 0.0.1)');
  });
});

describe('the harness', () => {
  it('restarts a killed server on the same address', async () => {
    const temporal = await realTemporal();
    await temporal.kill();
    await temporal.restart();
    const connection = await Connection.connect({ address: temporal.address });
    const { namespaces } = await connection.workflowService.listNamespaces({});
    expect(namespaces?.map((namespace) => namespace.namespaceInfo?.name)).toContain('default');
    await connection.close();
    await temporal.stop();
    expect(existsSync(temporal.dir)).toBe(false);
  });

  it('skips time', async () => {
    const environment = await timeSkipping();
    const before = await environment.currentTimeMs();
    await environment.sleep('40 days');
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(40 * 86_400_000);
    await environment.teardown();
  });
});
