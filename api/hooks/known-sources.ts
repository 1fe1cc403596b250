/** Sources by their key, with the secret opened: looked up once, then kept for a few seconds. */
import type { Db } from '../../db/connect.ts';
import { sourceByKey } from '../../db/queries/sources.ts';
import type { Secrets } from '../../db/secrets.ts';

export interface KnownSource {
  id: string;
  kind: 'greenhouse' | 'generic';
  secret: string;
}

export interface KnownSources {
  /** Null: no source has this key. */
  find(key: string): Promise<KnownSource | null>;
  /** What is known may have changed. */
  forget(): void;
}

/** How long another process may still take an old secret. */
const keptMs = 5000;
const most = 1000;

export function knownSources(db: Db, secrets: Secrets): KnownSources {
  const known = new Map<string, { until: number; source: KnownSource }>();
  return {
    async find(key) {
      const held = known.get(key);
      // A lease on memory, so real time: an injected clock may stand still.
      if (held && held.until > performance.now()) return held.source;
      const found = await sourceByKey(db, key);
      // Unknown keys are not kept: guessing them must not fill the memory.
      if (!found) {
        known.delete(key);
        return null;
      }
      if (known.size >= most) known.clear();
      const source = { id: found.id, kind: found.kind, secret: secrets.open(found.secretSealed) };
      known.set(key, { until: performance.now() + keptMs, source });
      return source;
    },
    forget: () => known.clear(),
  };
}
