/** Pure: what a slow listener has yet to be told, each thing once and never more than a page could want to know. */
import type { LiveChange } from './contract/live.ts';

/** Things of one topic that are told one by one; more of them become "everything of this topic". */
const mostOfATopic = 200;

export interface PendingChanges {
  readonly size: number;
  add(change: LiveChange): void;
  /** Hands over what there is and starts anew. */
  take(): LiveChange[];
}

export function pendingChanges(): PendingChanges {
  let topics = new Map<LiveChange['topic'], Set<string>>();
  return {
    get size() {
      return topics.size;
    },
    add({ topic, id }) {
      const ids = topics.get(topic) ?? new Set<string>();
      topics.set(topic, ids);
      if (ids.has('*')) return;
      if (id !== '*' && ids.size < mostOfATopic) ids.add(id);
      else topics.set(topic, new Set(['*']));
    },
    take() {
      const taken = [...topics].flatMap(([topic, ids]) => [...ids].map((id) => ({ topic, id })));
      topics = new Map();
      return taken;
    },
  };
}
