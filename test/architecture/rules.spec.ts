import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isJsonObject } from '#libs/kernel';
import { plantTree, type Files, type Finding, type PlantedTree } from './planted-tree.js';

/** As near to wrong as the rules allow. */
const sound: Files = {
  'libs/kernel/src/index.ts': `export { answer, type Answer } from './answer.js';`,
  'libs/kernel/src/answer.ts': `export type Answer = number; export const answer: Answer = 42;`,
  'libs/contracts/src/index.ts': `import type { Answer } from '#libs/kernel'; export type Call = Answer;`,
  'libs/resilience/src/index.ts': `import { answer } from '#libs/kernel'; export const later = answer;`,
  'libs/resilience/src/later.spec.ts': `import { readFile } from 'node:fs'; import { later } from './index.js';`,
  'libs/bus/src/index.ts': `import { connect } from '@nats-io/transport-node'; export const open = connect;`,
  'libs/surfaces/src/index.ts': `import { later } from '#libs/resilience'; export const surface = later;`,
  'libs/providers/src/index.ts': `import { EventEmitter } from 'node:events'; export const provider = EventEmitter;`,
  'services/dispatch/src/main.ts': `import { request } from 'undici'; import { decide } from './domain/decide.js';`,
  'services/dispatch/src/domain/decide.ts': `import { later } from '#libs/resilience'; export const decide = later;`,
  'services/dispatch/src/adapter.ts': `import { open } from '#libs/bus'; export const adapter = open;`,
  'services/metering/src/main.ts': `import { Kysely } from 'kysely'; import { DatabaseSync } from 'node:sqlite';`,
  'services/metering/src/rows.fixture.ts': `export const rows = [1];`,
  'services/metering/src/rows.spec.ts': `import { rows } from './rows.fixture.js';`,
  'services/policy/src/main.ts': `import { open } from '#libs/bus'; export const run = open;`,
  'deploy/local/start.ts': `import { open } from '#libs/bus'; export const started = open;`,
  'test/support/gateway.ts': `import { started } from '../../deploy/local/start.js'; export const gateway = started;`,
};

