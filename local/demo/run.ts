/** `npm run demo`: fills an empty workspace with people, jobs and flows that have a past. */
import { problemOf } from '../../api/problems.ts';
import { connect, migrate } from '../../db/connect.ts';
import { secretsFrom } from '../../db/secrets.ts';
import { readSettings } from '../../engine/settings.ts';
import { houseOf } from '../../workflows/house.ts';
import { databaseUrl } from '../database-url.ts';
import { dataDirectory } from '../paths.ts';
import { readSecrets } from '../secrets.ts';
import { main, Obstacle, say } from '../sentence.ts';
import { fillDemo } from './fill.ts';

await main(async () => {
  const settings = readSettings(process.env);
  const url = databaseUrl(settings.DATABASE_DIRECT_URL ?? settings.DATABASE_URL);
  try {
    const db = connect(url, { max: 1, name: 'tendril demo' });
    await migrate(db).finally(() => db.destroy());
    const secretKey = settings.SECRET_KEY ?? readSecrets(dataDirectory()).secretKey;
    await fillDemo({ url, secrets: secretsFrom(secretKey), house: houseOf(settings), now: Date.now(), say });
  } catch (error) {
    if (problemOf(error)?.code !== 'unavailable') throw error;
    throw new Obstacle('The database does not answer. Run npm start first, or set DATABASE_URL.', {
      cause: error,
    });
  }
});
