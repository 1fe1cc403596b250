/** Pure: steps on the clipboard are plain JSON, so that they can be pasted into another flow, a message or a file. */
import { z } from 'zod';
import type { Piece } from '../../../engine/flow/edit.ts';
import { edgeSchema, nodeSchema } from '../../../engine/flow/schema.ts';

const pieceSchema = z.object({
  nodes: z.array(nodeSchema).min(1).max(500),
  edges: z.array(edgeSchema).max(2000).default([]),
});

export const pieceToText = (piece: Piece): string => JSON.stringify(piece, null, 2);

/** Null for text that is no piece of a flow. A whole flow's file is one, too. */
export function pieceFromText(text: string): Piece | null {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return null;
  }
  const read = pieceSchema.safeParse(given);
  return read.success ? read.data : null;
}
