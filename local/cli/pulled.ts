/** What the server had when this folder last pulled or pushed, as `.pulled.json` keeps it. */
import { createHash } from 'node:crypto';

/** A flow or a template, by the name that its file has. */
export interface PulledOne {
  /** Null: written by a version that knew flows by their names alone. */
  id: string | null;
  /** A draft's revision, a template's version. */
  revision: number;
  /** The mark of what the file said then, which tells whether it has been edited since. Null: nobody knows. */
  file: string | null;
}

export interface Pulled {
  flows: Record<string, PulledOne>;
  templates: Record<string, PulledOne>;
}

export const markOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

type Stored = Record<string, number | Partial<PulledOne>>;

const isNested = (found: object): found is { flows: Stored; templates: Stored } =>
  'flows' in found &&
  'templates' in found &&
  typeof found.flows === 'object' &&
  !('revision' in Object(found.flows));

/** Older folders remember flows alone, and of some their revisions alone. */
export function readPulled(found: object): Pulled {
  const { flows, templates } = isNested(found) ? found : { flows: found as Stored, templates: {} };
  return { flows: each(flows), templates: each(templates) };
}

const each = (stored: Stored): Record<string, PulledOne> =>
  Object.fromEntries(
    Object.entries(stored).map(([name, one]) => [
      name,
      typeof one === 'number'
        ? { id: null, revision: one, file: null }
        : { id: one.id ?? null, revision: one.revision ?? 0, file: one.file ?? null },
    ]),
  );

/** By name, so that a change of one is a change of its lines. */
export function pulledFile({ flows, templates }: Pulled): string {
  const inOrder = (all: Record<string, PulledOne>) =>
    Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ flows: inOrder(flows), templates: inOrder(templates) }, null, 2)}\n`;
}

/** What is remembered of this very flow or template; undefined: nothing, or something of another that had the name. */
export const baseOf = (all: Record<string, PulledOne>, name: string, id: string): PulledOne | undefined => {
  const base = Object.hasOwn(all, name) ? all[name] : undefined;
  return base && (base.id === null || base.id === id) ? base : undefined;
};
