/** The strokes of one icon, from the package that the app draws it with. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** SVG elements within 24 × 24. @throws {Error} when the package has no icon of that name. */
export function iconStrokes(name: string): string {
  const entry = require.resolve(`@lucide/svelte/icons/${name}`);
  const source = readFileSync(join(dirname(entry), `${basename(entry, '.js')}.svelte`), 'utf8');
  const data = /const iconData = (\{.*\});/.exec(source)?.[1];
  if (data === undefined) throw new Error(`The icon “${name}” is not written as it was.`);
  const { node: elements } = JSON.parse(data) as { node: [string, Record<string, string>][] };
  return elements
    .map(
      ([tag, given]) =>
        `<${tag} ${Object.entries(given)
          .map(([key, value]) => `${key}="${value}"`)
          .join(' ')}/>`,
    )
    .join('');
}
