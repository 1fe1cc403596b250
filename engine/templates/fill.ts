/**
 * Pure: a parsed template filled in, within bounds: a loop in a loop in a loop must not hold up everyone else.
 * Counted in parts and characters, never in time, so that the same facts always come to the same.
 */
import { Context, type Emitter, type Liquid, type Template, toValueSync } from 'liquidjs';
import { TemplateProblem } from './template-problem.ts';

/** Outputs, tags and stretches of text, each as often as a loop comes by. */
const mostParts = 20_000;
/** Characters of one message, more than twice the longest template. */
const longest = 250_000;

class Paper implements Emitter {
  buffer = '';
  write(part: unknown): void {
    this.buffer += String(part);
    if (this.buffer.length > longest) throw new TemplateProblem('The message becomes too long.');
  }
}

/** @throws {TemplateProblem} when it takes too much; what Liquid itself throws for anything else. */
export function fill(liquid: Liquid, template: readonly Template[], scope: object): string {
  let parts = 0;
  const check = () => {
    if (++parts > mostParts) throw new TemplateProblem('The template’s loops go round too often.');
  };
  const context = new Context(scope, liquid.options, { sync: true });
  // Liquid asks this before each part; its own answer would depend on how fast the machine is.
  context.renderLimit.check = check;
  const paper = new Paper();
  toValueSync(liquid.renderer.renderTemplates([...template], context, paper));
  return paper.buffer;
}
