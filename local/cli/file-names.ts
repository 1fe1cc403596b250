/** Pure: what the files of flows and templates are called, so that each name has its own and always the same. */
import { createHash } from 'node:crypto';
import { fold } from '../../engine/conditions/fold.ts';

/** Bytes, without the ending. File systems take 255; editors and git put something of theirs behind. */
const longest = 200;

const slugOf = (name: string): string =>
  fold(name)
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '') || 'flow';

const fits = (slug: string): boolean => Buffer.byteLength(slug) <= longest;

/** The slug, as much of it as fits, and a mark that no other name has. */
function marked(name: string): string {
  const mark = `-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  let cut = '';
  for (const character of slugOf(name)) {
    if (!fits(`${cut}${character}${mark}`)) break;
    cut += character;
  }
  return `${cut.replace(/-$/, '')}${mark}`;
}

/** "Silver medallists" → `silver-medallists`; one that is too long, or whose slug another of `names` has, is marked. */
export function stemFor(name: string, names: readonly string[]): string {
  const slug = slugOf(name);
  const isShared = names.some((other) => other !== name && slugOf(other) === slug);
  return isShared || !fits(slug) ? marked(name) : slug;
}

/** Every stem that a name's file can have had. */
export const stemsOf = (name: string): string[] => [slugOf(name), marked(name)].filter(fits);
