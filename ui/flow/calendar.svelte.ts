/** What recurrence rules come to. Its library is large, so it follows the editor, which says less until it is there. */
import type { Calendar } from '../../engine/flow/world.ts';

class LateCalendar {
  /** Null: on its way. */
  value = $state.raw<Calendar | null>(null);

  async load(): Promise<void> {
    this.value ??= await import('../../engine/time/recurrence.ts');
  }
}

export const calendar = new LateCalendar();
