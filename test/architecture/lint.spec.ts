import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plantTree, type Files, type Finding, type PlantedTree } from './planted-tree.js';

const repeated = (count: number, line: string): string => `${line}\n`.repeat(count);

const functionOf = (lines: number): string =>
  `export function sum(): number {\n  let total = 0;\n${repeated(lines - 4, '  total += 1;')}  return total;\n}\n`;

const fileOf = (lines: number): string =>
  Array.from({ length: lines }, (_, index) => `export const n${index} = ${index};\n\n// Comments are free.\n`).join('');

const parameters = (count: number): string =>
  `export const f = (${Array.from({ length: count }, (_, n) => `p${n}: number`).join(', ')}): number[] => [${Array.from({ length: count }, (_, n) => `p${n}`).join(', ')}];\n`;

const depth = (levels: number): string =>
  `export function deep(a: number): number {\n${'if (a > 1) {'.repeat(levels)} return 1; ${'}'.repeat(levels)}\nreturn 0;\n}\n`;

const branches = (count: number): string =>
  `export function pick(a: number): number {\n${Array.from({ length: count }, (_, n) => `if (a === ${n}) return ${n};\n`).join('')}return -1;\n}\n`;

/** As near to wrong as the rules allow. */
const sound: Files = {
  'services/policy/src/function-of-40.ts': functionOf(40),
  'services/policy/src/file-of-250.ts': fileOf(250),
  'services/policy/src/parameters-4.ts': parameters(4),
  'services/policy/src/depth-3.ts': depth(3),
  'services/policy/src/complexity-12.ts': branches(11),
  'services/policy/src/clock.ts': `export const now = (): number => Date.now();\n`,
  'libs/kernel/src/index.ts': `export { random } from './random.js';\n`,
  'libs/kernel/src/random.ts': `export const random = (): number => Math.random();\n`,
  'libs/platform/src/environment.ts': `export const home = process.env['HOME'];\n`,
  'libs/resilience/src/breaker.spec.ts': `${functionOf(60)}export const now = Date.now();\n`,
  'deploy/local/banner.ts': `console.log('ready', process.env['HOME']);\n`,
  'test/bench/report.ts': `console.log('fast');\n`,
};

const jest = `import { expect, it } from '@jest/globals';\n`;
const policy = (name: string): string => `services/policy/src/${name}.ts`;

/** Each breaks one rule in one file. */
const broken: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['eslint(max-lines-per-function)', policy('function-of-41'), functionOf(41)],
  ['eslint(max-lines)', policy('file-of-251'), fileOf(251)],
  ['eslint(max-lines)', policy('file-of-251.spec'), fileOf(251)],
  ['eslint(max-params)', policy('parameters-5'), parameters(5)],
  ['eslint(max-depth)', policy('depth-4'), depth(4)],
  ['eslint(complexity)', policy('complexity-13'), branches(12)],
  ['eslint(no-console)', policy('console'), `console.log('here');\n`],
  ['eslint(eqeqeq)', policy('loose'), `export const same = (a: unknown, b: unknown): boolean => a == b;\n`],
  ['typescript(no-explicit-any)', policy('any'), `export const open = (value: any): unknown => value;\n`],
  ['typescript(no-non-null-assertion)', policy('sure'), `export const sure = (a?: string): string => a!;\n`],
  [
    'typescript(no-unsafe-type-assertion)',
    policy('cast'),
    `export const cast = (a: unknown): string => a as string;\n`,
  ],
  [
    'typescript(no-floating-promises)',
    policy('floating'),
    `const work = async (): Promise<void> => undefined;\nexport const go = (): void => {\n  work();\n};\n`,
  ],
  [
    'typescript(no-misused-promises)',
    policy('misused'),
    `export const go = (all: string[]): void => all.forEach(async (one) => { await Promise.resolve(one); });\n`,
  ],
  [
    'typescript(switch-exhaustiveness-check)',
    policy('switch'),
    `export function f(a: 'x' | 'y'): number {\n  switch (a) {\n    case 'x':\n      return 1;\n  }\n  return 0;\n}\n`,
  ],
  ['import(no-default-export)', policy('default'), `const one = 1;\nexport default one;\n`],
  ['import(no-cycle)', policy('hen'), `import { egg } from './egg.js';\nexport const hen = (): number => egg();\n`],
  ['import(no-cycle)', policy('egg'), `import { hen } from './hen.js';\nexport const egg = (): number => hen();\n`],
  ['oxc(no-barrel-file)', 'libs/surfaces/src/index.ts', `export * from './one.js';\n`],
  ['unicorn(filename-case)', policy('camelCase'), `export const one = 1;\n`],
  ['node(no-process-env)', policy('settings'), `export const home = process.env['HOME'];\n`],
  ['eslint(no-restricted-properties)', 'libs/resilience/src/now.ts', `export const now = (): number => Date.now();\n`],
  [
    'eslint(no-restricted-properties)',
    'libs/providers/src/die.ts',
    `export const die = (): number => Math.random();\n`,
  ],
  ['eslint(no-restricted-properties)', policy('domain/now'), `export const now = (): number => Date.now();\n`],
  [
    'eslint(no-restricted-globals)',
    'libs/surfaces/src/wait.ts',
    `export const wait = (then: () => void): unknown => setTimeout(then, 1);\n`,
  ],
  ['eslint(no-restricted-globals)', 'libs/contracts/src/pid.ts', `export const pid = (): number => process.pid;\n`],
  ['jest(no-disabled-tests)', policy('off.spec'), `${jest}it.skip('works', () => {\n  expect(1).toBe(1);\n});\n`],
  ['jest(no-focused-tests)', policy('only.spec'), `${jest}it.only('works', () => {\n  expect(1).toBe(1);\n});\n`],
  ['jest(expect-expect)', policy('hollow.spec'), `${jest}it('works', () => {\n  String(expect);\n});\n`],
];

describe('the lint rules', () => {
  let tree: PlantedTree;
  let findings: readonly Finding[];

  beforeAll(async () => {
    const others: Files = {
      'libs/surfaces/src/one.ts': `export const one = 1;\n`,
    };
    const violations = Object.fromEntries(broken.map(([, file, source]) => [file, source]));
    tree = await plantTree({ ...sound, ...others, ...violations });
    findings = await tree.lint();
  }, 60_000);

  afterAll(() => tree.remove());

  it.each(broken)('%s fires, and no other, on %s', (rule, file) => {
    const fired = findings.filter((finding) => finding.file === file).map((finding) => finding.rule);
    expect([...new Set(fired)]).toEqual([rule]);
  });

  it('find nothing in what keeps to them', () => {
    expect(findings.filter(({ file }) => file in sound)).toEqual([]);
  });
});
