/** Pure: the cycles of a graph, as its strongly connected components (Tarjan, without recursion). */

/**
 * Each set of nodes that stand in cycles with each other; a node alone only if it leads to itself.
 * `next` lists a node's successors; ids it names that are not in `ids` are ignored.
 */
export function cyclesOf(ids: readonly string[], next: (id: string) => readonly string[]): string[][] {
  const known = new Set(ids);
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const cycles: string[][] = [];

  for (const root of ids) {
    if (order.has(root)) continue;
    const path: { id: string; successors: readonly string[]; at: number }[] = [];
    const enter = (id: string) => {
      order.set(id, order.size);
      low.set(id, order.size - 1);
      open.push(id);
      isOpen.add(id);
      path.push({ id, successors: next(id), at: 0 });
    };
    enter(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const successor = top.successors[top.at++];
      if (successor !== undefined) {
        if (!known.has(successor)) continue;
        if (!order.has(successor)) enter(successor);
        else if (isOpen.has(successor))
          low.set(top.id, Math.min(low.get(top.id) ?? 0, order.get(successor) ?? 0));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent) low.set(parent.id, Math.min(low.get(parent.id) ?? 0, low.get(top.id) ?? 0));
      if (low.get(top.id) !== order.get(top.id)) continue;
      const members = open.splice(open.lastIndexOf(top.id));
      for (const member of members) isOpen.delete(member);
      if (members.length > 1 || next(top.id).includes(top.id)) cycles.push(members);
    }
  }
  return cycles;
}
