/** A pool as a form writes it: name, purpose, and who belongs in it. */
import type { Condition } from '../../../engine/conditions/condition.ts';

interface Given {
  name: string;
  description: string;
  condition: Condition | null;
}

export class PoolDraft {
  name = $state('');
  description = $state('');
  kind = $state<'hand' | 'condition'>('hand');
  /** Undefined: not begun. Kept while one looks at the other kind. */
  condition = $state.raw<Condition | undefined>(undefined);

  constructor(given?: Given) {
    this.name = given?.name ?? '';
    this.description = given?.description ?? '';
    this.condition = given?.condition ?? undefined;
    this.kind = given?.condition ? 'condition' : 'hand';
  }

  /** Chosen by a condition that asks nothing yet. */
  get isUnfinished(): boolean {
    return this.kind === 'condition' && this.condition === undefined;
  }

  get written(): Given {
    return {
      name: this.name,
      description: this.description,
      condition: this.kind === 'condition' ? (this.condition ?? null) : null,
    };
  }
}
