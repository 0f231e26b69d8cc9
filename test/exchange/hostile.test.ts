import { readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { importFiles } from '../../src/exchange';
import { bufferSource } from '../../src/trajectories/byteSource';
import { scanInto } from '../../src/trajectories/index/trajectoryIndex';
import { damaged, readHostile, realFiles } from './hostileFiles';
import { mutateDocument, seeded } from './mutations';

const folder = path.resolve('test/exchange/recordings');
const examples = path.resolve('media/data/examples');
const rounds = Number(process.env['LAC_MUTATIONS'] ?? 40);
const seed = Number(process.env['LAC_SEED'] ?? 20261122);

const files = [...realFiles(folder), ...realFiles(examples, (name) => name.startsWith('critic-saves'))];

// The checks of native lines are compiled once, when the first line is read.
beforeAll(async () => {
  for (const { name, bytes } of files) expect(await readHostile(name, bytes)).toMatchObject({ said: 'read' });
});

describe('damaged files', () => {
  for (const file of files) {
    test(`of ${file.name}: a clear word each time (${rounds} rounds, seed ${seed})`, { timeout: 600_000 }, async () => {
      const random = seeded(seed);
      let slowest = 0;
      for (let round = 0; round < rounds; round++) {
        try {
          const { cpuMs } = await readHostile(file.name, damaged(file, random, round % 2 === 0));
          slowest = Math.max(slowest, cpuMs);
        } catch (error) {
          throw new Error(`seed ${seed}, round ${round}`, { cause: error });
        }
      }
      expect(slowest).toBeLessThan(1000);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });
  }
});

describe('many of one kind', () => {
  // More than a function takes as arguments.
  const many = 150_000;

  test('an episode of very many steps', { timeout: 120_000 }, () => {
    const turns = Array.from({ length: 2 * many }, (_, turn) => ({
      from: turn % 2 === 0 ? 'human' : 'gpt',
      value: turn % 2 === 0 ? 'a' : 'Action: b',
    }));
    const bytes = Buffer.from(JSON.stringify([{ conversations: turns }]));
    const { lines } = importFiles([{ name: 'many', bytes }]);
    expect(lines.filter(({ line }) => line?.type === 'step')).toHaveLength(many);
  });

  test('a step of very many observations', { timeout: 120_000 }, () => {
    const results = Array.from({ length: many }, () => ({ content: 'a' }));
    const step = { step_id: 1, source: 'agent', message: 'b', observation: { results } };
    const system = { step_id: 2, source: 'system', message: 'c', observation: { results } };
    const trajectory = { schema_version: 'ATIF-v1.7', session_id: 's', agent: { name: 'a', version: '1' } };
    const bytes = Buffer.from(JSON.stringify({ ...trajectory, steps: [step, system] }));
    const { lines } = importFiles([{ name: 'many', bytes }]);
    expect(lines.filter(({ line }) => line?.type === 'step')).toHaveLength(1);
  });
});

function zip(
  members: readonly { name: string; method: number; data: Uint8Array; size: number; crc: number }[],
): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, method, data, size, crc } of members) {
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc, 16);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt32LE(size, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    local.push(head, Buffer.from(name), Buffer.from(data));
    central.push(entry, Buffer.from(name));
    offset += 30 + name.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}

/** A zstd frame of run-length blocks: 4 bytes that unpack to 128 KiB each. */
function zstdBomb(blocks: number): Buffer {
  const block = Buffer.from([((131072 << 3) | 2) & 255, ((131072 << 3) >> 8) & 255, ((131072 << 3) >> 16) & 255, 0x20]);
  const last = Buffer.from(block);
  last[0] |= 1;
  const body = Array.from({ length: blocks }, (_, index) => (index === blocks - 1 ? last : block));
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]), ...body]);
}

