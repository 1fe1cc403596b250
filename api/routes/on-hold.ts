/** Messages that wait for a person: let go or discarded, singly or all of a flow. */
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { flowState } from '../../db/queries/flow-runs.ts';
import { readMessage } from '../../db/queries/message-list.ts';
import { discardHeld, endHold, releaseHeld } from '../../db/queries/on-hold.ts';
import { idParam } from '../contract/common.ts';
import { discardedAnswer, discardRequest, releasedAnswer, releaseRequest } from '../contract/flows.ts';
import { actorOf, byActor, type Deps, resource } from '../env.ts';
import { found, Problem } from '../problems.ts';
import { answers, body, nothingOr, problems, route } from '../route.ts';

const repeats = ['idempotency-running', 'idempotency-reused'] as const;
const releaseOne = route({
  method: 'post',
  path: '/api/messages/{id}/release',
  role: 'recruiter',
  tags: ['Messages'],
  summary: 'Let a held message go',
  request: { params: idParam },
  responses: nothingOr('not-held', ...repeats),
});
const discardOne = route({
  method: 'post',
  path: '/api/messages/{id}/discard',
  role: 'recruiter',
  tags: ['Messages'],
  summary: 'Discard a held message: it never leaves',
  request: { params: idParam },
  responses: nothingOr('not-held', ...repeats),
});
const releaseAll = route({
  method: 'post',
  path: '/api/flows/{id}/release',
  role: 'recruiter',
  tags: ['Flows'],
  summary:
    'Let go what the flow holds, or what one of its steps does; every check is made again as it leaves',
  request: { params: idParam, body: body(releaseRequest) },
  responses: { ...answers(200, releasedAnswer), ...problems('invalid', ...repeats) },
});
const discardAll = route({
  method: 'post',
  path: '/api/flows/{id}/discard',
  role: 'recruiter',
  tags: ['Flows'],
  summary: 'Discard what the flow holds, or what one of its steps does',
  request: { params: idParam, body: body(discardRequest) },
  responses: { ...answers(200, discardedAnswer), ...problems('invalid', ...repeats) },
});

export const onHoldRoutes = ({ db, clock }: Deps) => {
  const told = (messageIds: readonly string[], flowId: string | undefined) => {
    notifyWork(db, 'deliver-email', 'router');
    // Whoever looks at the list asks for it again: one word is enough for many.
    const messages = messageIds.slice(0, 1).map((id) => ({ topic: 'message' as const, id }));
    notifyLive(db, [...messages, ...(flowId ? [{ topic: 'flow' as const, id: flowId }] : [])]);
  };
  const settleOne = async (id: string, settle: () => Promise<string[]>) => {
    const message = found(await readMessage(db, id));
    const settled = await settle();
    if (settled.length === 0) throw new Problem('not-held');
    told(settled, message.flow?.id);
  };
  return resource()
    .openapi(releaseOne, async (c) => {
      const { id } = c.req.valid('param');
      const letGo = { by: byActor(actorOf(c)), now: clock.now() };
      await settleOne(id, () => releaseHeld(db, { messageId: id }, letGo));
      return c.body(null, 204);
    })
    .openapi(discardOne, async (c) => {
      const { id } = c.req.valid('param');
      const letGo = { by: byActor(actorOf(c)), now: clock.now() };
      await settleOne(id, () => discardHeld(db, { messageId: id }, letGo));
      return c.body(null, 204);
    })
    .openapi(releaseAll, async (c) => {
      const { id } = c.req.valid('param');
      const { nodeId, endHold: ends } = c.req.valid('json');
      found(await flowState(db, id));
      const now = clock.now();
      // First: what is being written at this moment is then among what is held.
      if (ends) await endHold(db, id, now);
      const released = await releaseHeld(db, { flowId: id, nodeId }, { by: byActor(actorOf(c)), now });
      told(released, id);
      return c.json({ released: released.length }, 200);
    })
    .openapi(discardAll, async (c) => {
      const { id } = c.req.valid('param');
      const { nodeId } = c.req.valid('json');
      found(await flowState(db, id));
      const letGo = { by: byActor(actorOf(c)), now: clock.now() };
      const discarded = await discardHeld(db, { flowId: id, nodeId }, letGo);
      told(discarded, id);
      return c.json({ discarded: discarded.length }, 200);
    });
};
