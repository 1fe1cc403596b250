/** Pure: template and facts → message. */
import type { Facts } from '../facts.ts';
import { fill } from './fill.ts';
import { htmlLiquid, textLiquid } from './liquid.ts';
import { withoutBadLinks } from './markdown.ts';
import { asTemplateProblem, readTemplate, type TemplateText, type UsedVariable } from './read.ts';
import { TemplateProblem } from './template-problem.ts';
import { scopeOf } from './variables.ts';

export interface RenderedMessage {
  subject: string;
  /** A fragment: `footer.ts` makes it a document. */
  html: string;
  text: string;
}

/**
 * Values are escaped and never read as Markdown or Liquid; half a character, as a filter may cut one, is replaced.
 * @throws {TemplateProblem} when the template cannot be read, names a variable that does not exist, or one without a
 *   fallback is empty for this candidate.
 */
export function renderMessage(
  template: TemplateText,
  facts: Facts & { link?: string | null },
): RenderedMessage {
  const read = readTemplate(template);
  const [unknown] = read.unknown;
  if (unknown !== undefined) throw new TemplateProblem(`“${unknown}” does not exist.`, unknown);
  const scope = scopeOf(facts, read.paths);
  try {
    return {
      subject: fill(textLiquid, read.subject, scope).replace(/\s+/g, ' ').trim().toWellFormed(),
      html: withoutBadLinks(fill(htmlLiquid, read.html, scope))
        .trim()
        .toWellFormed(),
      text: fill(textLiquid, read.text, scope)
        .replace(/\n{3,}/g, '\n\n')
        .trim()
        .toWellFormed(),
    };
  } catch (error) {
    throw asTemplateProblem(error);
  }
}

/** The variables that it puts in, each once, with what to put where one is empty. @throws {TemplateProblem} when it cannot be read. */
export function variablesOf(template: TemplateText): UsedVariable[] {
  return readTemplate(template).variables;
}

/** The paths it reads that do not exist. @throws {TemplateProblem} when it cannot be read. */
export function unknownVariables(template: TemplateText): string[] {
  return readTemplate(template).unknown;
}
