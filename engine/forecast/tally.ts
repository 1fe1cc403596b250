/** Pure: what many forecast runs come to, added up one after the other; no run is kept. */
import type { NodeId } from '../flow/schema.ts';
import type { SimulatedRun } from '../simulate/simulate.ts';
import type { ForecastRun, Obstacle } from './entry.ts';
import { LocalHours } from './local-hours.ts';

export interface NodeTally {
  /** People who come there, and how often in all. */
  people: number;
  visits: number;
  mails: number;
}

/** The same thing in the way of several. */
export interface ObstacleTally extends Obstacle {
  people: number;
  times: number;
}

export interface DayTally {
  /** YYYY-MM-DD, on the clock of the tally. */
  date: string;
  mails: number;
  /** Mails in each of its 24 hours. */
  hours: number[];
}

export interface ForecastTally {
  /** People who were asked about, and of them those who enter at least once. */
  people: number;
  entering: number;
  /** Times that someone enters. */
  runs: number;
  mails: number;
  /** People who get at least one. */
  written: number;
  /** In order; days without mail are left out. */
  days: DayTally[];
  /** Milliseconds since 1970: the first and the last mail. */
  first: number | null;
  last: number | null;
  nodes: Record<NodeId, NodeTally>;
  /** Most people first. */
  obstacles: ObstacleTally[];
  /** How the runs stand where the forecast ends. */
  ends: Record<Exclude<ForecastRun['status'], null>, number>;
}

/** What makes two obstacles the same: not when, nor by whose mail. */
export const obstacleKey = ({ kind, code, node, detail: { variable, most, days } }: Obstacle): string =>
  JSON.stringify([kind, code, node, variable ?? null, most ?? null, days ?? null]);

const keptOf = ({ template, templateId, variable, most, days, effect, message, until }: Obstacle['detail']) =>
  Object.fromEntries(
    Object.entries({ template, templateId, variable, most, days, effect, message, until }).filter(
      ([, value]) => value !== undefined,
    ),
  );

export class Tally {
  readonly #hours: LocalHours;
  readonly #people = new Set<string>();
  readonly #entering = new Set<string>();
  readonly #written = new Set<string>();
  readonly #days = new Map<string, number[]>();
  readonly #nodes = new Map<NodeId, { people: Set<string>; visits: number; mails: number }>();
  readonly #obstacles = new Map<string, { first: Obstacle; people: Set<string>; times: number }>();
  readonly #ends: ForecastTally['ends'] = { open: 0, blocked: 0, ended: 0, exited: 0, converted: 0 };
  #runs = 0;
  #mails = 0;
  #first: number | null = null;
  #last: number | null = null;

  /** IANA name: on whose clock the days are counted. */
  constructor(timeZone: string) {
    this.#hours = new LocalHours(timeZone);
  }

  /** `steps`: those that the run took; none where she was not let in. */
  add(run: ForecastRun, steps: SimulatedRun['steps']): void {
    const { candidateId } = run;
    this.#people.add(candidateId);
    for (const obstacle of run.obstacles) this.#meet(obstacle, candidateId);
    if (run.status === null) return;
    this.#entering.add(candidateId);
    this.#runs++;
    this.#ends[run.status]++;
    for (const { node } of steps) {
      const tally = this.#node(node);
      tally.people.add(candidateId);
      tally.visits++;
    }
    for (const { node, at } of run.mails) {
      const { date, hour } = this.#hours.at(at);
      const hours = this.#days.get(date) ?? Array.from({ length: 24 }, () => 0);
      hours[hour] = (hours[hour] ?? 0) + 1;
      this.#days.set(date, hours);
      this.#node(node).mails++;
      this.#mails++;
      this.#first = Math.min(this.#first ?? at, at);
      this.#last = Math.max(this.#last ?? at, at);
    }
    if (run.mails.length > 0) this.#written.add(candidateId);
  }

  #node(node: NodeId) {
    let tally = this.#nodes.get(node);
    if (!tally) {
      tally = { people: new Set(), visits: 0, mails: 0 };
      this.#nodes.set(node, tally);
    }
    return tally;
  }

  #meet(obstacle: Obstacle, candidateId: string): void {
    const key = obstacleKey(obstacle);
    let met = this.#obstacles.get(key);
    if (!met) {
      met = { first: obstacle, people: new Set(), times: 0 };
      this.#obstacles.set(key, met);
    }
    met.people.add(candidateId);
    met.times++;
  }

  result(): ForecastTally {
    return {
      people: this.#people.size,
      entering: this.#entering.size,
      runs: this.#runs,
      mails: this.#mails,
      written: this.#written.size,
      days: [...this.#days]
        .map(([date, hours]) => ({ date, mails: hours.reduce((sum, each) => sum + each, 0), hours }))
        .sort((a, b) => (a.date < b.date ? -1 : 1)),
      first: this.#first,
      last: this.#last,
      nodes: Object.fromEntries(
        [...this.#nodes].map(([node, { people, ...counts }]) => [node, { people: people.size, ...counts }]),
      ),
      obstacles: [...this.#obstacles.values()]
        .map(({ first, people, times }) => ({
          ...first,
          detail: keptOf(first.detail),
          people: people.size,
          times,
        }))
        .sort((a, b) => b.people - a.people || (obstacleKey(a) < obstacleKey(b) ? -1 : 1)),
      ends: this.#ends,
    };
  }
}
