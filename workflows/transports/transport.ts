/** What carries a batch of mail out of the house, and how it can end. */
import type { OutgoingMessage } from '../../db/queries/outbox.ts';

export type Sent =
  /** Provider ids in the order of the batch. */
  | { outcome: 'accepted'; ids: string[] }
  /** It certainly did not leave. `blame`: because of what is in it. */
  | { outcome: 'refused'; why: string; blame: boolean; retryAfterSeconds: number }
  /** Not now, and for everyone: rate or quota. It did not leave. */
  | { outcome: 'stopped'; why: string; seconds: number }
  /** It may have left: only the same key and bytes may be tried again. */
  | { outcome: 'ambiguous'; why: string; retryAfterSeconds: number };

export interface Transport {
  name: 'resend' | 'catcher';
  /** Messages in a batch at most. */
  most: number;
  /** Requests a second; null: as many as there are. */
  perSecond: number | null;
  /** An accepted mail has also arrived. */
  delivers: boolean;
  encode(messages: readonly OutgoingMessage[], publicUrl: string): string;
  /** `key`: the same key with the same body is the same batch. */
  send(batch: { key: string; body: string; now: number }): Promise<Sent>;
}
