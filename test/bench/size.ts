/** What a browser loads: the built app's static closure, and what opening the flow editor adds. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseAst } from 'vite';
import { root } from '../../local/paths.ts';
import { buildUi } from '../../local/ui-build.ts';
import { atMost, type Bench, noted, type Row } from './report.ts';

const built = join(root, 'dist', 'ui');
const kilobyte = 1024;

/** A script and everything that it imports at once, as absolute paths. */
function closureOf(script: string, seen = new Set<string>()): Set<string> {
  if (seen.has(script)) return seen;
  seen.add(script);
  for (const statement of parseAst(readFileSync(script, 'utf8')).body) {
    if (!('source' in statement) || !statement.source) continue;
    const { value } = statement.source as { value: string };
    closureOf(resolve(dirname(script), value), seen);
  }
  return seen;
}

/** What the page names itself: scripts, what they import, style sheets, and the page. */
function firstLoad(): Set<string> {
  const page = join(built, 'index.html');
  const files = new Set([page]);
  for (const [, path = ''] of readFileSync(page, 'utf8').matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)) {
    const file = join(built, path);
    for (const needed of path.endsWith('.js') ? closureOf(file) : [file]) files.add(needed);
  }
  return files;
}

/** A page's own script with what it imports, and its style sheet, without what is there already. */
function pageLoad(name: string, already: ReadonlySet<string>): string[] {
  const assets = join(built, 'assets');
  // Without their compressed copies, which the build lays beside them.
  const own = readdirSync(assets).filter((file) => file.startsWith(`${name}-`) && /\.(js|css)$/.test(file));
  if (own.length === 0) throw new Error(`The app has no chunk of its own for ${name}.`);
  const files = own.flatMap((file) => {
    const path = join(assets, file);
    return file.endsWith('.js') ? [...closureOf(path)] : [path];
  });
  return [...new Set(files)].filter((file) => !already.has(file));
}

const kilobytes = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0) / kilobyte;

async function weighing(): Promise<Row[]> {
  await buildUi(() => {});
  if (!existsSync(join(built, 'index.html'))) throw new Error('The web app is not built.');
  const first = firstLoad();
  return [
    atMost('first load of the UI, gzip', kilobytes(first), 250, 'KB', ''),
    noted('the page “Today” on top, gzip', kilobytes(pageLoad('TodayPage', first)), 'KB'),
    noted('the candidates list on top, gzip', kilobytes(pageLoad('CandidatesPage', first)), 'KB'),
    atMost('the flow editor on top, gzip', kilobytes(pageLoad('FlowPage', first)), 350, 'KB', ''),
  ];
}

export const size: Bench = {
  name: 'size',
  about: 'what a browser loads before it shows anything, and for the flow editor',
  run: weighing,
};
