/** A step as it stands on the canvas, as an SVG in light and dark. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeDescription } from '../../engine/flow/describe.ts';
import type { Port } from '../../engine/steps/step.ts';
import { outline } from '../../ui/flow/canvas/outline.ts';
import { root } from '../paths.ts';
import { iconStrokes } from './icon.ts';

const width = 240;
const margin = 12;
/** How long the lines are that lead on. */
const reach = 26;
/** Pixels of a letter of the sentence and of a label, on average. */
const letter = { sentence: 7.9, label: 6.2 };
const sentenceWidth = 185;

const tokens = readFileSync(join(root, 'ui/app/tokens.css'), 'utf8');
const used = ['canvas', 'raised', 'line-strong', 'text', 'text-2', 'edge'];

/** The app's own colours in one theme. */
function colours(theme: ':root' | '[data-theme="dark"]', family: string): string {
  const block = tokens.slice(tokens.indexOf(`${theme} {`)).split('\n}')[0] ?? '';
  const toneOf = (name: string) => new RegExp(`--${name}: ([^;]+);`).exec(block)?.[1] ?? 'none';
  const ink = `--ink:${toneOf(family)};--soft:${toneOf(`${family}-soft`)}`;
  return [...used.map((name) => `--${name}:${toneOf(name)}`), ink].join(';');
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** At most two lines, as on the card. */
function linesOf(sentence: string): string[] {
  const most = Math.floor(sentenceWidth / letter.sentence);
  const lines = [''];
  for (const word of sentence.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`.trim();
  }
  if (lines.length <= 2) return lines;
  return [lines[0] ?? '', `${(lines[1] ?? '').slice(0, most - 1)}…`];
}

interface Spot {
  x: number;
  y: number;
}

const line = ({ x, y }: Spot, to: Spot, arrow: string) =>
  `<path class="way" d="M${x} ${y}L${to.x} ${to.y}"/><path class="tip" d="${arrow}"/>`;

/** Where the ways that lead down begin: as on the card, evenly along it. */
function below(ports: readonly Port[], bottom: number): string {
  return ports
    .map((port, at) => {
      const x = margin + Math.round(((at + 1) / (ports.length + 1)) * width);
      const end = bottom + reach;
      const label = port.label
        ? `<text class="port" x="${x}" y="${end + 14}" text-anchor="middle">${escaped(port.label)}</text>`
        : '';
      return `${line({ x, y: bottom }, { x, y: end - 2 }, `M${x - 4} ${end - 6}l4 5l4-5`)}${label}`;
    })
    .join('');
}

function beside(ports: readonly Port[], top: number, height: number): string {
  const x = margin + width;
  return ports
    .map((port, at) => {
      const y = top + Math.round(((at + 1) / (ports.length + 1)) * height);
      const end = x + reach;
      return `${line({ x, y }, { x: end - 2, y }, `M${end - 6} ${y - 4}l5 4l-5 4`)}<text class="port" x="${end + 6}" y="${y + 4}">${escaped(port.label)}</text>`;
    })
    .join('');
}

/** `view` as the canvas has it. The words of a step are read aloud from the title. */
export function pictureOf(view: NodeDescription): string {
  const lines = linesOf(view.summary);
  const height = view.family === 'end' ? 36 : lines.length === 1 ? 48 : 60;
  const top = view.family === 'trigger' ? margin : margin + reach;
  const down = view.ports.filter((port) => port.side === 'bottom');
  const right = view.ports.filter((port) => port.side === 'right');
  const named = down.some((port) => port.label !== '');
  const longest = Math.max(0, ...right.map((port) => port.label.length));
  const w = margin * 2 + width + (right.length > 0 ? reach + 6 + Math.ceil(longest * letter.label) : 0);
  const h = top + height + (down.length > 0 ? reach : 0) + (named ? 20 : 0) + margin;
  const { body, edge } = outline(view.family, width, height);
  const middle = margin + width / 2;
  const into =
    view.family === 'trigger'
      ? ''
      : line({ x: middle, y: margin - 8 }, { x: middle, y: top - 2 }, `M${middle - 4} ${top - 6}l4 5l4-5`);
  const first = height / 2 + 4.5 - (lines.length - 1) * 9;
  const sentence = lines
    .map((text, at) => `<text class="sentence" x="46" y="${first + at * 18}">${escaped(text)}</text>`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" role="img">
<title>${escaped([view.summary, ...view.ports.map((port) => port.label)].filter(Boolean).join(', '))}</title>
<style>
svg{${colours(':root', view.family)}}
@media (prefers-color-scheme:dark){svg{${colours('[data-theme="dark"]', view.family)}}}
.ground{fill:var(--canvas)}
.body{fill:var(--raised);stroke:var(--line-strong)}
.edge{fill:none;stroke:var(--ink);stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.tile{fill:var(--soft)}
.icon{fill:none;stroke:var(--ink);stroke-width:1.75;stroke-linecap:round;stroke-linejoin:round}
.way,.tip{fill:none;stroke:var(--edge);stroke-width:1.5}
text{font-family:Inter,system-ui,sans-serif}
.sentence{font-size:13px;font-weight:600;fill:var(--text)}
.port{font-size:12px;fill:var(--text-2)}
</style>
<rect class="ground" width="${w}" height="${h}" rx="8"/>
${into}
<g transform="translate(${margin} ${top})">
<path class="body" d="${body}"/><path class="edge" d="${edge}"/>
<rect class="tile" x="14" y="${height / 2 - 12}" width="24" height="24" rx="6"/>
<g class="icon" transform="translate(18.5 ${height / 2 - 7.5}) scale(.625)">${iconStrokes(view.icon)}</g>
${sentence}
</g>
${below(down, top + height)}${beside(right, top, height)}
</svg>
`;
}
