/** Pure: a template read once: its variables, and the parsed Liquid of its subject, HTML and text. */
import { AssertionError, LiquidError, type Template } from 'liquidjs';
import { htmlLiquid, textLiquid } from './liquid.ts';
import { fromMarkdown } from './markdown.ts';
import { holdToBeFilled, outputsIn, plainPath, shownBy } from './outputs.ts';
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

/** By its text: whoever loads a template again and again, mail by mail, still fills the same few. The oldest makes room. */
const remembered = new Map<string, ReadTemplate>();
const mostRemembered = 200;

/** @throws {TemplateProblem} when it cannot be read. */
export function readTemplate({ subject, body }: TemplateText): ReadTemplate {
  const key = `${subject}\0${body}`;
  const known = remembered.get(key);
  if (known) return known;
  const read = parse(subject, body);
  const [oldest] = remembered.keys();
  if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest);
  remembered.set(key, read);
  return read;
}

function parse(subject: string, body: string): ReadTemplate {
  try {
    const { html, text } = fromMarkdown(body);
    const parsed = {
      subject: textLiquid.parse(subject),
      html: htmlLiquid.parse(html),
      text: textLiquid.parse(text),
    };
    const asked = [...parsed.subject, ...parsed.html];
    const paths = [...new Set(textLiquid.globalFullVariablesSync(asked).map(plainPath))];
    // The loop variable of a `for` is no variable of ours.
    const variables = variablesIn(asked, `${subject}\n${body}`).filter(({ path }) => paths.includes(path));
    holdToBeFilled(textLiquid, parsed.subject);
    holdToBeFilled(htmlLiquid, parsed.html);
    holdToBeFilled(textLiquid, parsed.text);
    return { ...parsed, paths, unknown: paths.filter((path) => !findVariable(path)), variables };
  } catch (error) {
    throw asTemplateProblem(error);
  }
}

function variablesIn(templates: readonly Template[], source: string): UsedVariable[] {
  const asked = [...source.matchAll(/\{%-?([\s\S]*?)-?%\}/g)].map((match) => match[1] ?? '').join(' ');
  const used = new Map<string, UsedVariable>();
  for (const output of outputsIn(templates)) {
    const { path, fallback, open } = shownBy(output);
    if (path === null) continue;
    // One place without a fallback is enough to leave a gap.
    if (!used.has(path) || open)
      used.set(path, { path, fallback: open ? null : fallback, guarded: asked.includes(path) });
  }
  return [...used.values()];
}

export function asTemplateProblem(error: unknown): TemplateProblem {
  if (error instanceof TemplateProblem) return error;
  // The parser and Markdown go down into what is nested, and the stack ends somewhere.
  if (error instanceof RangeError) return new TemplateProblem('It is nested too deeply.');
  if (error instanceof AssertionError) return new TemplateProblem(`${error.message}.`);
  if (!LiquidError.is(error)) throw error;
  if (error.originalError instanceof TemplateProblem) return error.originalError;
  const message = error.message.replace(/, (file|line):?.*$/s, '');
  const variable = /undefined variable: (\S+)/.exec(message)?.[1] ?? null;
  return new TemplateProblem(variable ? `“${variable}” does not exist.` : `${message}.`, variable);
}
