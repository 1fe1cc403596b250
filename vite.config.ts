/** How the web app is built and served in development. The API serves `dist/ui` afterwards. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';

const api = process.env.API_URL ?? 'http://127.0.0.1:3000';

const outDir = fileURLToPath(new URL('dist/ui', import.meta.url));

/** Lays a .br and a .gz beside each text, once, so that no request pays for it. Fonts come compressed. */
const compressed = (): Plugin => ({
  name: 'tendril:compressed',
  apply: 'build',
  async closeBundle() {
    const names = await readdir(outDir, { recursive: true });
    await Promise.all(
      names
        .filter((name) => /\.(js|css|svg)$/.test(name))
        .map(async (name) => {
          const file = join(outDir, name);
          const text = await readFile(file);
          await writeFile(`${file}.br`, await promisify(brotliCompress)(text));
          await writeFile(`${file}.gz`, await promisify(gzip)(text, { level: 9 }));
        }),
    );
  },
});

export default defineConfig({
  root: fileURLToPath(new URL('ui', import.meta.url)),
  plugins: [
    svelte({ configFile: fileURLToPath(new URL('svelte.config.js', import.meta.url)) }),
    tailwindcss(),
    compressed(),
  ],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2023',
    chunkSizeWarningLimit: 700,
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(['/api', '/hooks', '/u/', '/healthz'].map((path) => [path, { target: api }])),
  },
});
