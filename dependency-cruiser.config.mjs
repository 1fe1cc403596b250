/** The layers of ARCHITECTURE.md as rules: who may import whom. `npm run check` holds the code to them. */

const npm = '^node_modules/';
const anyOf = (...names) => `${npm}(${names.join('|')})(/|$)`;
/** Types vanish before anything runs, so a type may come from further away. */
const atRunTime = { dependencyTypesNot: ['type-only'] };

const enginePackages = [
  'zod',
  'liquidjs',
  'marked',
  'temporal-polyfill',
  '@noble/hashes',
  'libphonenumber-js',
  'rrule-temporal',
  'date-holidays',
];
const databasePackages = ['kysely', 'pg', 'uuid', 'zod', '@types/pg'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'engine-imports-engine-only',
      comment: 'The engine runs in the browser and on the server; it knows no other layer.',
      severity: 'error',
      from: { path: '^engine/' },
      to: { path: '^(db|workflows|api|ui|local|test)/' },
    },
    {
      name: 'engine-is-pure',
      comment: 'No IO in the engine: of packages it takes only what computes, and nothing of Node.',
      severity: 'error',
      from: { path: '^engine/' },
      to: { pathNot: [anyOf(...enginePackages), '^(engine|db|workflows|api|ui|local|test)/'] },
    },
    {
      name: 'db-imports-engine-only',
      severity: 'error',
      from: { path: '^db/' },
      to: { path: '^(workflows|api|ui|local|test)/' },
    },
    {
      name: 'db-packages',
      comment: 'The database layer takes Kysely, pg and ids, and of Node only cryptography.',
      severity: 'error',
      from: { path: '^db/' },
      to: {
        pathNot: [
          anyOf(...databasePackages),
          '^(node:)?crypto$',
          '^(engine|db|workflows|api|ui|local|test)/',
        ],
      },
    },
    {
      name: 'sql-in-db-only',
      comment: 'SQL lives in db/ and nowhere else; others call its queries. Types of Kysely may travel.',
      severity: 'error',
      from: { path: '^(engine|workflows|api|ui)/' },
      to: { path: anyOf('kysely', 'pg'), ...atRunTime },
    },
    {
      name: 'workflows-import-engine-and-db',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^(api|ui|local|test)/' },
    },
    {
      name: 'sandbox-is-deterministic',
      comment: 'Workflow code is replayed: at run time it may use @temporalio/workflow and itself.',
      severity: 'error',
      from: { path: '^workflows/sandbox/' },
      to: {
        pathNot: [anyOf('@temporalio/workflow', '@temporalio/common'), '^workflows/sandbox/'],
        ...atRunTime,
      },
    },
    {
      name: 'api-imports-engine-and-db',
      comment: 'The API writes rows and events; of workflows it knows the client, for health only.',
      severity: 'error',
      from: { path: '^api/' },
      to: { path: '^(workflows|ui|local|test)/', pathNot: '^workflows/client\\.ts$' },
    },
    {
      name: 'temporal-in-workflows-only',
      severity: 'error',
      from: { path: '^(engine|db|api|ui)/' },
      to: { path: anyOf('@temporalio'), ...atRunTime },
    },
    {
      name: 'ui-imports-engine-and-the-api-client',
      severity: 'error',
      from: { path: '^ui/' },
      to: { path: '^(db|workflows|local|test)/' },
    },
    {
      name: 'ui-takes-types-and-the-client-of-the-api',
      severity: 'error',
      from: { path: '^ui/' },
      to: { path: '^api/', pathNot: '^api/(client\\.ts$|contract/)', ...atRunTime },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: '^(test|local/demo)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: { path: '^(engine|db|workflows|api|local)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: { path: '^(engine|db|workflows|api|ui|local)/' },
      to: { couldNotResolve: true, pathNot: '^(node:|virtual:)|\\.css$|\\?' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'browser', 'import', 'default'],
    },
  },
};
