/** What this installation keeps secret, made on its first start. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Obstacle } from './sentence.ts';

const schema = z.object({
  /** Encrypts stored secrets and signs links. */
  secretKey: z.string().min(32),
  postgresPassword: z.string().min(8),
});

export type Secrets = z.infer<typeof schema>;

/** Reads `<dataDir>/secrets.json`, or makes it, readable by its owner only. */
export function readSecrets(dataDir: string): Secrets {
  const path = join(dataDir, 'secrets.json');
  if (existsSync(path)) {
    try {
      return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (error) {
      throw new Obstacle(
        `${path} cannot be read. Without it the stored secrets and the database stay closed; bring it back from a backup.`,
        { cause: error },
      );
    }
  }
  const made: Secrets = {
    secretKey: randomBytes(32).toString('base64url'),
    postgresPassword: randomBytes(18).toString('base64url'),
  };
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return made;
}
