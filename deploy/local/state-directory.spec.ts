import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { takeStateDirectory } from './state-directory.js';

describe('takeStateDirectory', () => {
  let folder: string;
  let lock: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'breakwater-')), 'state');
    lock = join(folder, 'breakwater.pid');
  });
  afterEach(() => rm(join(folder, '..'), { recursive: true }));

  it('lets one process have a folder at a time', () => {
    const release = takeStateDirectory(folder);
    expect(() => takeStateDirectory(folder)).toThrow(new RegExp(`process ${process.pid}.*BREAKWATER_STATE_DIR`));
    release();
    expect(existsSync(lock)).toBe(false);
    takeStateDirectory(folder)();
  });

  it('takes over what a killed process left, even when its id is in use again', async () => {
    takeStateDirectory(folder);
    await writeFile(lock, `${process.pid}\n1`);
    takeStateDirectory(folder);
    expect(await readFile(lock, 'utf8')).not.toBe(`${process.pid}\n1`);
  });

  it('says so when it cannot write there', () => {
    expect(() => takeStateDirectory(import.meta.filename)).toThrow(/cannot write to .*BREAKWATER_STATE_DIR/);
  });
});
