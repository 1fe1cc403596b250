import { expect, test } from 'vitest';
import { createScratch, dropScratch } from '../../db/queries/scratch.ts';
import { freshDatabase } from '../harness/database.ts';

test('of every table there is, it is said whether a demo moves its rows over', async () => {
  const { db, drop } = await freshDatabase();
  await expect(createScratch(db, 'scratch')).resolves.toBeUndefined();
  await dropScratch(db, 'scratch');
  await drop();
});
