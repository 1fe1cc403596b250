/** Pure: how heavy an edge is drawn while the traffic overlay is on. */
import type { FlowMetrics } from '../../../api/contract/flows.ts';

const thinnest = 1;
const thickest = 10;

/** Pixels, by the square root of the edge's share of everyone who entered, so that small ways stay visible. */
export function trafficWeight(figures: FlowMetrics | undefined, node: string, port: string): number {
  const passed = figures?.nodes[node]?.ports[port] ?? 0;
  const all = figures?.entered ?? 0;
  return all === 0 || passed === 0
    ? thinnest
    : thinnest + Math.sqrt(Math.min(1, passed / all)) * (thickest - thinnest);
}
