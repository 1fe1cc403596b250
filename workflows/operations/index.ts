/** Every kind of operation. */
import { enrol } from './enrol.ts';
import { move } from './move.ts';
import type { OperationHandlers } from './operation.ts';
import { repair } from './repair.ts';
import { undo } from './undo.ts';

export const operations = { move, undo, repair, enrol } satisfies OperationHandlers;
