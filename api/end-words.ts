/** Pure: why an enrolment ended, as a sentence. Stored as `end`, `stopped`, `exit:<event>`, `goal:<event>` or `left:<why>`. */
import { eventWords } from '../engine/events/words.ts';
import { exitByCondition } from '../engine/run/leaving.ts';

export function endInWords(reason: string | null): string | null {
  if (reason === null) return null;
  const [kind, type = ''] = reason.split(/:(.*)/s);
  if (kind === 'end') return 'Came to the end';
  if (kind === 'left') return type;
  if (kind === 'stopped') return 'Stopped by hand';
  if (kind === exitByCondition) return 'Left the flow: its condition for leaving held';
  if (kind === 'merged') return 'Another record of the same person was already in this flow';
  if (kind === 'exit') return `Left the flow: ${eventWords(type).happened.toLowerCase()}`;
  if (kind === 'goal') return `Reached the goal: ${eventWords(type).happened.toLowerCase()}`;
  return reason;
}
