/** Pure: an enrolment's rows → its page, with reasons and what comes next. */
import type { EnrolmentPage } from '../db/queries/enrolment-page.ts';
import type { LoadedEnrolment } from '../db/queries/enrolments.ts';
import { anything } from '../engine/plan/ops.ts';
import { problemInWords } from '../engine/run/effect-words.ts';
import { explainStep } from '../engine/run/explain.ts';
import type { Forecast } from '../engine/run/forecast.ts';
import type { Names } from '../engine/steps/step.ts';
import { zoneFor } from '../engine/time/calendar.ts';
import type { EnrolmentDetail } from './contract/enrolments.ts';
import { rfc, rfcOrNull } from './cursor.ts';
import { endInWords } from './end-words.ts';
import type { RunForecast } from './run-forecast.ts';

const msToRfc = (ms: number) => new Date(ms).toISOString();
const msToRfcOrNull = (ms: number | null) => (ms === null ? null : msToRfc(ms));

export interface Shown {
  enrolment: LoadedEnrolment;
  page: EnrolmentPage;
  names: Names;
  coming: RunForecast;
}

export function enrolmentOf({ enrolment, page, names, coming }: Shown): EnrolmentDetail {
  const { facts, state } = enrolment;
  const { id, fullName, headline, email } = facts.candidate;
  const timeZone = zoneFor(facts);
  const nodes = new Map(page.graph.nodes.map((node) => [node.id, node]));
  return {
    id: enrolment.id,
    flow: { id: page.flow.id, name: page.flow.name, state: page.flow.state },
    version: page.version,
    graph: page.graph,
    candidate: { id, fullName, headline, email, timeZone },
    applicationId: enrolment.applicationId,
    status: state.status,
    startedAt: rfc(page.startedAt),
    endedAt: rfcOrNull(page.endedAt),
    endReason: endInWords(page.endReason),
    goalAt: msToRfcOrNull(state.goal?.at ?? null),
    current: currentOf(enrolment),
    steps: page.steps.map(({ detail, message, ...step }) => ({
      ...step,
      ...explainStep({ ...step, detail }, nodes.get(step.nodeId) ?? null, names, timeZone),
      ...(message ? { message } : {}),
    })),
    forecast: forecastOf(coming.steps),
    forecastLeavesAt: msToRfcOrNull(coming.leavesAt),
    assumptions: coming.assumptions,
  };
}

function currentOf({
  state: { node, enteredAt, wait, problem },
}: LoadedEnrolment): EnrolmentDetail['current'] {
  if (node === null) return null;
  return {
    nodeId: node,
    enteredAt: msToRfc(enteredAt),
    wait: wait && {
      until: msToRfc(wait.until),
      rule: wait.rule,
      event: wait.event === anything ? null : (wait.event ?? null),
    },
    problem: problem && { code: problem.code, text: problemInWords(problem.code, problem.detail) },
  };
}

const forecastOf = (steps: Forecast['steps']): EnrolmentDetail['forecast'] =>
  steps.map(({ node, at, atLatest, leavesAt, ...step }) => ({
    nodeId: node,
    at: msToRfcOrNull(at),
    atLatest: msToRfcOrNull(atLatest),
    ...(leavesAt === undefined ? {} : { leavesAt: msToRfc(leavesAt) }),
    ...step,
  }));
