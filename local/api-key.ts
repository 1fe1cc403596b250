/** `npm run api-key -- --name NAME --role ROLE`: makes a key for a program and prints it, this once. */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { accountsOf } from '../api/auth/accounts.ts';
import { roleSchema, roles } from '../api/contract/common.ts';
import { problemOf } from '../api/problems.ts';
import { systemClock } from '../db/clock.ts';
import { connect, migrate } from '../db/connect.ts';
import { readSettings } from '../engine/settings.ts';
import { databaseUrl } from './database-url.ts';
import { main, Obstacle } from './sentence.ts';

const usage = `Usage: npm run api-key -- --name NAME --role ${roles.join('|')}`;

function asked(): { name: string; role: z.infer<typeof roleSchema> } {
  try {
    const { values } = parseArgs({ options: { name: { type: 'string' }, role: { type: 'string' } } });
    return {
      name: z.string().trim().min(1).max(100).parse(values.name),
      role: roleSchema.parse(values.role),
    };
  } catch {
    throw new Obstacle(usage);
  }
}

await main(async () => {
  const { name, role } = asked();
  const settings = readSettings(process.env);
  const db = connect(databaseUrl(settings.DATABASE_URL), { max: 1, name: 'tendril api-key' });
  try {
    await migrate(db);
    // No session is made here, so nothing is signed.
    const accounts = accountsOf(db, systemClock, {
      publicUrl: settings.publicUrl,
      secret: 'only API keys are made here, no sessions',
    });
    const { key } = await accounts.mintApiKey(name, role, null);
    process.stdout.write(`${key}\n`);
  } catch (error) {
    if (problemOf(error)?.code !== 'unavailable') throw error;
    throw new Obstacle('The database does not answer. Run npm start first, or set DATABASE_URL.', {
      cause: error,
    });
  } finally {
    await db.destroy();
  }
});
