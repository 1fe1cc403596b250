/** `npm run docs`: writes the reference part of `docs/flows.md` anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.ts';
import { renewed } from './flow-docs.ts';

const path = join(root, 'docs/flows.md');
writeFileSync(path, renewed(readFileSync(path, 'utf8')));
