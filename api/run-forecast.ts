/** What comes for one enrolment: what is known of it is read, and what is taken for granted is told. */
import type { Db } from '../db/connect.ts';
import type { EnrolmentPage } from '../db/queries/enrolment-page.ts';
import type { LoadedEnrolment } from '../db/queries/enrolments.ts';
import type { StoredWorld } from '../db/queries/flow-world.ts';
import { knownOf } from '../db/queries/forecast.ts';
import { type Forecast, forecast } from '../engine/run/forecast.ts';
import type { Names } from '../engine/steps/step.ts';
import { countryOfPhone, type GuessedFrom } from '../engine/time/guess-zone.ts';
import { durationInWords, instantInWords } from '../engine/time/words.ts';
import { zoneOfCountry } from '../engine/time/zones-by-country.ts';
import { zoneGuessedInWords } from './forecast-words.ts';

export interface ForecastAsked {
  enrolment: LoadedEnrolment;
  page: EnrolmentPage;
  world: StoredWorld;
  names: Names;
  /** Milliseconds since 1970. */
  now: number;
}

export interface RunForecast extends Forecast {
  assumptions: { code: RunAssumption; text: string }[];
}

export type RunAssumption =
  | 'goes-on-now'
  | 'on-hold'
  | 'as-now'
  | 'zone-guessed'
  | 'at-latest'
  | 'other-flows';

export async function forecastRun(db: Db, asked: ForecastAsked): Promise<RunForecast> {
  const { enrolment, page, world, names, now } = asked;
  const { facts, state, candidateId, flowId, pauses, startedAt } = enrolment;
  const known = (await knownOf(db, [candidateId], { flowId, now, before: null })).get(candidateId);
  const pipelineId = facts.application?.pipelineId ?? null;
  const { pausedAt } = page.flow;
  const coming = forecast({
    plan: page.plan,
    graph: page.graph,
    state,
    facts,
    world: {
      ...world,
      stages: world.stages.filter((stage) => pipelineId === null || stage.pipelineId === pipelineId),
      suppressed: known?.suppressed ?? null,
      contacts: known?.contacts ?? [],
      holds: known?.holds ?? [],
    },
    names,
    now,
    enrolmentId: enrolment.id,
    startedAt,
    pauses: pausedAt === null ? pauses : [...pauses, { from: Date.parse(pausedAt), to: now }],
  });
  return {
    ...coming,
    assumptions: coming.steps.length > 0 ? assumptionsOf(asked, known?.zoneFrom ?? null) : [],
  };
}

function assumptionsOf(
  { enrolment, page, world, now }: ForecastAsked,
  zoneFrom: GuessedFrom | null,
): RunForecast['assumptions'] {
  const { pausedAt, onHold } = page.flow;
  const texts: [RunAssumption, string | null][] = [
    ['goes-on-now', pausedAt && pausedWords(page, instantInWords(Date.parse(pausedAt), world.timeZone, now))],
    ['on-hold', onHold ? 'The flow is on hold: what it writes leaves only once someone lets it go.' : null],
    [
      'as-now',
      `${enrolment.facts.candidate.firstName ?? 'The candidate'} stays as now, but for what the flow itself changes.`,
    ],
    [
      'zone-guessed',
      zoneFrom &&
        zoneGuessedInWords(enrolment.facts.candidate, zoneFrom, guessedCountry(enrolment, zoneFrom)),
    ],
    [
      'at-latest',
      mayHappen(page)
        ? 'What may happen is told as of the latest moment, and taken to be what the step asks for.'
        : null,
    ],
    [
      'other-flows',
      'What was sent or waits to leave counts against the limits; what other flows will write is not known.',
    ],
  ];
  return texts.flatMap(([code, text]) => (text === null ? [] : [{ code, text }]));
}

/** Null: it was guessed from something else, or from another number than the first. */
function guessedCountry({ facts: { candidate } }: LoadedEnrolment, from: GuessedFrom): string | null {
  const { phone } = candidate;
  if (from === 'location') return null;
  const country = from === 'country' ? candidate.country : phone === null ? null : countryOfPhone(phone);
  return country !== null && zoneOfCountry(country) === candidate.timeZone ? country : null;
}

const mayHappen = ({ plan }: EnrolmentPage): boolean =>
  Object.values(plan.ops).some((op) => op.op === 'await' || (op.op === 'effect' && op.answer));

const policies = {
  late: 'what has run out meanwhile is over at once',
  reanchor: 'waits for a length of time last as much longer as the pause did',
};

function pausedWords({ plan, flow }: EnrolmentPage, since: string): string {
  const stands = flow.state === 'archived' ? 'in the archive' : 'paused';
  const onResume = plan.settings.onResume ?? { policy: 'late' };
  const policy =
    onResume.policy === 'skip'
      ? `mail that the pause has made later than ${durationInWords(onResume.after)} is not sent`
      : policies[onResume.policy];
  return `The flow has been ${stands} since ${since}. This is what comes if it goes on now: ${policy}.`;
}
