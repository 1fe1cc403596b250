/** The API put together: every resource, and the types that the UI's client is made of. */
import { type Deps, resource } from './env.ts';
import { accountRoutes } from './routes/accounts.ts';
import { candidateActionRoutes } from './routes/candidate-actions.ts';
import { candidateRoutes } from './routes/candidates.ts';
import { caughtMailRoutes } from './routes/caught-mails.ts';
import { enrolmentRoutes } from './routes/enrolments.ts';
import { flowRunRoutes } from './routes/flow-runs.ts';
import { flowRoutes } from './routes/flows.ts';
import { hiringRoutes } from './routes/hiring.ts';
import { messageRoutes } from './routes/messages.ts';
import { poolRoutes } from './routes/pools.ts';
import { setupRoutes } from './routes/setup.ts';
import { sourceRoutes } from './routes/sources.ts';
import { templateRoutes } from './routes/templates.ts';

export function createApp(deps: Deps) {
  return resource()
    .route('/', setupRoutes(deps))
    .route('/', accountRoutes(deps))
    .route('/', candidateRoutes(deps))
    .route('/', candidateActionRoutes(deps))
    .route('/', hiringRoutes(deps))
    .route('/', poolRoutes(deps))
    .route('/', templateRoutes(deps))
    .route('/', sourceRoutes(deps))
    .route('/', messageRoutes(deps))
    .route('/', caughtMailRoutes(deps))
    .route('/', flowRoutes(deps))
    .route('/', flowRunRoutes(deps))
    .route('/', enrolmentRoutes(deps));
}

export type AppType = ReturnType<typeof createApp>;
