/** Runs a change, says what happened, and looks again at what it touched. */
import { sentenceOf } from './problem.ts';
import { queryClient } from './queries.ts';
import { toasts } from './toast.svelte.ts';

/** True when it went through. */
export async function act(work: () => Promise<unknown>, said: string, key: string): Promise<boolean> {
  try {
    await work();
    toasts.show(said);
    return true;
  } catch (error) {
    toasts.problem(sentenceOf(error));
    return false;
  } finally {
    void queryClient.invalidateQueries({ queryKey: [key] });
  }
}
