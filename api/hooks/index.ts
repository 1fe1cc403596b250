/** The kinds of source there are. */
import type { HookAdapter } from './adapter.ts';
import { generic } from './generic.ts';
import { greenhouse } from './greenhouse.ts';

export const sourceAdapters: Record<'greenhouse' | 'generic', HookAdapter> = { greenhouse, generic };
