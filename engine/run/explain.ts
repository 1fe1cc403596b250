/**
 * Pure: a ledger row as a sentence and its reasons. Written for the shapes of `detail` that `begin.ts`, `walk.ts`
 * and `ops.ts` record; a row that it cannot read still gets its title.
 */
import type { Judged } from '../conditions/condition.ts';
import { judgedInWords } from '../conditions/words.ts';
import { happeningInWords, tells } from '../events/happening-words.ts';
import { eventWords } from '../events/words.ts';
import { describeNode } from '../flow/describe.ts';
import type { FlowNode } from '../flow/schema.ts';
import { anything, type DateRule, type LocalRule } from '../plan/ops.ts';
import type { Names } from '../steps/step.ts';
import { dateRuleInWords, localRuleInWords } from '../time/rule-words.ts';
import { durationInWords, instantInWords, workingInWords } from '../time/words.ts';
import { answeredInWords, effectWords, problemInWords } from './effect-words.ts';
import type { Explanation, Reason } from './explanation.ts';
import { exitByCondition } from './leaving.ts';
import { movedInWords, skippedInWords } from './move-words.ts';

export type { Explanation, Reason } from './explanation.ts';

export interface ExplainedStep {
  nodeId: string;
  outcome: 'passed' | 'skipped' | 'failed';
  port: string | null;
  detail: Record<string, unknown>;
}

type Detail = Record<string, unknown>;
type Explainer = (step: ExplainedStep, names: Names, timeZone: string) => Explanation | null;

const explainers: Record<string, Explainer> = {
  trigger({ detail }, names) {
    const event = detail.event as { type: string; data: Detail } | null;
    const reasons: Reason[] =
      event && event.type !== 'enrolment.requested'
        ? [{ mark: 'yes', text: happeningInWords(event.type, event.data) }]
        : [];
    const because = ((detail.because ?? []) as Judged[]).filter(
      (each) => !(event && each.holds && tells(event.type, event.data, each.field)),
    );
    return { title: 'Entered the flow', reasons: [...reasons, ...judgements(because, names)] };
  },

  effect({ detail, port }, names, timeZone) {
    const words = effectWords(detail);
    if (!words || detail.answer === undefined) return words;
    const answer = detail.answer as { at: number; data?: Detail } | null;
    const said = answer && answeredInWords(detail, String(port), answer.data ?? {}, names);
    const text = answer
      ? `Answered on ${moment(answer.at, timeZone)}: ${said}`
      : `Waited for an answer until ${moment(detail.until, timeZone)}`;
    return { ...words, reasons: [...words.reasons, { mark: answer ? 'yes' : 'no', text }] };
  },

  branch({ detail, port }, names) {
    const cases = detail.cases as { port: string; label: string; holds: boolean; because: Judged[] }[];
    const at = cases.findIndex((each) => each.port === port);
    const taken = cases[at];
    const reasons = cases.flatMap((each, index): Reason[] => {
      if (index === at) return judgements(each.because, names);
      if (each.holds) return [{ mark: 'no', text: `Not “${each.label}”: matches too, first match wins` }];
      const why = each.because.filter((one) => !one.holds).map((one) => judgedInWords(one, names));
      return [{ mark: 'no', text: `Not “${each.label}”${why.length > 0 ? `: ${why.join('; ')}` : ''}` }];
    });
    if (taken) reasons.push({ mark: 'no', text: 'Not “Everyone else”: only if nothing matches' });
    return { title: `Took “${taken?.label ?? 'Everyone else'}”`, reasons };
  },

  split: ({ detail, port }) => ({
    title: `Took “${detail.label ?? port ?? ''}”`,
    reasons: [
      {
        mark: 'note',
        text: detail.by
          ? 'By lot, the same one each time this candidate comes'
          : 'By lot, the same one whenever asked',
      },
    ],
  }),

  sleep({ detail }, _names, timeZone) {
    if (detail.by) return localSleep(detail, timeZone);
    const rule = String(detail.rule);
    const working = detail.working as { skipHolidays?: boolean } | undefined;
    const reasons: Reason[] = [{ mark: 'note', text: `To ${moment(detail.until, timeZone)}` }];
    if (working?.skipHolidays) reasons.push({ mark: 'note', text: 'Public holidays did not count' });
    return { title: `Waited ${working ? workingInWords(rule) : durationInWords(rule)}`, reasons };
  },

  await({ detail }, names, timeZone) {
    if (detail.event === anything) return untilTrue(detail, names, timeZone);
    const words = eventWords(String(detail.event));
    const heard = detail.heard as { at: number; data: Detail } | null;
    if (!heard) {
      const text = `Waited until ${moment(detail.until, timeZone)}`;
      return {
        title: `${words.absent} in ${durationInWords(String(detail.rule))}`,
        reasons: [{ mark: 'note', text }],
      };
    }
    return {
      title: words.happened,
      reasons: [
        { mark: 'yes', text: `On ${moment(heard.at, timeZone)}` },
        ...judgements(detail.because, names),
      ],
    };
  },

  left({ detail }, names, timeZone) {
    const [kind, type = ''] = String(detail.reason).split(':');
    const reasons: Reason[] = [
      {
        mark: 'note',
        text:
          kind === 'stopped'
            ? 'Stopped by hand'
            : kind === exitByCondition
              ? 'Left the flow: its condition for leaving holds'
              : `${leftFor[kind ?? ''] ?? 'Left the flow'}: ${eventWords(type).happened.toLowerCase()}`,
      },
      ...judgements(detail.because ?? [], names),
      { mark: 'note', text: `Would have waited to ${moment(detail.until, timeZone)}` },
    ];
    const did = detail.did ? effectWords(detail.did as Detail) : null;
    return did
      ? {
          title: did.title,
          reasons: [...did.reasons, { mark: 'no', text: 'Stopped waiting for an answer' }, ...reasons],
        }
      : { title: 'Stopped waiting', reasons };
  },

  moved: ({ detail }, _names, timeZone) => movedInWords(detail, timeZone),
  skipped: ({ detail }, _names, timeZone) => skippedInWords(detail, timeZone),

  goal({ detail }, names, timeZone) {
    const heard = detail.heard as { at: number } | null;
    const { happened } = eventWords(String(detail.event));
    if (!heard)
      return {
        title: 'Passed the goal',
        reasons: [
          { mark: 'note', text: `Came here step by step; from now on “${happened}” leads here no more` },
        ],
      };
    return {
      title: `Reached the goal: ${happened.toLowerCase()}`,
      reasons: [
        { mark: 'yes', text: `On ${moment(heard.at, timeZone)}` },
        ...judgements(detail.because, names),
      ],
    };
  },

  end: ({ detail }) =>
    detail.left === undefined
      ? { title: 'Came to the end', reasons: [] }
      : { title: 'Left the flow', reasons: [{ mark: 'note', text: String(detail.left) }] },
};

