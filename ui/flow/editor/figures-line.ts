/** Pure: a node's live figures as its one line: waiting, passed, failed. */
import type { NodeFigures } from '../../../api/contract/flows.ts';
import { figure } from '../../texts/plural.ts';
import type { LinePart, NodeView } from '../canvas/look.ts';
import { flowTexts as t } from '../texts.ts';

/** Without figures (nothing is live yet) the line says what kind of step it is. */
export function figuresLine(view: NodeView, figures: NodeFigures | undefined, live: boolean): LinePart[] {
  if (!live) return view.family === 'end' ? [] : [{ text: view.label, tone: 'muted' }];
  const f = figures;
  if (!f || f.entered === 0)
    return [{ text: view.family === 'end' ? t.figures.nobodyEnded : t.figures.nobody, tone: 'muted' }];
  if (view.family === 'trigger') return [{ text: t.figures.entered(figure(f.entered)), tone: 'plain' }];
  if (view.family === 'end') return [{ text: t.figures.ended(figure(f.entered)), tone: 'plain' }];
  const parts: LinePart[] = [];
  if (f.waiting > 0) parts.push({ text: t.figures.waiting(figure(f.waiting)), tone: 'wait', icon: 'clock' });
  if (f.passed > 0 || parts.length === 0)
    parts.push({ text: t.figures.passed(figure(f.passed)), tone: 'plain' });
  if (f.failed > 0) parts.push({ text: t.figures.failed(figure(f.failed)), tone: 'bad' });
  const left = f.entered - f.passed - f.waiting - f.failed;
  if (left > 0 && parts.length < 3)
    parts.push({ text: t.figures.left(figure(left)), tone: 'muted', title: t.figures.leftMeans });
  return parts;
}
