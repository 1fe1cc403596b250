/** What the API refuses, for people: the sentence to show, and the sentence of one field. */
import { ApiProblem } from '../../api/client.ts';
import { texts } from '../texts.ts';

export { ApiProblem };

/** The sentence for anything thrown. */
export const sentenceOf = (error: unknown): string =>
  error instanceof ApiProblem ? error.message : texts.problems.unexpected;

/** The sentence that the API has for one input, if any. Paths are dotted. */
export const fieldSentence = (error: unknown, path: string): string | undefined => {
  const found =
    error instanceof ApiProblem ? error.document.errors?.find((one) => one.path === path) : undefined;
  return found ? found.message.charAt(0).toUpperCase() + found.message.slice(1) : undefined;
};

/** True when every input at fault is named, so that nothing is left to say above the form. */
export const isAllInFields = (error: unknown, paths: string[]): boolean =>
  error instanceof ApiProblem &&
  (error.document.errors?.length ?? 0) > 0 &&
  (error.document.errors ?? []).every((one) => paths.includes(one.path));
