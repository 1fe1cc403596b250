/** Our turn at a provider's rate, which all workers and every kind of request share. */
import type { Db } from '../../db/connect.ts';
import { takeToken } from '../../db/queries/provider-rate.ts';

/** Waits for a turn that comes within a second. Answers 0, or the seconds until there may be one. */
export async function takeTurn(db: Db, provider: string, perSecond: number | null): Promise<number> {
  if (perSecond === null) return 0;
  const seconds = await takeToken(db, provider, perSecond);
  if (seconds === 0 || seconds > 1) return seconds;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  return takeToken(db, provider, perSecond);
}
