/** Which database the commands beside `npm start` talk to. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { dataDirectory } from './paths.ts';
import { readSecrets } from './secrets.ts';
import { Obstacle } from './sentence.ts';

/** DATABASE_URL, else the database that `npm start` runs. @throws {Obstacle} when there is none yet. */
export function databaseUrl(given: string | undefined): string {
  if (given) return given;
  const dataDir = dataDirectory();
  const ports = join(dataDir, 'ports.json');
  if (!existsSync(ports))
    throw new Obstacle('There is no database yet. Run npm start first, or set DATABASE_URL.');
  const { postgres } = z.object({ postgres: z.number() }).parse(JSON.parse(readFileSync(ports, 'utf8')));
  return `postgres://tendril:${encodeURIComponent(readSecrets(dataDir).postgresPassword)}@127.0.0.1:${postgres}/tendril`;
}
