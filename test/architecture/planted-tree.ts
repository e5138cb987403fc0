import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';

/** Source by path: `services/a/src/x.ts`. */
export type Files = Readonly<Record<string, string>>;

/** What one tool said of one file. */
export interface Finding {
  readonly rule: string;
  readonly file: string;
}

/** A throw-away project under the real rules: their files are copied, the packages are linked. */
export interface PlantedTree {
  architecture(): Promise<readonly Finding[]>;
  lint(): Promise<readonly Finding[]>;
  remove(): Promise<void>;
}

const project = process.cwd();
const settings = ['.dependency-cruiser.cjs', '.oxlintrc.json', 'tsconfig.json', 'package.json'];

export async function plantTree(files: Files): Promise<PlantedTree> {
  const root = await mkdtemp(join(tmpdir(), 'breakwater-architecture-'));
  await Promise.all(settings.map((name) => cp(join(project, name), join(root, name))));
  await symlink(join(project, 'node_modules'), join(root, 'node_modules'));
  for (const [path, source] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), source);
  }
  const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))];
  return {
    architecture: () => cruise(root, folders),
    lint: () => lint(root),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function cruise(root: string, folders: readonly string[]): Promise<readonly Finding[]> {
  const tool = 'depcruise';
  const report = await run(root, tool, ['--config', '.dependency-cruiser.cjs', '-T', 'json', ...folders]);
  const summary = isJsonObject(report['summary']) ? report['summary'] : {};
  return objects(summary['violations']).map((violation) => ({
    rule: isJsonObject(violation['rule']) ? text(violation['rule']['name']) : '',
    file: text(violation['from']),
  }));
}

async function lint(root: string): Promise<readonly Finding[]> {
  const report = await run(root, 'oxlint', ['--type-aware', '-f', 'json']);
  return objects(report['diagnostics']).map((found) => ({ rule: text(found['code']), file: text(found['filename']) }));
}

/** Both tools end with another code than 0 when they find something: the report counts, and must be there. */
async function run(root: string, tool: string, args: readonly string[]): Promise<JsonObject> {
  const output = await new Promise<string>((resolve) => {
    const command = [join(project, 'node_modules/.bin', tool), ...args];
    execFile(process.execPath, command, { cwd: root, maxBuffer: 2 ** 26 }, (_error, stdout, stderr) =>
      resolve(stdout || stderr),
    );
  });
  const report = parseJson(output);
  if (!isJsonObject(report)) throw new Error(`${tool} gave no report: ${output.slice(0, 2_000)}`);
  return report;
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
