/** What could not be saved, kept on this device until it can be: whoever leaves the page loses nothing. */
import { type Graph, graphSchema } from '../../../engine/flow/schema.ts';

export interface KeptDraft {
  /** The server's revision that the edit started from. */
  revision: number;
  graph: Graph;
  /** What the server had then; absent in what an older version of this page kept. */
  base?: Graph | undefined;
}

const keyOf = (flowId: string) => `tendril-draft-${flowId}`;

export function keepDraft(flowId: string, draft: KeptDraft): void {
  try {
    localStorage.setItem(keyOf(flowId), JSON.stringify(draft));
  } catch {
    // Storage may be full or switched off: then the page itself is all there is.
  }
}

export function keptDraft(flowId: string): KeptDraft | null {
  try {
    const { revision, graph, base } = JSON.parse(localStorage.getItem(keyOf(flowId)) ?? 'null') ?? {};
    const read = graphSchema.safeParse(graph);
    if (!Number.isInteger(revision) || !read.success) return null;
    return { revision, graph: read.data, base: graphSchema.safeParse(base).data };
  } catch {
    return null;
  }
}

export function forgetDraft(flowId: string): void {
  try {
    localStorage.removeItem(keyOf(flowId));
  } catch {
    // Nothing was kept where nothing can be.
  }
}
