import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { PageShell } from './parts/frame.js';
import { Failure, NothingHere } from './parts/states.js';
import { daysQuestion, pageQuestion } from './performance/questions.js';
import { performanceViewOf } from './performance/view.js';
import { askAhead } from './queries.js';
import { connectionsQuestion } from './connections-question.js';
import { ConnectionsPage } from './routes/connections.js';
import { SignInPage } from './routes/sign-in.js';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
/** Search parameters as texts; what else stands in an address is left out. */
const only =
  <const Keys extends readonly string[]>(...keys: Keys) =>
  (search: Record<string, unknown>): { [Key in Keys[number]]?: string | undefined } =>
    Object.fromEntries(keys.flatMap((key) => (text(search[key]) === undefined ? [] : [[key, text(search[key])]]))) as {
      [Key in Keys[number]]?: string;
    };

const root = createRootRoute({ notFoundComponent: NothingHere });
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: only('back', 'problem'),
  component: SignInPage,
});
const link = createRoute({
  getParentRoute: () => root,
  path: '/link/$token',
  component: lazyRouteComponent(() => import('./routes/link.js'), 'LinkPage'),
});
const authorize = createRoute({
  getParentRoute: () => root,
  path: '/authorize/$token',
  component: lazyRouteComponent(() => import('./routes/authorize.js'), 'AuthorizePage'),
});
const authorized = createRoute({
  getParentRoute: () => root,
  path: '/authorized',
  validateSearch: only('problem'),
  component: lazyRouteComponent(() => import('./routes/authorize.js'), 'AuthorizedPage'),
});
const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  loader: () => askAhead('getMe', {}),
  shouldReload: false,
  component: PageShell,
});
const home = createRoute({
  getParentRoute: () => frame,
  path: '/',
  beforeLoad: () => {
    redirect({ to: '/connections', throw: true });
  },
});
const performance = createRoute({
  getParentRoute: () => frame,
  path: '/performance',
  validateSearch: performanceViewOf,
  loader: ({ location: { search } }) => {
    const view = performanceViewOf(search);
    askAhead('getPerformance', { query: daysQuestion(view) });
    askAhead('getPerformance', { query: pageQuestion(view) });
  },
  shouldReload: false,
  component: lazyRouteComponent(() => import('./routes/performance.js'), 'PerformancePage'),
});
const utm = createRoute({
  getParentRoute: () => frame,
  path: '/performance/utm',
  validateSearch: only('last', 'from', 'to', 'account', 'fold'),
  component: lazyRouteComponent(() => import('./routes/utm.js'), 'UtmPage'),
});
const connectionsSearch = only('search', 'status', 'disconnected', 'problem');
const connections = createRoute({
  getParentRoute: () => frame,
  path: '/connections',
  validateSearch: connectionsSearch,
  loader: ({ location: { search } }) => askAhead('getConnections', connectionsQuestion(connectionsSearch(search))),
  shouldReload: false,
  // Where people come in: another file would be another way to the server.
  component: ConnectionsPage,
});
const newConnection = createRoute({
  getParentRoute: () => frame,
  path: '/connections/new',
  validateSearch: only('step', 'problem'),
  component: lazyRouteComponent(() => import('./routes/new-connection.js'), 'NewConnectionPage'),
});
const setUp = createRoute({
  getParentRoute: () => frame,
  path: '/connections/$id/set-up',
  validateSearch: only('step', 'problem'),
  component: lazyRouteComponent(() => import('./routes/set-up.js'), 'SetUpPage'),
});
const connection = createRoute({
  getParentRoute: () => frame,
  path: '/connections/$id',
  validateSearch: only('tab', 'account', 'day', 'kind', 'problem'),
  component: lazyRouteComponent(() => import('./routes/connection.js'), 'ConnectionPage'),
});
const dataHealth = createRoute({
  getParentRoute: () => frame,
  path: '/data-health',
  component: lazyRouteComponent(() => import('./routes/data-health.js'), 'DataHealthPage'),
});
const apiReference = createRoute({
  getParentRoute: () => frame,
  path: '/api-reference',
  component: lazyRouteComponent(() => import('./routes/api-reference.js'), 'ApiReferencePage'),
});
const settings = createRoute({
  getParentRoute: () => frame,
  path: '/settings',
  component: lazyRouteComponent(() => import('./routes/settings.js'), 'SettingsPage'),
});
const members = createRoute({
  getParentRoute: () => settings,
  path: '/members',
  component: lazyRouteComponent(() => import('./routes/members.js'), 'MembersPage'),
});
const teams = createRoute({
  getParentRoute: () => settings,
  path: '/teams',
  component: lazyRouteComponent(() => import('./routes/teams.js'), 'TeamsPage'),
});
const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./routes/api-keys.js'), 'ApiKeysPage'),
});
const notifications = createRoute({
  getParentRoute: () => settings,
  path: '/notifications',
  component: lazyRouteComponent(() => import('./routes/notifications.js'), 'NotificationsPage'),
});
const audit = createRoute({
  getParentRoute: () => settings,
  path: '/audit',
  component: lazyRouteComponent(() => import('./routes/audit.js'), 'AuditPage'),
});
const you = createRoute({
  getParentRoute: () => settings,
  path: '/you',
  component: lazyRouteComponent(() => import('./routes/you.js'), 'YouPage'),
});

/** Every page of the console has its address here. */
export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    link,
    authorize,
    authorized,
    frame.addChildren([
      home,
      performance,
      utm,
      connections,
      newConnection,
      setUp,
      connection,
      dataHealth,
      apiReference,
      settings.addChildren([members, teams, apiKeys, notifications, audit, you]),
    ]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error, reset }) => (
    <main>
      <Failure error={error as Error} retry={reset} />
    </main>
  ),
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
