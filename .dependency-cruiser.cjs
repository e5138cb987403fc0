/** Who may import whom. `test/architecture/rules.spec.ts` breaks each rule on purpose and sees it fire. */

/** Logic that takes time, randomness and input as arguments, so that it can be simulated and table-tested. */
const pureLibs = '^libs/(contracts|surfaces|providers|resilience|continuation)/';
const domain = '^services/[^/]+/src/domain/';
const tests = '\\.(spec|fixture)\\.ts$|^test/';

/** A package, however it was resolved. */
const packages = (...names) => names.map((name) => `(^|node_modules/)${name}(/|$)`);
const builtins = (...names) => names.map((name) => `^(node:)?${name}(/|$)`);

const io = [
  ...packages('@nestjs', '@nats-io', 'ioredis', 'undici', '@opentelemetry', 'pg', 'kysely', 'fastify', 'pino'),
  ...builtins('http', 'https', 'http2', 'net', 'tls', 'dgram', 'dns', 'fs', 'child_process', 'worker_threads'),
  ...builtins('cluster', 'sqlite', 'timers'),
];

const rules = [
  {
    name: 'no-circular',
    comment: 'Two files that need each other cannot be understood, tested or loaded apart; types count.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'A file that nothing reaches and that reaches nothing is dead, yet is read, built and kept.',
    from: {
      orphan: true,
      pathNot: ['\\.(spec|fixture)\\.ts$', '\\.d\\.ts$', '/main\\.ts$', '/page/', '^test/', '^deploy/'],
    },
    to: {},
  },
  {
    name: 'service-never-imports-service',
    comment: 'Services are scaled, killed and replaced apart: they share messages (libs/contracts), never code.',
    from: { path: '^services/([^/]+)/' },
    to: { path: '^services/', pathNot: '^services/$1/' },
  },
  {
    name: 'libs-by-front-door',
    comment: 'What index.ts does not export may change at will; an import past it takes that freedom away.',
    from: { path: '^(libs/[^/]+|services|test|deploy)/' },
    to: { path: '^libs/', pathNot: ['^libs/[^/]+/src/index\\.ts$', '^$1/'] },
  },
  {
    name: 'kernel-depends-on-nothing',
    comment: 'Everything stands on kernel: whatever it imports, every process loads and no lib can be without.',
    from: { path: '^libs/kernel/', pathNot: tests },
    to: { pathNot: '^libs/kernel/' },
  },
  {
    name: 'contracts-depends-on-kernel-only',
    comment: 'The messages are the agreement between services: tied to a library, they would change with it.',
    from: { path: '^libs/contracts/', pathNot: tests },
    to: { pathNot: ['^libs/contracts/', '^libs/kernel/'] },
  },
  {
    name: 'pure-core',
    comment: 'Decisions and translations that do I/O cannot be replayed, simulated or table-tested.',
    from: { path: [pureLibs, domain], pathNot: tests },
    to: { path: [...io, '^libs/(bus|platform|simulators|telemetry)/'] },
  },
  {
    name: 'domain-knows-no-adapter',
    comment: 'A decision that knows who calls it or where its data comes from cannot be reused or tested alone.',
    from: { path: '^services/([^/]+)/src/domain/', pathNot: tests },
    to: { path: '^services/', pathNot: '^services/$1/src/domain/' },
  },
  {
    name: 'no-test-code-in-production',
    comment: 'A fixture or a receiver in production ships code that was written to be trusted less.',
    from: { path: '^(services|libs|deploy)/', pathNot: tests },
    to: { path: tests },
  },
  {
    name: 'deploy-not-imported',
    comment: 'Services and libs must run where nothing of deploy exists: in a container, under another launcher.',
    from: { path: '^(services|libs)/', pathNot: tests },
    to: { path: '^(deploy|test)/' },
  },
  {
    name: 'only-bus-speaks-nats',
    comment: 'Subjects, headers, codecs and settlement are decided once; a second NATS client decides them again.',
    from: { path: '^(services|libs|deploy)/', pathNot: ['^libs/bus/', tests] },
    to: { path: packages('@nats-io') },
  },
  {
    name: 'only-dispatch-calls-providers',
    comment: 'Credentials, deadlines and cancellation of provider calls live in one place: the dispatcher.',
    from: { path: '^(services|libs)/', pathNot: ['^services/dispatch/', tests] },
    to: { path: packages('undici') },
  },
  {
    name: 'only-metering-has-a-database',
    comment: 'One writer keeps the ledger right; a second service with a connection is a second truth.',
    from: { path: '^(services|libs|deploy)/', pathNot: ['^services/metering/', tests] },
    to: { path: [...packages('kysely', 'pg'), ...builtins('sqlite')] },
  },
  {
    name: 'not-to-unresolvable',
    comment: 'An import that this tool cannot resolve passes every other rule unseen.',
    from: {},
    to: { couldNotResolve: true, pathNot: builtins('sqlite') },
  },
];

module.exports = {
  forbidden: rules.map((rule) => ({ ...rule, severity: 'error' })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      // `source` first: `#libs/*` means the source, not what was built of it.
      conditionNames: ['source', 'types', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
    },
  },
};
