/** Ports that only our own processes use: any free ones, the same at each start as long as they stay free. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort, hindrance } from './ports.ts';

const port = z.number().int().min(1).max(65535);
const schema = z.object({ postgres: port, temporal: port, temporalUi: port });

export type InnerPorts = z.infer<typeof schema>;

/** Remembers them in `<dataDir>/ports.json`. Whatever an earlier start left running must be gone by now. */
export async function innerPorts(dataDir: string): Promise<InnerPorts> {
  const path = join(dataDir, 'ports.json');
  const kept = readKept(path);
  const choose = async (before: number | undefined) =>
    before !== undefined && (await hindrance(before)) === null ? before : freePort();
  const ports = {
    postgres: await choose(kept.postgres),
    temporal: await choose(kept.temporal),
    temporalUi: await choose(kept.temporalUi),
  };
  writeFileSync(`${path}.new`, `${JSON.stringify(ports, null, 2)}\n`);
  renameSync(`${path}.new`, path);
  return ports;
}

function readKept(path: string): Partial<InnerPorts> {
  if (!existsSync(path)) return {};
  try {
    return schema.partial().parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
