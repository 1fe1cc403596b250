/** Pure: the kinds of step in the order in which they are offered: family by family, each in its registry's order. */
import { steps } from '../../../engine/steps/index.ts';
import type { Family, StepType, TriggerType } from '../../../engine/steps/step.ts';
import { triggers } from '../../../engine/triggers/index.ts';

type Kind = StepType | TriggerType;

const families: readonly Family[] = ['trigger', 'wait', 'logic', 'action', 'end'];
const kinds: readonly Kind[] = [...Object.values(triggers), ...Object.values(steps)];

/** Every kind of that family. */
export const ofFamily = (family: Family): Kind[] => kinds.filter((kind) => kind.family === family);

/** Every kind there is. */
export const everyKind = (): Kind[] => families.flatMap(ofFamily);

/** What the palette shows at once; it would be a wall of buttons with everything. */
const atHand: Record<Exclude<Family, 'trigger'>, readonly string[]> = {
  wait: ['wait', 'wait-for'],
  logic: ['branch', 'split', 'goal'],
  action: ['send-email', 'move-stage', 'add-to-pool', 'add-tag'],
  end: ['end'],
};

export interface PaletteGroup {
  family: Family;
  shown: Kind[];
  /** There are more of this family than are shown. */
  more: boolean;
}

export const paletteGroups = (): PaletteGroup[] =>
  (Object.keys(atHand) as (keyof typeof atHand)[]).map((family) => {
    const all = ofFamily(family);
    const shown = all.filter((kind) => atHand[family].includes(kind.type));
    return { family, shown, more: all.length > shown.length };
  });
