/** Serves the built UI: hashed assets for ever, everything else by its page. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import type { MiddlewareHandler } from 'hono';
import type { Env } from './env.ts';

/** `root`: the folder of `vite build`, absolute or from the current one. */
export function builtUi(root: string): MiddlewareHandler<Env>[] {
  const files = serveStatic<Env>({
    root,
    // The build lays .br and .gz beside each text.
    precompressed: true,
    onFound: (path, c) => {
      // Vite names what it puts here after its content.
      c.header(
        'cache-control',
        /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
      );
    },
  });
  const page: MiddlewareHandler<Env> = async (c, next) => {
    const ours = /^\/(api|hooks|u|healthz)(\/|$)/.test(c.req.path);
    // A path with an ending names a file, and that file is not there.
    if (ours || c.req.method !== 'GET' || /\.[a-z0-9]{2,5}$/i.test(c.req.path)) return next();
    const index = join(root, 'index.html');
    if (!existsSync(index)) return c.text('The web app has not been built yet: npm run build.', 503);
    return c.html(await readFile(index, 'utf8'), 200, { 'cache-control': 'no-cache' });
  };
  return [files, page];
}