/** A moment on the candidate's clock, or a date of hers. */
function localSleep(detail: Detail, timeZone: string): Explanation {
  const { until, date } = detail.by as { until?: LocalRule; date?: DateRule };
  const rule = until ? localRuleInWords(until) : date ? dateRuleInWords(date) : String(detail.rule);
  const whose = detail.whose === 'candidate' ? 'candidate’s time' : 'workspace’s time';
  const reasons: Reason[] = [{ mark: 'note', text: `${capital(rule)}; ${whose}` }];
  const moved = detail.moved as { from: number; zone: string } | undefined;
  if (moved)
    reasons.push({
      mark: 'note',
      text: `Was to be ${moment(moved.from, moved.zone)}, until her ${date ? 'date or ' : ''}clock changed`,
    });
  if (!detail.past) return { title: `Waited until ${moment(detail.until, timeZone)}`, reasons };
  const why = detail.until === null ? 'There is no such date' : `It was ${moment(detail.until, timeZone)}`;
  return { title: 'Had no date to wait for', reasons: [{ mark: 'no', text: why }, ...reasons] };
}

function untilTrue(detail: Detail, names: Names, timeZone: string): Explanation {
  const because = judgements(detail.because, names);
  if (detail.holds)
    return { title: detail.atOnce ? 'Went on: it held already' : 'Waited until it held', reasons: because };
  return {
    title: `It did not hold in ${durationInWords(String(detail.rule))}`,
    reasons: [{ mark: 'note', text: `Waited until ${moment(detail.until, timeZone)}` }, ...because],
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `node`: as the flow's version draws it; null where it is gone. */
export function explainStep(
  step: ExplainedStep,
  node: Pick<FlowNode, 'type' | 'data'> | null,
  names: Names,
  timeZone: string,
): Explanation {
  const plain: Explanation = { title: node ? describeNode(node, names).summary : step.nodeId, reasons: [] };
  const kind = String(step.detail.kind ?? '');
  if (step.outcome === 'failed' && (kind !== 'effect' || !step.detail.effect)) {
    const text = problemInWords(String(step.detail.code ?? 'node-gone'), step.detail);
    return { ...plain, reasons: [{ mark: 'no', text }, ...byWhom(step.detail, names)] };
  }
  if (!Object.hasOwn(explainers, kind)) return { ...plain, reasons: byWhom(step.detail, names) };
  try {
    const explained = explainers[kind]?.(step, names, timeZone) ?? plain;
    return {
      ...explained,
      reasons: [...explained.reasons, ...stoodStill(step.detail), ...byWhom(step.detail, names)],
    };
  } catch {
    // A row of another version's shape: better its bare title than no page.
    return plain;
  }
}

/** Who moved it, skipped it, stopped it or let it try again. A key for programs has no name here. */
function byWhom({ by, retried }: Detail, names: Names): Reason[] {
  const name = (id: unknown): string | null => (typeof id === 'string' ? names.person(id) : null);
  const again = retried as { by: string | null } | undefined;
  const mover = name(by);
  const texts = [
    ...(mover === null ? [] : [`By ${mover}`]),
    ...(again ? [`Tried again by ${name(again.by) ?? 'hand'}`] : []),
  ];
  return texts.map((text) => ({ mark: 'note', text }));
}

/** Pauses of the flow by which a wait was longer. */
const stoodStill = ({ reanchored }: Detail): Reason[] =>
  typeof reanchored === 'number'
    ? [{ mark: 'note', text: `The flow was paused meanwhile: ${spanInWords(reanchored)} longer` }]
    : [];

/** To the minute. */
function spanInWords(ms: number): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const parts = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60] as const;
  const words = ['day', 'hour', 'minute'].flatMap((unit, index) => {
    const n = parts[index] ?? 0;
    return n === 0 ? [] : [`${n} ${unit}${n === 1 ? '' : 's'}`];
  });
  return words.join(', ');
}

/** Where the reason begins so, why a wait was broken off. */
const leftFor: Record<string, string> = { goal: 'Reached the goal', jump: 'Went to the goal' };

function judgements(because: unknown, names: Names): Reason[] {
  if (!Array.isArray(because)) return [];
  return (because as Judged[]).map((each) => ({
    mark: each.holds ? 'yes' : 'no',
    text: judgedInWords(each, names),
  }));
}

const moment = (ms: unknown, timeZone: string): string => instantInWords(Number(ms), timeZone, Number(ms));
