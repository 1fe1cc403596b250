/** Pure: the outputs of a parsed template: what each shows, and what it says to put where that is empty. */
import {
  evalQuotedToken,
  type Filter,
  type Liquid,
  Output,
  type Template,
  Token,
  TypeGuards,
  toValueSync,
} from 'liquidjs';

export interface Shown {
  /** The variable that it starts from, such as `candidate.firstName`; null: something else. */
  path: string | null;
  /** What to put where it is empty, as written; null: nothing was said. */
  fallback: string | null;
  /** True: it can come to nothing, for its fallback is another variable or there is none. */
  open: boolean;
}

/** Also those within conditions and loops, in order. */
export function* outputsIn(templates: readonly Template[]): Generator<Output> {
  for (const each of templates) {
    if (each instanceof Output) yield each;
    else if (each.children) yield* outputsIn(toValueSync(each.children(false, true)) as Template[]);
  }
}

export function shownBy(output: Output): Shown {
  const { initial, filters } = output.value;
  const [start, ...more] = initial.postfix;
  const fallback = filters.findLast((filter) => filter.name === 'default')?.args[0];
  const said = fallback instanceof Token ? fallback : null;
  return {
    path: start && more.length === 0 ? pathOf(start) : null,
    fallback: said && (TypeGuards.isQuotedToken(said) ? evalQuotedToken(said) : said.getText()),
    open: said === null || TypeGuards.isPropertyAccessToken(said),
  };
}

/** `candidate.tags`, however it is written and whichever of them is asked for; null for a literal or a computed name. */
function pathOf(token: Token): string | null {
  if (!TypeGuards.isPropertyAccessToken(token) || token.variable) return null;
  const names: string[] = [];
  for (const part of token.props) {
    if (TypeGuards.isNumberToken(part)) break;
    if (TypeGuards.isQuotedToken(part)) names.push(evalQuotedToken(part));
    else if (TypeGuards.isWordToken(part)) names.push(part.content);
    else return null;
  }
  return asPath(names);
}

const listPart = /\.(size|first|last)$|\[\d+\]/g;

/** As Liquid's own analysis writes it: a name that is no plain word stands in brackets. */
function asPath(names: readonly string[]): string {
  const [root = '', ...rest] = names;
  return plainPath(root + rest.map((name) => (/^[\w-]+$/.test(name) ? `.${name}` : `['${name}']`)).join(''));
}

/** Without what only counts or picks from a list. */
export const plainPath = (path: string): string => path.replace(listPart, '');

/**
 * Every output that starts from a variable and may come to nothing is held to be filled: what it comes to in the
 * end and, unless a fallback is at hand, the variable itself, or a word put behind it would hide the gap.
 */
export function holdToBeFilled(liquid: Liquid, templates: readonly Template[]): void {
  for (const output of outputsIn(templates)) {
    const { path, fallback, open } = shownBy(output);
    if (path === null || !open) continue;
    const filled = filledFilter(liquid, path);
    // Before the last one, which escapes.
    output.value.filters.splice(-1, 0, filled);
    if (fallback === null) output.value.filters.unshift(filled);
  }
}

function filledFilter(liquid: Liquid, path: string): Filter {
  const [made] = liquid.parse(`{{ 0 | filled: "${path.replaceAll('"', '')}" }}`);
  const filter = made instanceof Output ? made.value.filters[0] : undefined;
  if (!filter) throw new TypeError('liquidjs parses outputs differently');
  return filter;
}
