/** Runs a change, says what happened with the way back, and looks again at what it touched. A refusal offers another try. */
import { texts } from '../texts.ts';
import { sentenceOf } from './problem.ts';
import { queryClient } from './queries.ts';
import { toasts } from './toast.svelte.ts';

/**
 * True when it went through.
 * @param key the first part of the query keys that it touches.
 * @param undo the way back, where there is one.
 */
export async function act(
  work: () => Promise<unknown>,
  said: string,
  key: string,
  undo?: () => void,
): Promise<boolean> {
  try {
    await work();
    toasts.show(said, undo && { label: texts.common.undo, run: undo });
    return true;
  } catch (error) {
    toasts.problem(sentenceOf(error), {
      label: texts.problems.retry,
      run: () => void act(work, said, key, undo),
    });
    return false;
  } finally {
    void queryClient.invalidateQueries({ queryKey: [key] });
  }
}
