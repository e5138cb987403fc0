import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { errorCatalogue, isJsonObject, parseJson } from '#libs/kernel';

const project = process.cwd();
const read = (path: string): string => readFileSync(join(project, path), 'utf8');
const services = ['console', 'dispatch', 'health', 'ingress', 'metering', 'policy'];

describe('the top level', () => {
  it('holds the agreed names and nothing else', () => {
    const agreed = ['LICENSE', 'README.md', 'deploy', 'libs', 'nest-cli.json', 'package-lock.json', 'package.json'];
    const made = ['coverage', 'dist', 'node_modules'];
    const present = readdirSync(project).filter((name) => !name.startsWith('.') && !made.includes(name));
    expect(present.sort()).toEqual([...agreed, 'services', 'test', 'tsconfig.json'].sort());
  });

  it('has the six services, each with an entry and a module', () => {
    expect(readdirSync(join(project, 'services')).sort()).toEqual(services);
    const parts = services.flatMap((name) => [
      `services/${name}/src/main.ts`,
      `services/${name}/src/${name}.module.ts`,
    ]);
    expect(parts.filter((path) => !existsSync(join(project, path)))).toEqual([]);
  });

  it('tells the Nest CLI of every service', () => {
    const cli = parseJson(read('nest-cli.json'));
    const projects = isJsonObject(cli) && isJsonObject(cli['projects']) ? cli['projects'] : {};
    expect(Object.keys(projects).sort()).toEqual(services);
    expect(services.filter((name) => !JSON.stringify(projects[name]).includes(`services/${name}/src`))).toEqual([]);
  });

  it('gives every lib one front door of listed names', () => {
    const doors = readdirSync(join(project, 'libs')).map((name) => `libs/${name}/src/index.ts`);
    expect(doors.filter((path) => !existsSync(join(project, path)))).toEqual([]);
    expect(doors.filter((path) => /export\s*\*/.test(read(path)))).toEqual([]);
  });
});

describe('the README', () => {
  it('lists every error code with its status', () => {
    const readme = read('README.md');
    const listed = (code: string, status: number): boolean =>
      new RegExp(String.raw`^\|\s*\`${code}\`\s*\|\s*${status}\s*\|`, 'm').test(readme);
    expect(Object.entries(errorCatalogue).filter(([code, status]) => !listed(code, status))).toEqual([]);
  });
});

describe('the packages', () => {
  it('are pinned, and come from whatever registry the machine is set to', () => {
    const manifest = parseJson(read('package.json'));
    const named = (field: string): object =>
      isJsonObject(manifest) && isJsonObject(manifest[field]) ? manifest[field] : {};
    const versions = Object.entries({ ...named('dependencies'), ...named('devDependencies') });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+/.test(String(version)))).toEqual([]);
    expect(read('package-lock.json')).not.toMatch(/"resolved"\s*:/);
    expect(read('package-lock.json')).not.toMatch(/\bregistry\b/i);
    expect(existsSync(join(project, '.npmrc')) ? read('.npmrc') : '').not.toMatch(/registry|_auth|:\/\//i);
  });
});
