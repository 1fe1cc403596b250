#!/usr/bin/env node
/** `npx tendril …`: hands over to `local/cli/main.ts` on the project's own Node, remembering where it was called. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
process.env.TENDRIL_CALLED_IN = process.cwd();
process.argv = [process.argv[0], join(here, 'install.mjs'), 'local/cli/main.ts', ...process.argv.slice(2)];
await import('./install.mjs');
