/** Steps that leave the system: what they ask for, and the ways that an answer opens. */
import { expect, test } from 'vitest';
import { flow } from './flows.ts';
import { type Setup, told } from './setup.ts';

export function outboundCases(on: Setup): void {
  const rating = (more: Record<string, unknown> = {}) =>
    flow([
      {
        id: 'rate',
        type: 'call-webhook',
        data: {
          url: 'https://rating.example/{{ candidate.firstName }}',
          body: '{"name": "{{ candidate.fullName }}"}',
          patience: 'PT2H',
          ...more,
        },
        to: { success: 'rated', failure: 'refused', timeout: 'silent' },
      },
      { id: 'rated', type: 'add-tag', data: { tag: 'rated' }, to: { next: 'done' } },
      { id: 'refused', type: 'add-tag', data: { tag: 'refused' }, to: { next: 'done' } },
      { id: 'silent', type: 'add-tag', data: { tag: 'silent' } },
    ]);

  test.each([
    ['success', 'rated'],
    ['failure', 'refused'],
  ])('call-webhook waits for the answer and goes on by %s', async (outcome, tag) => {
    const person = await on.add();
    const run = await on.world.enrol(rating(), person);
    expect(await on.world.status(run)).toMatchObject({ status: 'open', node: 'rate' });
    await on.world.happen(run, { type: 'webhook.answered', data: { outcome, status: 200 } });
    expect(told(await on.world.ledger(run)).slice(1)).toEqual([
      `rate ${outcome} done`,
      `${tag} next done`,
      'done -',
    ]);
    expect((await on.world.facts(person)).candidate.tags).toEqual([tag]);
  });

  test('call-webhook goes on by its own way when no clear answer came in time', async () => {
    const run = await on.world.enrol(rating(), await on.add());
    await on.world.pass('PT1H');
    expect((await on.world.status(run)).node).toBe('rate');
    await on.world.pass('PT1H');
    expect(told(await on.world.ledger(run)).slice(1)).toEqual([
      'rate timeout done',
      'silent next done',
      'done -',
    ]);
  });

  test('call-webhook is left when the candidate leaves the flow, and says what it did', async () => {
    const run = await on.world.enrol(rating(), await on.add());
    await on.world.happen(run, { type: 'candidate.hired' });
    expect(await on.world.status(run)).toMatchObject({ status: 'exited', reason: 'exit:candidate.hired' });
  });

  test('call-webhook blocks where its address would have a gap', async () => {
    const person = await on.add({ firstName: null });
    const run = await on.world.enrol(rating(), person);
    expect(told(await on.world.ledger(run))[1]).toBe('rate - failed webhook-problem');
    await on.world.nameCandidate(person, 'Inês');
    await on.world.retry(run);
    expect(await on.world.status(run)).toMatchObject({ status: 'open', node: 'rate' });
  });

  test('call-webhook blocks where its secret is gone', async () => {
    const secretId = await on.world.addSecret(`The rating service ${on.pool}`);
    const late = flow([
      { id: 'wait', type: 'wait', data: { for: 'PT1H' } },
      { id: 'rate', type: 'call-webhook', data: { url: 'https://rating.example', secretId } },
    ]);
    const run = await on.world.enrol(late, await on.add());
    await on.world.removeSecret(secretId);
    await on.world.pass('PT1H');
    expect(told(await on.world.ledger(run))[2]).toBe('rate - failed secret-gone');
    expect((await on.world.status(run)).status).toBe('blocked');
  });

  const invitations = [
    ['survey', { name: 'How it went' }, 'survey.invited', 'How it went'],
    ['schedule-interview', { name: 'Team interview' }, 'scheduling.invited', 'Team interview'],
    ['invite-to-event', { name: 'Open evening' }, 'gathering.invited', 'Open evening'],
    ['request-consent', { lasts: 'P2Y' }, 'consent.requested', 'Consent'],
  ] as const;

  test.each(invitations)(
    '%s writes an email with a personal link, and says so',
    async (type, data, event, name) => {
      const person = await on.add();
      const templateId = await on.world.addTemplate({
        name: `${type} ${on.pool}`,
        subject: 'For {{ candidate.firstName }}',
        body: 'Please [open it]({{ link }}).',
      });
      const run = await on.world.enrol(flow([{ id: 'invite', type, data: { templateId, ...data } }]), person);
      const [message] = await on.world.messages(person);
      expect(message).toMatchObject({ node: 'invite', subject: 'For Inês' });
      expect(message?.text).toMatch(/open it \(https:\/\/jobs\.example\/i\/[\w-]+\)/);
      expect(told(await on.world.ledger(run))[1]).toBe('invite next done');
      expect(await on.world.caused(run)).toEqual([
        { type: event, data: { invitation: expect.any(String), name } },
      ]);
    },
  );

  test('who may not be written to is not invited either', async () => {
    const person = await on.add({ unsubscribed: true });
    const ask = flow([{ id: 'ask', type: 'request-consent', data: { templateId: on.thanks, lasts: 'P2Y' } }]);
    const run = await on.world.enrol(ask, person);
    expect(told(await on.world.ledger(run))[1]).toBe('ask next skipped suppressed');
    expect(await on.world.caused(run)).toEqual([]);
  });
}