/** Each breaks one rule, by one import. */
const broken: readonly { readonly rule: string; readonly how: string; readonly files: Files }[] = [
  {
    rule: 'no-circular',
    how: 'a type comes back from the file that needs this one',
    files: {
      'services/policy/src/egg.ts': `import type { Hen } from './hen.js'; export type Egg = Hen; export const egg = 1;`,
      'services/policy/src/hen.ts': `import { egg } from './egg.js'; export type Hen = 1; export const hen = egg;`,
    },
  },
  {
    rule: 'no-orphans',
    how: 'nobody imports it and it imports nobody',
    files: { 'services/policy/src/forgotten.ts': `export const forgotten = 1;` },
  },
  {
    rule: 'service-never-imports-service',
    how: 'policy imports from dispatch',
    files: { 'services/policy/src/a.ts': `import { adapter } from '../../dispatch/src/adapter.js';` },
  },
  {
    rule: 'libs-by-front-door',
    how: 'a service reaches past index.ts',
    files: { 'services/policy/src/b.ts': `import { answer } from '../../../libs/kernel/src/answer.js';` },
  },
  {
    rule: 'libs-by-front-door',
    how: 'a lib reaches past index.ts',
    files: { 'libs/bus/src/c.ts': `import { answer } from '../../kernel/src/answer.js';` },
  },
  {
    rule: 'kernel-depends-on-nothing',
    how: 'kernel imports a built-in module',
    files: { 'libs/kernel/src/d.ts': `import { join } from 'node:path';` },
  },
  {
    rule: 'contracts-depends-on-kernel-only',
    how: 'contracts imports a package',
    files: { 'libs/contracts/src/e.ts': `import { parse } from 'yaml';` },
  },
  {
    rule: 'pure-core',
    how: 'resilience logs',
    files: { 'libs/resilience/src/f.ts': `import { pino } from 'pino';` },
  },
  {
    rule: 'pure-core',
    how: 'a provider opens a socket',
    files: { 'libs/providers/src/g.ts': `import { request } from 'node:http';` },
  },
  {
    rule: 'pure-core',
    how: 'a surface knows the bus',
    files: { 'libs/surfaces/src/h.ts': `import { open } from '#libs/bus';` },
  },
  {
    rule: 'pure-core',
    how: 'a domain is injected by Nest',
    files: { 'services/policy/src/domain/i.ts': `import { Injectable } from '@nestjs/common';` },
  },
  {
    rule: 'domain-knows-no-adapter',
    how: 'a decision imports the adapter that calls it',
    files: { 'services/dispatch/src/domain/j.ts': `import { adapter } from '../adapter.js';` },
  },
  {
    rule: 'no-test-code-in-production',
    how: 'a service imports a fixture',
    files: { 'services/metering/src/k.ts': `import { rows } from './rows.fixture.js';` },
  },
  {
    rule: 'no-test-code-in-production',
    how: 'deploy imports from test',
    files: { 'deploy/local/l.ts': `import { gateway } from '../../test/support/gateway.js';` },
  },
  {
    rule: 'deploy-not-imported',
    how: 'a service imports its launcher',
    files: { 'services/policy/src/m.ts': `import { started } from '../../../deploy/local/start.js';` },
  },
  {
    rule: 'only-bus-speaks-nats',
    how: 'a service opens its own NATS connection',
    files: { 'services/policy/src/n.ts': `import { connect } from '@nats-io/transport-node';` },
  },
  {
    rule: 'only-dispatch-calls-providers',
    how: 'policy makes HTTP calls',
    files: { 'services/policy/src/o.ts': `import { request } from 'undici';` },
  },
  {
    rule: 'only-metering-has-a-database',
    how: 'policy builds queries',
    files: { 'services/policy/src/p.ts': `import { Kysely } from 'kysely';` },
  },
  {
    rule: 'only-metering-has-a-database',
    how: 'policy opens SQLite',
    files: { 'services/policy/src/q.ts': `import { DatabaseSync } from 'node:sqlite';` },
  },
  {
    rule: 'not-to-unresolvable',
    how: 'the imported file is not there',
    files: { 'services/policy/src/r.ts': `import { gone } from './gone.js';` },
  },
];

describe('the architecture rules', () => {
  let tree: PlantedTree;
  let findings: readonly Finding[];

  beforeAll(async () => {
    const violations = Object.fromEntries(broken.flatMap(({ files }) => Object.entries(files)));
    tree = await plantTree({ ...sound, ...violations });
    findings = await tree.architecture();
  }, 60_000);

  afterAll(() => tree.remove());

  it.each(broken)('$rule fires, and no other, when $how', ({ rule, files }) => {
    const fired = findings.filter(({ file }) => file in files).map((finding) => finding.rule);
    expect([...new Set(fired)]).toEqual([rule]);
  });

  it('find nothing in what keeps to them', () => {
    expect(findings.filter(({ file }) => file in sound)).toEqual([]);
  });

  it('each have a violation here and a comment saying what breaks without them', () => {
    const violated = new Set(broken.map(({ rule }) => rule));
    expect(new Set(rules().map(({ name }) => name))).toEqual(violated);
    expect(rules().filter(({ comment }) => comment.length < 40)).toEqual([]);
  });
});

function rules(): readonly { readonly name: string; readonly comment: string }[] {
  const config: unknown = createRequire(import.meta.url)(join(process.cwd(), '.dependency-cruiser.cjs'));
  const forbidden = isJsonObject(config) && Array.isArray(config['forbidden']) ? config['forbidden'] : [];
  return forbidden.filter(isJsonObject).map(({ name, comment }) => ({ name: String(name), comment: String(comment) }));
}
