/**
 * Pure: Liquid in a text that stays in the house: a task's title, a note, a field's new value. Colleagues can live with
 * a gap, so a variable that is empty comes to nothing here; one that does not exist is a fault all the same.
 */
import type { Template } from 'liquidjs';
import type { Facts } from '../facts.ts';
import { fill } from './fill.ts';
import { textLiquid } from './liquid.ts';
import { plainPath } from './outputs.ts';
import { asTemplateProblem } from './read.ts';
import { TemplateProblem } from './template-problem.ts';
import { findVariable, scopeOf } from './variables.ts';

interface ReadText {
  parsed: Template[];
  paths: string[];
  unknown: string[];
}

/** A plan fills the same few texts again and again. */
const remembered = new Map<string, ReadText>();
const most = 500;

/** @throws {TemplateProblem} when it cannot be read. */
function readText(source: string): ReadText {
  const known = remembered.get(source);
  if (known) return known;
  try {
    const parsed = textLiquid.parse(source);
    const paths = [...new Set(textLiquid.globalFullVariablesSync(parsed).map(plainPath))];
    const read = { parsed, paths, unknown: paths.filter((path) => !findVariable(path)) };
    if (remembered.size >= most) remembered.clear();
    remembered.set(source, read);
    return read;
  } catch (error) {
    throw asTemplateProblem(error);
  }
}

/** The paths it reads that do not exist. @throws {TemplateProblem} when it cannot be read. */
export const unknownInText = (source: string): string[] => readText(source).unknown;

/** Without space around it. @throws {TemplateProblem} when it cannot be read, or names a variable that does not exist. */
export function fillText(source: string, facts: Facts): string {
  const { parsed, paths, unknown } = readText(source);
  if (unknown[0] !== undefined) throw new TemplateProblem(`“${unknown[0]}” does not exist.`, unknown[0]);
  try {
    return fill(textLiquid, parsed, scopeOf(facts, paths)).trim().toWellFormed();
  } catch (error) {
    throw asTemplateProblem(error);
  }
}
