/** `npm run docs`: writes the reference part of `docs/flows.md` and its pictures anew. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.ts';
import { renewed, views } from './flow-docs.ts';
import { pictureOf } from './picture.ts';

const path = join(root, 'docs/flows.md');
writeFileSync(path, renewed(readFileSync(path, 'utf8')));

const pictures = join(root, 'docs/flows');
rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures);
for (const [type, view] of views()) writeFileSync(join(pictures, `${type}.svg`), pictureOf(view));
