/** Pure: what a flow file needs of a workspace that takes it, what there is of that, and what becomes of each by default. */
import { fold } from '../conditions/fold.ts';
import type { TemplateFile } from '../templates/file.ts';
import { type Named, type ReferenceKind, type References, referencesOf } from './portable.ts';
import type { Graph } from './schema.ts';

/** `found`: what is there is used; `new`: it is made; `leave`: the place stays as it is, and the draft says so. */
export const takes = ['found', 'new', 'leave'] as const;
export type Take = (typeof takes)[number];

export interface Need {
  kind: ReferenceKind;
  /** As the file has it. */
  name: string;
  /** What the workspace has under that name. */
  found: Named[];
  /** A template whose text is in the file; a pool is made of its name alone. */
  canMake: boolean;
}

export interface Choice {
  kind: ReferenceKind;
  name: string;
  take: Take;
  /** Which of what was found; absent: the first. */
  id?: string | undefined;
}

/** Characters: what a pool may be called. */
const longestName = 200;
const mayBeCalled = (name: string): boolean =>
  name.trim() === name && name !== '' && name.length <= longestName && !isId(name);

const isId = (name: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(name);

/** Everything that the flow names, each once, in the order in which it comes up. */
export function needsOf(graph: Graph, templates: readonly TemplateFile[], known: References): Need[] {
  const needs = referencesOf(graph).map(({ kind, reference: name }): Need => {
    const all = known[kind] ?? [];
    const byId = all.filter((one) => one.id === name);
    const found = byId.length > 0 ? byId : all.filter((one) => fold(one.name) === fold(name));
    const canMake =
      kind === 'template' ? textOf(templates, name) !== null : kind === 'pool' && mayBeCalled(name);
    return { kind, name, found: [...found], canMake };
  });
  return [...new Map(needs.map((need) => [`${need.kind} ${fold(need.name)}`, need])).values()];
}

export const textOf = (templates: readonly TemplateFile[], name: string): TemplateFile | null =>
  templates.find((template) => fold(template.name) === fold(name)) ?? null;

/** What is there is used, what is not is made; of several of the same name somebody has to choose. */
export function usualTake({ found, canMake }: Pick<Need, 'found' | 'canMake'>): Take {
  if (found.length === 1) return 'found';
  return found.length === 0 && canMake ? 'new' : 'leave';
}

/** The choice made for it, as far as it can be had, or what is usual. */
export function takeOf(need: Need, choices: readonly Choice[]): { take: Take; id: string | null } {
  const made = choices.find((one) => one.kind === need.kind && fold(one.name) === fold(need.name));
  const first = need.found[0]?.id ?? null;
  const chosen = made?.id === undefined ? first : (need.found.find((one) => one.id === made.id)?.id ?? null);
  if (made?.take === 'found' && chosen !== null) return { take: 'found', id: chosen };
  if (made?.take === 'new' && need.canMake) return { take: 'new', id: null };
  if (made?.take === 'leave') return { take: 'leave', id: null };
  const take = usualTake(need);
  return { take, id: take === 'found' ? first : null };
}

/** “Thank you”, or “Thank you (2)” where that is taken. */
export function freeName(name: string, isTaken: (name: string) => boolean, longest = longestName): string {
  for (let n = 1; ; n++) {
    const mark = n === 1 ? '' : ` (${n})`;
    const tried = `${name.slice(0, longest - mark.length).trimEnd()}${mark}`;
    if (!isTaken(tried)) return tried;
  }
}
