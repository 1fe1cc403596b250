/** Requests that come in at the same moment are stored together: one statement and one commit for many of them. */
import type { Db } from '../../db/connect.ts';
import { type Inbound, type Received, storeInbounds } from '../../db/queries/inbound.ts';
import { isDataError } from '../../db/transactions.ts';

/** Answers once the request is durable. */
export type InboundStore = (inbound: Inbound) => Promise<Received>;

const atOnce = 2;
const mostTogether = 64;

interface Waiting {
  inbound: Inbound;
  resolve(received: Received): void;
  reject(error: unknown): void;
}

/** Nobody waits for company: a request alone goes at once, and only those that come meanwhile go together. */
export function inboundStore(db: Db): InboundStore {
  const waiting: Waiting[] = [];
  let running = 0;

  async function store(batch: readonly Waiting[]): Promise<void> {
    try {
      const received = await storeInbounds(
        db,
        batch.map((one) => one.inbound),
      );
      for (const [index, one] of batch.entries()) one.resolve(received[index] as Received);
    } catch (error) {
      // What the database cannot hold is one request's fault: the others are stored without it.
      if (batch.length > 1 && isDataError(error)) for (const one of batch) await store([one]);
      else for (const one of batch) one.reject(error);
    }
  }

  function next(): void {
    while (waiting.length > 0 && running < atOnce) {
      running++;
      void store(waiting.splice(0, mostTogether)).finally(() => {
        running--;
        next();
      });
    }
  }

  return (inbound) =>
    new Promise((resolve, reject) => {
      waiting.push({ inbound, resolve, reject });
      next();
    });
}
