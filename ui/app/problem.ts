/** What the API refuses, for people: the sentence to show, and the sentence of one field. */
import { ApiProblem } from '../../api/client.ts';
import { texts } from '../texts.ts';

export { ApiProblem };

/** The API's messages begin in the middle of a sentence about their field: `is not an email address`. */
function wholeSentence(message: string): string {
  const said = /^(is|are|must|needs|has|does)\b/.test(message) ? `This ${message}` : message;
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.!?]$/.test(said) ? '' : '.'}`;
}

/** The sentence for anything thrown; where the API names several faults, each of them. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiProblem)) return texts.problems.unexpected;
  const named = error.document.errors ?? [];
  return named.length > 0 ? named.map((one) => wholeSentence(one.message)).join(' ') : error.message;
}

/** The sentence that the API has for one input, if any. Paths are dotted. */
export const fieldSentence = (error: unknown, path: string): string | undefined => {
  const found =
    error instanceof ApiProblem ? error.document.errors?.find((one) => one.path === path) : undefined;
  return found && wholeSentence(found.message);
};

/** True when every input at fault is named, so that nothing is left to say above the form. */
export const isAllInFields = (error: unknown, paths: string[]): boolean =>
  error instanceof ApiProblem &&
  (error.document.errors?.length ?? 0) > 0 &&
  (error.document.errors ?? []).every((one) => paths.includes(one.path));
