/** Every pump, as a worker runs them and as tests step them. */
import type { Clocks } from '../client.ts';
import type { Context } from '../context.ts';
import type { ProviderSettings } from '../intake/resend.ts';
import type { Transport } from '../transports/transport.ts';
import { deliverEmail, deliverNoticeMail } from './deliver-email.ts';
import { deliverNoticePosts } from './deliver-notice-posts.ts';
import { deliverWebhooks } from './deliver-webhook.ts';
import { due } from './due.ts';
import { intakePump } from './intake.ts';
import { keys } from './keys.ts';
import { operationsPump } from './operations.ts';
import { poolsPump } from './pools.ts';
import type { PumpWork } from './pump.ts';
import { rollup } from './rollup.ts';
import { router } from './router.ts';
import { sweep } from './sweep.ts';
import { lanes, wakers } from './waker.ts';

export interface PumpParts {
  context: Context;
  provider: ProviderSettings;
  transport: Transport;
  /** Null while Temporal cannot be reached. */
  clocks(): Clocks | null;
}

export const allPumps = ({ context, provider, transport, clocks }: PumpParts): PumpWork[] => [
  intakePump(context, provider),
  router(context),
  poolsPump(context),
  operationsPump(context),
  ...lanes.flatMap((lane) => wakers(context, clocks, lane)),
  due(context),
  sweep(context),
  deliverEmail(context, transport),
  ...deliverWebhooks(context),
  deliverNoticeMail(context, transport),
  deliverNoticePosts(context),
  rollup(context),
  keys(context),
];
