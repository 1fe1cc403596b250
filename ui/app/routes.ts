/** Every address of the app and the page that answers it. Pages load when they are first needed. */
import type { Route } from './router.svelte.ts';

const candidates = () => import('../pages/candidates/CandidatesPage.svelte');
const candidate = () => import('../pages/candidates/CandidatePage.svelte');
const pipelines = () => import('../pages/pipelines/PipelinesPage.svelte');
const pools = () => import('../pages/pools/PoolsPage.svelte');
const pool = () => import('../pages/pools/PoolPage.svelte');
const messages = () => import('../pages/messages/MessagesPage.svelte');
const mail = () => import('../pages/mail/MailPage.svelte');
const templates = () => import('../pages/templates/TemplatesPage.svelte');
const template = () => import('../pages/templates/TemplatePage.svelte');
const settings = () => import('../pages/settings/SettingsPage.svelte');
const flows = () => import('../pages/flows/FlowsPage.svelte');
const newFlow = () => import('../pages/flows/NewFlowPage.svelte');
const flow = () => import('../pages/flows/FlowPage.svelte');
const inbox = () => import('../pages/inbox/InboxPage.svelte');
const today = () => import('../pages/today/TodayPage.svelte');

export const routes: Route[] = [
  { pattern: '/', area: 'today', title: 'Today', load: today },
  { pattern: '/inbox', area: 'inbox', title: 'Inbox', load: inbox },
  { pattern: '/candidates', area: 'candidates', title: 'Candidates', load: candidates },
  { pattern: '/candidates/new', area: 'candidates', title: 'Add candidate', view: 'new', load: candidates },
  { pattern: '/candidates/:id', area: 'candidates', title: 'Candidate', load: candidate },
  { pattern: '/pipelines', area: 'pipelines', title: 'Pipelines', load: pipelines },
  { pattern: '/pipelines/:id', area: 'pipelines', title: 'Pipeline', load: pipelines },
  { pattern: '/pools', area: 'pools', title: 'Pools', load: pools },
  { pattern: '/pools/new', area: 'pools', title: 'New pool', view: 'new', load: pools },
  { pattern: '/pools/:id', area: 'pools', title: 'Pool', load: pool },
  { pattern: '/pools/:id/edit', area: 'pools', title: 'Edit pool', view: 'edit', load: pool },
  { pattern: '/flows', area: 'flows', title: 'Flows', load: flows },
  { pattern: '/flows/new', area: 'flows', title: 'New flow', load: newFlow },
  { pattern: '/flows/:id', area: 'flows', title: 'Flow', view: 'build', frame: 'slim', load: flow },
  {
    pattern: '/flows/:id/forecast',
    area: 'flows',
    title: 'Forecast',
    view: 'forecast',
    frame: 'slim',
    load: flow,
  },
  { pattern: '/flows/:id/runs', area: 'flows', title: 'Runs', view: 'runs', frame: 'slim', load: flow },
  {
    pattern: '/flows/:id/runs/:enrolmentId',
    area: 'flows',
    title: 'Run',
    view: 'runs',
    frame: 'slim',
    load: flow,
  },
  { pattern: '/flows/:id/report', area: 'flows', title: 'Report', view: 'report', frame: 'slim', load: flow },
  {
    pattern: '/flows/:id/versions',
    area: 'flows',
    title: 'Versions',
    view: 'versions',
    frame: 'slim',
    load: flow,
  },
  { pattern: '/messages', area: 'messages', title: 'Messages', load: messages },
  { pattern: '/messages/:id', area: 'messages', title: 'Message', load: messages },
  { pattern: '/mail', area: 'messages', title: 'Mail catcher', load: mail },
  { pattern: '/mail/:id', area: 'messages', title: 'Mail catcher', load: mail },
  { pattern: '/templates', area: 'messages', title: 'Templates', load: templates },
  { pattern: '/templates/new', area: 'messages', title: 'New template', load: template },
  { pattern: '/templates/:id', area: 'messages', title: 'Template', load: template },
  { pattern: '/settings', area: 'settings', title: 'Settings', load: settings },
  { pattern: '/settings/:section', area: 'settings', title: 'Settings', load: settings },
  { pattern: '/settings/:section/:id', area: 'settings', title: 'Settings', load: settings },
];