describe('bombs and monsters', () => {
  const bomb = deflateRawSync(Buffer.alloc(300 << 20, 0x20));
  const cases: readonly (readonly [string, string, () => Uint8Array])[] = [
    ['a deflate bomb', 'exchange.zip', () => zip([{ name: 'header.json', method: 8, data: bomb, size: 100, crc: 0 }])],
    [
      'a deflate bomb that says so',
      'exchange.too-large',
      () => zip([{ name: 'header.json', method: 8, data: bomb, size: 300 << 20, crc: 0 }]),
    ],
    [
      'a zstd bomb',
      'exchange.zip',
      () => zip([{ name: 'header.json', method: 93, data: zstdBomb(8000), size: 100, crc: 0 }]),
    ],
    [
      'a zstd frame with a window of 2 GB',
      'exchange.zip',
      () =>
        zip([
          {
            name: 'header.json',
            method: 93,
            data: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8, 1, 0, 0]),
            size: 1,
            crc: 0,
          },
        ]),
    ],
    [
      'samples that are bombs each',
      'exchange.zip',
      () => {
        const header = Buffer.from('{}');
        const bombs = Array.from({ length: 50 }, (_, k) => ({
          name: `samples/${k}_epoch_1.json`,
          method: 8,
          data: bomb,
          size: 1,
          crc: 0,
        }));
        return zip([{ name: 'header.json', method: 0, data: header, size: 2, crc: crc32(header) }, ...bombs]);
      },
    ],
    ['lists in lists', 'exchange.too-deep', () => Buffer.from('['.repeat(1_000_000))],
    ['objects in objects', 'exchange.too-deep', () => Buffer.from(`${'{"a":'.repeat(300_000)}1${'}'.repeat(300_000)}`)],
    ['millions of empty lists', 'exchange.too-large', () => Buffer.from(`[${'[],'.repeat(4_000_000)}[]]`)],
    ['a document beyond the limit', 'exchange.too-large', () => Buffer.from(`{"a":"${'x'.repeat(40 << 20)}"}`)],
    ['a line of 10 MB that is no JSON', 'exchange.unknown-format', () => Buffer.alloc(10 << 20, 0x61)],
    ['a line of 10 MB of backslashes', 'exchange.unknown-format', () => Buffer.from(`"${'\\'.repeat(10 << 20)}`)],
    ['binary', 'exchange.unknown-format', () => Buffer.alloc(1 << 20)],
    ['nothing', 'exchange.unknown-format', () => Buffer.alloc(0)],
    ['other JSON', 'exchange.unknown-format', () => Buffer.from('{"hello":[1,2,3]}')],
    ['a later ATIF', 'exchange.version', () => Buffer.from('{"schema_version":"ATIF-v2.0","steps":[]}')],
    ['an ATIF without steps', 'exchange.empty', () => Buffer.from('{"schema_version":"ATIF-v1.6","steps":[]}')],
  ];
  test.each(cases)('%s: %s', (name, code, make) => {
    const bytes = make();
    const before = process.memoryUsage().rss;
    let thrown: unknown;
    try {
      importFiles([{ name, bytes }]);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ name: 'LacError', code });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
  });

  test('a message with a line of 10 MB is read', async () => {
    const value = [
      {
        conversations: [
          { from: 'human', value: 'x'.repeat(10 << 20) },
          { from: 'gpt', value: 'Action: go' },
        ],
      },
    ];
    expect((await readHostile('long', Buffer.from(JSON.stringify(value)))).cpuMs).toBeLessThan(1000);
  });

  test(`native lines in any state never break the index (seed ${seed})`, async () => {
    const source = readFileSync(path.join(folder, 'atif-1.7.json'));
    const lines = importFiles([{ name: 'a', bytes: source }]).lines.map(({ raw }) => raw);
    const random = seeded(seed);
    for (let round = 0; round < rounds; round++) {
      const mutated = lines.map((line, index) =>
        index === 0 || random() < 0.7 ? line : mutateDocument(line, random, false),
      );
      const bytes = Buffer.from(mutated.map((line) => `${JSON.stringify(line)}\n`).join(''));
      const data = await scanInto(bufferSource('x', bytes), undefined, { offset: 0, lines: 0 }, {});
      expect(data.lines).toBe(lines.length);
    }
  });
});
