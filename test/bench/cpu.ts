/** Where the time goes: CPU of a process and of everything it started, as Linux counts it. */
import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts CPU in hundredths of a second, whatever the kernel's own tick is. */
const msPerTick = 10;

interface Counted {
  parent: number;
  /** Its own, and that of children which have ended and were waited for. */
  ms: number;
}

function read(pid: number): Counted | null {
  try {
    // The name may hold spaces and brackets; what follows the last bracket is plain.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const [parent = 0] = fields.slice(1);
    return { parent, ms: fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) * msPerTick };
  } catch {
    return null;
  }
}

/** Milliseconds of CPU that `pid` and its descendants have used so far; null where there is no `/proc`. */
export function cpuOf(pid: number): number | null {
  let pids: number[];
  try {
    pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return null;
  }
  const all = new Map<number, Counted>();
  for (const each of pids) {
    const counted = read(each);
    if (counted) all.set(each, counted);
  }
  if (!all.has(pid)) return null;
  const under = (each: number): boolean => {
    for (let at: number | undefined = each, hops = 0; at !== undefined && hops < 20; hops++) {
      if (at === pid) return true;
      at = all.get(at)?.parent;
    }
    return false;
  };
  let ms = 0;
  for (const [each, counted] of all) if (under(each)) ms += counted.ms;
  return ms;
}
