/** Brings the database at DATABASE_URL to the newest schema, in a process of its own, and says what it did. */
import { connect, migrate } from '../db/connect.ts';
import { readSettings } from '../engine/settings.ts';
import { main, Obstacle, say } from './sentence.ts';

const unusable = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|28P01|28000|3D000/;

await main(async () => {
  const { DATABASE_URL } = readSettings(process.env);
  if (!DATABASE_URL) throw new Obstacle('DATABASE_URL is not set.');
  const db = connect(DATABASE_URL, { max: 1, name: 'tendril migrate' });
  try {
    const applied = await migrate(db);
    if (applied.length > 0) say(`The database is at its newest schema (${applied.join(', ')}).`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && unusable.test(String(error.code))) {
      throw new Obstacle(`The database at DATABASE_URL cannot be used: ${error.message || error.code}.`, {
        cause: error,
      });
    }
    throw error;
  } finally {
    await db.destroy();
  }
});
