/** The API put together: what every request passes through, every resource, and the types of the UI's client. */
import { bodyLimit } from 'hono/body-limit';
import { AddressTaken, CandidateMerged } from '../db/queries/candidates.ts';
import { sameOrigin } from './auth/same-origin.ts';
import { notTooDeep } from './depth.ts';
import { type Deps, resource } from './env.ts';
import { knownSources } from './hooks/known-sources.ts';
import { idempotent } from './idempotency.ts';
import { faultOf, logged } from './log.ts';
import { Problem, problemOf, problemResponse } from './problems.ts';
import { accountRoutes } from './routes/accounts.ts';
import { candidateActionRoutes } from './routes/candidate-actions.ts';
import { candidateRoutes } from './routes/candidates.ts';
import { caughtMailRoutes } from './routes/caught-mails.ts';
import { contactSettingsRoutes } from './routes/contact-settings.ts';
import { demoRoutes } from './routes/demo.ts';
import { documentRoutes } from './routes/document.ts';
import { enrolmentRoutes } from './routes/enrolments.ts';
import { failureRoutes } from './routes/failures.ts';
import { flowFileRoutes } from './routes/flow-files.ts';
import { flowRunRoutes } from './routes/flow-runs.ts';
import { flowRoutes } from './routes/flows.ts';
import { forecastRoutes } from './routes/forecast.ts';
import { healthRoutes } from './routes/health.ts';
import { hiringRoutes } from './routes/hiring.ts';
import { hookRoutes } from './routes/hooks.ts';
import { htmlRoutes } from './routes/html.ts';
import { invitationRoutes } from './routes/invitations.ts';
import { liveRoutes } from './routes/live.ts';
import { matchingRoutes } from './routes/matching.ts';
import { messageRoutes } from './routes/messages.ts';
import { noticeRoutes } from './routes/notices.ts';
import { onHoldRoutes } from './routes/on-hold.ts';
import { operationRoutes } from './routes/operations.ts';
import { poolRoutes } from './routes/pools.ts';
import { secretRoutes } from './routes/secrets.ts';
import { senderRoutes } from './routes/senders.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { setupRoutes } from './routes/setup.ts';
import { sourceRoutes } from './routes/sources.ts';
import { taskRoutes } from './routes/tasks.ts';
import { templateRoutes } from './routes/templates.ts';
import { unsubscribeRoutes } from './routes/unsubscribe.ts';
import { securityHeaders } from './security-headers.ts';

/** Bytes of a request to /api: a flow of 2,000 nodes fits many times over. */
const largestRequest = 4 * 1024 * 1024;

/** Of one with a single answer. */
const largestForm = 4 * 1024;

const tooLarge = () => {
  throw new Problem('too-large');
};

export function createApp(deps: Deps) {
  const { accounts, db, log, settings } = deps;
  const sources = knownSources(db, deps.secrets);
  const app = resource();

  app.use(logged(log));
  // Machines post here, often and in bursts: nothing that is meant for pages and sessions stands in between.
  app.route('/', hookRoutes(deps, sources));
  app.use(securityHeaders(settings.publicUrl));
  app.use('/i/*', bodyLimit({ maxSize: largestForm, onError: tooLarge }));
  app.use('/api/*', bodyLimit({ maxSize: largestRequest, onError: tooLarge }));
  app.use('/api/*', async (c, next) => {
    c.header('cache-control', 'no-store');
    await next();
  });
  app.use('/api/*', async (c, next) => {
    c.set('actor', await accounts.actorOf(c.req.raw.headers));
    await next();
  });
  app.use('/api/*', sameOrigin(settings.publicUrl));
  app.use('/api/*', notTooDeep);
  app.use('/api/*', idempotent(deps));

  app.onError((error, c) => {
    if (error instanceof AddressTaken)
      return problemResponse('email-taken', { candidateId: error.candidateId });
    if (error instanceof CandidateMerged) return problemResponse('merged', { candidateId: error.into });
    const problem = problemOf(error);
    if (!problem || problem.code === 'unavailable')
      log.error(
        { requestId: c.get('requestId'), ...faultOf(error) },
        problem ? 'database unavailable' : 'fault',
      );
    return problemResponse(
      problem?.code ?? 'unexpected',
      problem?.members,
      problem?.code === 'unavailable' ? { 'retry-after': '2' } : problem?.headers,
    );
  });
  app.notFound(() => problemResponse('not-found'));

  return app
    .route('/', documentRoutes(app, settings.publicUrl))
    .route('/', healthRoutes(deps))
    .route('/', unsubscribeRoutes(deps))
    .route('/', invitationRoutes(deps))
    .route('/', liveRoutes(deps))
    .route('/', htmlRoutes(deps))
    .route('/', setupRoutes(deps))
    .route('/', contactSettingsRoutes(deps))
    .route('/', sessionRoutes(deps))
    .route('/', accountRoutes(deps))
    .route('/', candidateRoutes(deps))
    .route('/', matchingRoutes(deps))
    .route('/', candidateActionRoutes(deps))
    .route('/', hiringRoutes(deps))
    .route('/', poolRoutes(deps))
    .route('/', taskRoutes(deps))
    .route('/', noticeRoutes(deps))
    .route('/', templateRoutes(deps))
    .route('/', sourceRoutes(deps, sources))
    .route('/', secretRoutes(deps))
    .route('/', senderRoutes(deps))
    .route('/', messageRoutes(deps))
    .route('/', onHoldRoutes(deps))
    .route('/', caughtMailRoutes(deps))
    .route('/', flowRoutes(deps))
    .route('/', flowFileRoutes(deps))
    .route('/', flowRunRoutes(deps))
    .route('/', forecastRoutes(deps))
    .route('/', enrolmentRoutes(deps))
    .route('/', operationRoutes(deps))
    .route('/', failureRoutes(deps))
    .route('/', demoRoutes(deps));
}

export type AppType = ReturnType<typeof createApp>;
