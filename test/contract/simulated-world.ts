/** The contract's world on the simulator. */
import type { Facts, StageKind } from '../../engine/facts.ts';
import { compile } from '../../engine/plan/compile.ts';
import { loadFor } from '../../engine/plan/load.ts';
import { SimulatedEnrolment } from '../../engine/simulate/enrolment.ts';
import type { SimulatedWorld } from '../../engine/simulate/world.ts';
import { addDuration } from '../../engine/time/calendar.ts';
import type { Colleague } from '../../engine/whom.ts';
import type { World } from './world.ts';

export async function makeSimulatedWorld(): Promise<World> {
  let now = Date.UTC(2026, 10, 23, 14, 32);
  let ids = 0;
  const newId = (kind: string) => `${kind}-${++ids}`;
  const templates: SimulatedWorld['templates'] = [];
  const pools: SimulatedWorld['pools'] = [];
  const flows: NonNullable<SimulatedWorld['flows']> = [];
  const secrets: NonNullable<SimulatedWorld['secrets']> = [];
  const senders: NonNullable<SimulatedWorld['senders']> = [];
  const colleagues: Colleague[] = [];
  const stages: { id: string; name: string; kind: StageKind }[] = [];
  const people = new Map<string, { facts: Facts; suppressed: string | null }>();
  const runs = new Map<string, { run: SimulatedEnrolment; candidate: string }>();

  let contact: SimulatedWorld['contact'];
  /** What has not left yet is asked about anew by every run. */
  const change = () => {
    for (const { run } of runs.values()) {
      run.now = Math.max(run.now, now);
      run.change({ ...run.world, contact });
    }
  };

  const runOf = (id: string): SimulatedEnrolment => {
    const found = runs.get(id);
    if (!found) throw new Error(`no enrolment ${id}`);
    found.run.now = Math.max(found.run.now, now);
    return found.run;
  };

  return {
    now: () => now,
    async addTemplate(template) {
      const id = newId('template');
      templates.push({ id, ...template });
      return id;
    },
    async addPool(name) {
      const id = newId('pool');
      pools.push({ id, name });
      return id;
    },
    async addColleague(name) {
      const id = newId('colleague');
      colleagues.push({ id, name, email: `${id}@halden.example` });
      return id;
    },
    async addFlow(graph) {
      const id = newId('flow');
      flows.push({ id, name: graph.name });
      return id;
    },
    async addStages(given) {
      for (const stage of given) stages.push({ id: newId('stage'), ...stage });
    },
    async addCandidate({
      firstName,
      email,
      timeZone,
      tags = [],
      status = 'active',
      unsubscribed = false,
      application,
      owner,
    }) {
      const owned = colleagues.find((each) => each.id === owner);
      const id = newId('candidate');
      const stage = stages.find((each) => each.name === application?.stage);
      const at = new Date(now).toISOString();
      const facts: Facts = {
        candidate: {
          id,
          firstName,
          lastName: 'Carvalho',
          fullName: `${firstName ?? ''} Carvalho`.trim(),
          email,
          phone: null,
          headline: null,
          company: null,
          location: null,
          country: null,
          timeZone: timeZone ?? null,
          source: null,
          status,
          tags,
          pools: [],
          createdAt: at,
          consentUntil: null,
          custom: {},
        },
        application: application
          ? {
              id: newId('application'),
              status: 'active',
              stage: stage?.name ?? null,
              stageId: stage?.id ?? null,
              stageKind: stage?.kind ?? null,
              pipelineId: 'pipeline',
              source: null,
              appliedAt: at,
            }
          : null,
        job: null,
        owner: owned
          ? { firstName: owned.name.split(' ')[0] ?? null, fullName: owned.name, email: owned.email }
          : null,
        workspace: { name: 'Halden Robotics', timeZone: 'UTC' },
      };
      people.set(id, { facts, suppressed: unsubscribed ? 'Asked not to be written to' : null });
      return id;
    },
    async nameCandidate(id, firstName) {
      for (const { run, candidate } of runs.values())
        if (candidate === id) run.facts = { ...run.facts, candidate: { ...run.facts.candidate, firstName } };
    },
    async addSender(name) {
      const id = newId('sender');
      senders.push({ id, name });
      return id;
    },
    async removeSender(id) {
      senders.splice(
        senders.findIndex((sender) => sender.id === id),
        1,
      );
      change();
    },
    async setContact(settings) {
      contact = settings;
      change();
    },
    async left(enrolment) {
      const gone = runOf(enrolment).messages.filter((message) => message.at <= now);
      return gone.sort((a, b) => a.at - b.at).map(({ node }) => node);
    },
    async refusals(enrolment) {
      const { messages, mailbox } = runOf(enrolment);
      const codes = [...messages.flatMap(({ deferred }) => deferred ?? []), ...mailbox.skipped.values()];
      return [...new Set(codes)].sort();
    },
    async addSecret(name) {
      const id = newId('secret');
      secrets.push({ id, name });
      return id;
    },
    async removeSecret(id) {
      secrets.splice(
        secrets.findIndex((secret) => secret.id === id),
        1,
      );
    },
    async changeCandidate(id, change) {
      const person = people.get(id);
      if (!person) throw new Error(`no candidate ${id}`);
      const changed = (facts: Facts): Facts => ({
        ...facts,
        candidate: {
          ...facts.candidate,
          ...change,
          custom: { ...facts.candidate.custom, ...change.custom },
        },
      });
      person.facts = changed(person.facts);
      for (const { run, candidate } of runs.values()) {
        if (candidate !== id) continue;
        run.facts = changed(run.facts);
        run.now = Math.max(run.now, now);
        run.happen({ type: 'candidate.updated' });
      }
    },
    async keepPoolByCondition(id) {
      for (const pool of pools) if (pool.id === id) pool.isDynamic = true;
    },
    async archivePool(id, archived) {
      for (const pool of pools) if (pool.id === id) pool.isArchived = archived;
    },
    async removePool(id) {
      pools.splice(
        pools.findIndex((pool) => pool.id === id),
        1,
      );
    },
    async enrol(graph, candidate) {
      const person = people.get(candidate);
      if (!person) throw new Error(`no candidate ${candidate}`);
      const plan = compile(graph, {
        templates: Object.fromEntries(templates.map(({ id }) => [id, `${id}-v1`])),
      });
      await loadFor(plan);
      const id = newId('enrolment');
      const world: SimulatedWorld = {
        templates,
        pools,
        flows,
        secrets,
        senders,
        stages,
        people: colleagues,
        suppressed: person.suppressed,
        contact,
      };
      const run = new SimulatedEnrolment({ plan, world, facts: person.facts, start: now, enrolmentId: id });
      runs.set(id, { run, candidate });
      run.advance();
      return id;
    },
    async happen(enrolment, { type, data }) {
      runOf(enrolment).happen({ type: type as `custom.${string}`, data });
    },
    async decide(enrolment, outcome) {
      runOf(enrolment).happen({ type: 'task.answered', data: { outcome } });
    },
    async openApprovals(enrolment) {
      return runOf(enrolment).state.wait?.event === 'task.answered' ? 1 : 0;
    },
    async pass(duration) {
      now = addDuration(now, duration, 'UTC');
      for (const { run } of runs.values()) run.runUntil(now);
    },
    async retry(enrolment) {
      runOf(enrolment).repair();
    },
    async pause(enrolment) {
      runOf(enrolment).pause();
    },
    async resume(enrolment) {
      runOf(enrolment).resume();
    },
    async facts(candidate) {
      const run = [...runs.values()].find((each) => each.candidate === candidate)?.run;
      const facts = run?.facts ?? people.get(candidate)?.facts;
      if (!facts) throw new Error(`no candidate ${candidate}`);
      return facts;
    },
    async ledger(enrolment) {
      return runOf(enrolment).steps.map(({ node, visit, outcome, port, detail }) => ({
        node,
        visit,
        outcome,
        port,
        result: typeof detail.result === 'string' ? detail.result : null,
        code: typeof detail.code === 'string' ? detail.code : null,
      }));
    },
    async messages(candidate) {
      const found = [...runs.values()]
        .filter((each) => each.candidate === candidate)
        .flatMap(({ run }) => run.messages);
      return found.map(({ node, to, subject, text }) => ({ node, to, subject, text }));
    },
    async inNameOf(enrolment) {
      const { steps, messages } = runOf(enrolment);
      const last = messages.at(-1);
      const wrote = steps.find(({ node, visit }) => node === last?.node && visit === last.visit);
      return typeof wrote?.detail.from === 'string' ? wrote.detail.from : null;
    },
    async caused(enrolment) {
      return runOf(enrolment).caused.map(({ type, data }) => ({ type, data }));
    },
    async status(enrolment) {
      const { state, end } = runOf(enrolment);
      return {
        status: state.status,
        node: state.node,
        reason: end?.reason ?? null,
        until: state.wait?.until ?? null,
      };
    },
    close: async () => {},
  };
}
