/** Pure: a template read once: its variables, and the parsed Liquid of its subject, HTML and text. */
import { LiquidError, type Template } from 'liquidjs';
import { htmlLiquid, textLiquid } from './liquid.ts';
import { fromMarkdown } from './markdown.ts';
import { TemplateProblem } from './template-problem.ts';
import { findVariable } from './variables.ts';

export interface TemplateText {
  subject: string;
  /** Markdown with Liquid. */
  body: string;
}

export interface UsedVariable {
  path: string;
  /** What to put where it is empty; null: nothing was said. */
  fallback: string | null;
  /** True: the template asks whether it is there, so an empty one may be meant. */
  guarded: boolean;
}

export interface ReadTemplate {
  subject: Template[];
  html: Template[];
  text: Template[];
  variables: UsedVariable[];
  /** Every path that it reads, in outputs and in tags alike. */
  paths: string[];
  /** Those of them that do not exist. */
  unknown: string[];
}

const output = /\{\{-?([\s\S]*?)-?\}\}/g;
const defaultFilter = /\|\s*default\s*:\s*(?:"([^"]*)"|'([^']*)'|([^|]+))/;
const listPart = /\.(size|first|last|\d+)$|\[\d+\]$/;

/** Remembered by the object it came in, for a flow fills the same few templates again and again. */
const remembered = new WeakMap<TemplateText, TemplateText & { read: ReadTemplate }>();

/** @throws {TemplateProblem} when it cannot be read. */
export function readTemplate(template: TemplateText): ReadTemplate {
  const { subject, body } = template;
  const known = remembered.get(template);
  if (known && known.subject === subject && known.body === body) return known.read;
  const read = parse(subject, body);
  remembered.set(template, { subject, body, read });
  return read;
}

function parse(subject: string, body: string): ReadTemplate {
  const { html, text } = fromMarkdown(guard(body));
  try {
    const parsed = {
      subject: textLiquid.parse(guard(subject)),
      html: htmlLiquid.parse(html),
      text: textLiquid.parse(text),
    };
    const asked = [...parsed.subject, ...parsed.html];
    const paths = [
      ...new Set(textLiquid.globalFullVariablesSync(asked).map((path) => path.replace(listPart, ''))),
    ];
    // The loop variable of a `for` is no variable of ours.
    const variables = variablesIn(`${subject}\n${body}`).filter(({ path }) => paths.includes(path));
    return { ...parsed, paths, unknown: paths.filter((path) => !findVariable(path)), variables };
  } catch (error) {
    throw asTemplateProblem(error);
  }
}

/** Every output without a fallback of its own has to be filled. */
function guard(source: string): string {
  return source.replace(output, (whole, inner: string) => {
    const path = pathOf(inner);
    if (defaultFilter.test(inner) || path === null) return whole;
    return `{{ ${inner.trim()} | filled: "${path}" }}`;
  });
}

/** The variable that an output starts from; null where it starts from a literal. */
function pathOf(inner: string): string | null {
  const start = inner.split('|')[0]?.trim() ?? '';
  return /^[A-Za-z_][\w.[\]-]*$/.test(start) ? start : null;
}

function variablesIn(source: string): UsedVariable[] {
  const asked = [...source.matchAll(/\{%-?([\s\S]*?)-?%\}/g)].map((match) => match[1] ?? '').join(' ');
  const used = new Map<string, UsedVariable>();
  for (const [, inner = ''] of source.matchAll(output)) {
    const path = pathOf(inner)?.replace(listPart, '');
    if (!path) continue;
    const fallback = defaultFilter.exec(inner);
    const said = fallback ? (fallback[1] ?? fallback[2] ?? fallback[3] ?? '').trim() : null;
    const before = used.get(path);
    // One place without a fallback is enough to leave a gap.
    if (!before || said === null) used.set(path, { path, fallback: said, guarded: asked.includes(path) });
  }
  return [...used.values()];
}

export function asTemplateProblem(error: unknown): TemplateProblem {
  if (error instanceof TemplateProblem) return error;
  if (!LiquidError.is(error)) throw error;
  if (error.originalError instanceof TemplateProblem) return error.originalError;
  const message = error.message.replace(/, (file|line):?.*$/s, '');
  const variable = /undefined variable: (\S+)/.exec(message)?.[1] ?? null;
  return new TemplateProblem(variable ? `“${variable}” does not exist.` : `${message}.`, variable);
}
