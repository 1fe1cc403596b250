/** Pure: in whose name mails go out, beside the workspace's own: senders that an admin keeps, and how a mail names them. */
import { z } from 'zod';

export const senderSchema = z.object({
  id: z.string(),
  name: z.string(),
  address: z.string(),
  /** Gets a copy of what is answered. Null: nobody does. */
  replyTo: z.string().nullable(),
});
export type Sender = z.infer<typeof senderSchema>;

/** What was stored; anything else, such as nothing, means none. */
export function readSenders(stored: unknown): Sender[] {
  const read = z.array(senderSchema).safeParse(stored ?? []);
  return read.success ? read.data : [];
}

/** What a step says of it; absent: the workspace. */
export type From = { kind: 'owner' } | { kind: 'sender'; id: string };

/** As a mail carries it. `address` null: the workspace's own. */
export interface InNameOf {
  name: string;
  address: string | null;
  replyTo: string | null;
}

/** The address in `Name <someone@domain>`. */
export const addressIn = (mailbox: string): string => /<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox.trim();

/** A mailbox of RFC 5322, whatever stands in the name. `workspace`: the mailbox of whoever has no address of her own. */
export function mailboxOf({ name, address }: InNameOf, workspace: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a header must not hold any.
  const plain = name.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return `"${plain.replace(/["\\]/g, '\\$&')}" <${address ?? addressIn(workspace)}>`;
}
