/** Pure: Liquid as templates may use it: no files, no clock, no randomness, no way round the escaping. */
import { type Filter, Liquid, Token, TypeGuards, toValue } from 'liquidjs';
import { dateInWords } from './date.ts';
import { TemplateProblem } from './template-problem.ts';

type FilterArg = Filter['args'][number];

const tags = new Set(['if', 'unless', 'case', 'for', 'break', 'continue', 'comment', '#']);
const filters = new Set([
  'default',
  'upcase',
  'downcase',
  'capitalize',
  'strip',
  'truncate',
  'truncatewords',
  'append',
  'prepend',
  'replace',
  'remove',
  'split',
  'join',
  'first',
  'last',
  'size',
  'sort',
  'uniq',
  'reverse',
  'url_encode',
  'plus',
  'minus',
  'times',
  'round',
  'floor',
  'ceil',
]);

const html: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => html[character] ?? character);

const asText = (given: unknown): string => {
  // `nil`, `empty` and `blank` are objects to Liquid.
  const value = toValue(given);
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.map(asText).join(', ') : String(value);
};

const isBlank = (value: unknown): boolean => asText(value).trim() === '';

function engine(outputEscape?: (value: unknown) => string): Liquid {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    jsTruthy: true,
    parseLimit: 200_000,
    memoryLimit: 2_000_000,
    templates: {},
    outputEscape: outputEscape ?? asText,
  });
  for (const name of Object.keys(liquid.tags)) if (!tags.has(name)) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) if (!filters.has(name)) liquid.unregisterFilter(name);
  liquid.registerFilter('filled', filled);
  // A zero is a number like any other; a “no” gives way, as everywhere in Liquid.
  liquid.registerFilter('default', (value: unknown, fallback: unknown) =>
    value === false || isBlank(value) ? fallback : value,
  );
  for (const name of ['append', 'prepend'] as const)
    liquid.registerFilter(name, function (value: unknown, more: unknown) {
      const [text, word] = [asText(value), wordFrom(more, this.token.args[0])];
      this.context.memoryLimit.use(text.length + word.length);
      return name === 'append' ? text + word : word + text;
    });
  liquid.registerFilter('date', function (value: unknown, format: unknown) {
    const { zone } = this.context.environments as { zone?: unknown };
    return dateInWords(
      value,
      typeof format === 'string' ? format : '%-d %B %Y',
      typeof zone === 'string' ? zone : 'UTC',
    );
  });
  return liquid;
}

/** Put behind every output that declares no fallback: an empty one stops the message instead of leaving a gap. */
function filled(value: unknown, path: unknown): unknown {
  if (!isBlank(value)) return value;
  throw new TemplateProblem(
    `“${String(path)}” is empty, and the template says nothing to put instead.`,
    String(path),
  );
}

/** What a filter adds: a variable among it has to be filled, too. */
function wordFrom(value: unknown, written: FilterArg | undefined): string {
  const isVariable = written instanceof Token && TypeGuards.isPropertyAccessToken(written);
  return asText(isVariable ? filled(value, written.getText()) : value);
}

/** Each output's value is escaped as it goes in. */
export const htmlLiquid = engine((value) => escapeHtml(asText(value)));
export const textLiquid = engine();
/** Each value as one part of an address. */
export const urlLiquid = engine((value) => encodeURIComponent(asText(value).toWellFormed()));
