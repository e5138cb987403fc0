import { appendFile, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '#libs/kernel';
import { temporaryFolder } from '../../../test/support/server.js';
import { Journal } from './journal.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => (folder = await temporaryFolder()));
afterEach(() => folder.remove());

const open = (instance = 'dispatch-1', durability: 'os' | 'disk' = 'os'): Journal =>
  new Journal({ directory: join(folder.path, 'journal'), instance, durability });
const fileOf = (instance: string): string => join(folder.path, 'journal', `${instance}.ndjson`);

/** Everything from an offset on, as the publisher reads it. */
async function readAll(journal: Journal, from = 0): Promise<string> {
  let text = '';
  for (let offset = from; ;) {
    const lines = await journal.readLines(offset);
    if (lines.length === 0) return text;
    text += lines.toString();
    offset += lines.length;
  }
}

/** Everything in the file that is set aside, and then in the one that follows it. */
async function readFiles(journal: Journal): Promise<string> {
  const oldest = await readAll(journal);
  if (journal.bytes === journal.oldestBytes) return oldest;
  await journal.forgetOldest();
  return oldest + (await readAll(journal));
}

const records = (text: string): unknown[] => text.split('\n').flatMap((line) => (line ? [parseJson(line)] : []));

describe('Journal', () => {
  it('reads back what was appended, in order, in whole lines, whatever the sizes of lines and files', async () => {
    const sizes = fc.array(fc.oneof(fc.nat(300), fc.integer({ min: 120_000, max: 400_000 })), { maxLength: 12 });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(sizes, fc.constantFrom(400_000, 100_000_000), async (lengths, fileBytes) => {
        const directory = join(folder.path, 'journal');
        const journal = new Journal({ directory, instance: `run-${(count += 1)}`, durability: 'os', fileBytes });
        const written = lengths.map((length, at) => ({ at, text: 'ä"\n'.repeat(length / 3) }));
        for (const record of written) await journal.append(record);
        const { bytes } = journal;
        const text = await readFiles(journal);
        // No comparison that prints: a difference of megabytes takes minutes to draw.
        expect(isDeepStrictEqual(records(text), written)).toBe(true);
        expect(bytes).toBe(Buffer.byteLength(text));
      }),
      { numRuns: 30 },
    );
  });

  it('gives what is new from an offset on, and nothing at the end', async () => {
    const journal = open();
    await journal.append({ n: 1 });
    const offset = journal.bytes;
    expect(await journal.readLines(offset)).toHaveLength(0);
    await journal.append({ n: 2 });
    expect((await journal.readLines(offset)).toString()).toBe('{"n":2}\n');
  });

  it('is empty after it was emptied, on disk too, and goes on', async () => {
    const journal = open();
    await journal.append({ n: 1 });
    await journal.forgetOldest();
    expect(journal.bytes).toBe(0);
    expect(await readFile(fileOf('dispatch-1'), 'utf8')).toBe('');
    await journal.append({ n: 2 });
    expect(records(await readAll(journal))).toEqual([{ n: 2 }]);
  });

  it('finds what a predecessor of its name left, and nothing of others', async () => {
    await open('dispatch-1').append({ n: 1 });
    await open('dispatch-2').append({ n: 2 });
    const successor = open('dispatch-1');
    await successor.append({ n: 3 });
    expect(records(await readAll(successor))).toEqual([{ n: 1 }, { n: 3 }]);
  });

  it('loses only the line that a predecessor died in', async () => {
    await open().append({ n: 1 });
    await appendFile(fileOf('dispatch-1'), '{"n":2,"torn":"he');
    const successor = open();
    await successor.append({ n: 3 });
    const lines = (await readAll(successor)).split('\n');
    expect(lines).toEqual(['{"n":1}', '{"n":2,"torn":"he', '{"n":3}', '']);
  });

  it('gives out no line before its end is written', async () => {
    const journal = open();
    await journal.append({ n: 1 });
    await appendFile(fileOf('dispatch-1'), '{"n":2');
    expect((await journal.readLines(0)).toString()).toBe('{"n":1}\n');
  });

  it('has written before it returns', async () => {
    const journal = open();
    const appended = journal.append({ n: 1 });
    expect(records(await readFile(fileOf('dispatch-1'), 'utf8'))).toEqual([{ n: 1 }]);
    await appended;
  });

  it('syncs all who wait for the disk at once, and later ones again', async () => {
    const journal = open('dispatch-1', 'disk');
    const first = Array.from({ length: 500 }, (_, n) => journal.append({ n }));
    expect(new Set(first).size).toBe(1);
    await first[0];
    const later = journal.append({ n: 500 });
    expect(later).not.toBe(first[0]);
    await later;
    expect(records(await readFile(fileOf('dispatch-1'), 'utf8'))).toHaveLength(501);
  });

  describe('with a file that is set aside', () => {
    const small = (durability: 'os' | 'disk' = 'os'): Journal =>
      new Journal({ directory: join(folder.path, 'journal'), instance: 'dispatch-1', durability, fileBytes: 20 });

    it('gives out the older lines to their end, and then the newer ones', async () => {
      const journal = small();
      for (let n = 0; n < 6; n += 1) await journal.append({ n });
      expect([journal.isOldestFull, journal.oldestBytes, journal.bytes]).toEqual([true, 24, 48]);
      expect(records(await readAll(journal))).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
      await journal.forgetOldest();
      expect(records(await readAll(journal))).toEqual([{ n: 3 }, { n: 4 }, { n: 5 }]);
      await journal.forgetOldest();
      expect([journal.isOldestFull, journal.bytes]).toEqual([false, 0]);
    });

    it('sets the next one aside only when that is forgotten', async () => {
      const journal = small();
      for (let n = 0; n < 9; n += 1) await journal.append({ n });
      expect([journal.oldestBytes, journal.bytes]).toEqual([24, 72]);
      await journal.forgetOldest();
      await journal.append({ n: 9 });
      expect([journal.oldestBytes, journal.bytes]).toEqual([48, 56]);
    });

    it('leaves both to its successor', async () => {
      const journal = small();
      for (let n = 0; n < 5; n += 1) await journal.append({ n });
      const successor = small();
      expect(records(await readAll(successor))).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
      await successor.forgetOldest();
      expect(records(await readAll(successor))).toEqual([{ n: 3 }, { n: 4 }]);
    });

    it('has synced all that it resolved for, whichever file they went to', async () => {
      const journal = small('disk');
      await Promise.all(Array.from({ length: 200 }, (_, n) => journal.append({ n })));
      const older = records(await readAll(journal));
      await journal.forgetOldest();
      expect([...older, ...records(await readAll(journal))]).toHaveLength(200);
    });
  });

  it('tells whoever appends that the disk takes no more', async () => {
    await open('other').append({});
    await symlink('/dev/full', fileOf('dispatch-1'));
    expect(() => open().append({ n: 1 })).toThrow(/ENOSPC|disk is full/);
  });
});
