/** Pure: one candidate's way through a flow, drawn: taken, waiting, forecast, not taken, blocked. */

import { eventWords } from '../../../engine/events/words.ts';
import type { NodeId } from '../../../engine/flow/schema.ts';
import { dateIn, momentIn, zoneName } from '../../app/when.ts';
import type { Decoration } from '../canvas/drawing.ts';
import type { LinePart, NodeView, Way } from '../canvas/look.ts';
import type { RunDetail } from '../server.ts';
import { flowTexts as t } from '../texts.ts';

type Step = RunDetail['steps'][number];
type Forecast = RunDetail['forecast'][number];

const ms = (instant: string): number => Date.parse(instant);

/** `now` in milliseconds. */
export function decorateRun(run: RunDetail, now: number): Decoration {
  const zone = run.candidate.timeZone;
  const current = run.current;
  const last = new Map<NodeId, Step>(run.steps.map((step) => [step.nodeId, step]));
  const coming = new Map<NodeId, Forecast>();
  for (const step of run.forecast) if (!coming.has(step.nodeId)) coming.set(step.nodeId, step);
  const byId = new Map(run.graph.edges.map((edge) => [edge.id, edge]));
  const taken = takenEdges(run);

  const nodeWay = (id: NodeId): Way => {
    if (current?.nodeId === id) return current.problem ? 'blocked' : 'waiting';
    const step = last.get(id);
    if (step) return step.outcome === 'failed' ? 'blocked' : 'taken';
    return coming.has(id) ? 'forecast' : 'untaken';
  };
  const mayLeaveFrom = (id: NodeId) => current?.nodeId === id || coming.has(id);
  const edgeWay = (id: string): Way => {
    if (taken.has(id)) return 'taken';
    const edge = byId.get(id);
    return edge && mayLeaveFrom(edge.source) && coming.has(edge.target) ? 'forecast' : 'untaken';
  };
  const edgeLabel = (id: string): string | null => {
    const edge = byId.get(id);
    if (!edge || edge.source !== current?.nodeId || !current.wait?.event || edge.sourceHandle !== 'timeout')
      return null;
    return t.runs.absentBy(eventWords(current.wait.event).absent, dateIn(ms(current.wait.until), zone, now));
  };
  const line = (id: NodeId, view: NodeView): LinePart[] => {
    if (current?.nodeId === id) {
      if (current.problem) return [{ text: t.runs.blockedHere, tone: 'bad', icon: 'cross' }];
      if (current.wait)
        return [
          {
            text: `${momentIn(ms(current.wait.until), zone, now)} (${zoneName(zone)})`,
            tone: 'wait',
            icon: 'clock',
          },
        ];
      return [{ text: t.runs.nowHere, tone: 'wait', icon: 'clock' }];
    }
    const step = last.get(id);
    if (step) return takenLine(step, view, zone, now);
    const next = coming.get(id);
    if (next) return forecastLine(next, view, zone, now);
    return [{ text: t.runs.notTaken, tone: 'muted' }];
  };
  return { line, nodeWay, edgeWay, edgeLabel, editable: false };
}

/** The edges between consecutive steps, by the port each left. */
function takenEdges(run: RunDetail): Set<string> {
  const taken = new Set<string>();
  for (const step of run.steps) {
    const edge = run.graph.edges.find(
      (each) => each.source === step.nodeId && each.sourceHandle === step.port,
    );
    if (edge) taken.add(edge.id);
  }
  return taken;
}

function takenLine(step: Step, view: NodeView, zone: string, now: number): LinePart[] {
  const when = momentIn(ms(step.leftAt), zone, now);
  if (step.outcome === 'failed')
    return [
      { text: when, tone: 'bad', icon: 'cross' },
      { text: t.runs.failed, tone: 'bad' },
    ];
  const more = step.outcome === 'skipped' ? t.runs.skipped : remark(step, view);
  return [
    { text: when, tone: 'good', icon: 'check' },
    ...(more ? [{ text: more, tone: 'plain' as const }] : []),
  ];
}

/** A word or two beside the time: what became of the mail, which way was taken. */
function remark(step: Step, view: NodeView): string {
  if (step.message) return t.runs.messageStatus[step.message.status] ?? step.message.status;
  if (view.ports.length > 1) return view.ports.find((port) => port.id === step.port)?.label ?? '';
  if (view.family === 'trigger') return step.reasons[0]?.text ?? '';
  return '';
}

function forecastLine(
  { at, atLatest, via }: Forecast,
  view: NodeView,
  zone: string,
  now: number,
): LinePart[] {
  if (at !== null) return [{ text: momentIn(ms(at), zone, now), tone: 'plain' }];
  const words = via === 'event' ? t.runs.ifItHappens : t.runs.rightAfter;
  // An end has room for one thing only.
  if (view.family === 'end' || !atLatest) return [{ text: words, tone: 'plain' }];
  return [
    { text: words, tone: 'plain' },
    { text: t.runs.atMost(dateIn(ms(atLatest), zone, now)), tone: 'muted' },
  ];
}
