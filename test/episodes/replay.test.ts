import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { variantOf } from '../../src/environments/variants';
import { openEnvironment, recordedCalls, resourcesFor } from '../../src/episodes/launch';
import { replayJournal, type ReplayReport } from '../../src/episodes/replay';
import { systemClock } from '../../src/models/clock';
import { bufferSource } from '../../src/trajectories/byteSource';
import { MemoryJournal, readJournal } from '../../src/trajectories/journal';
import { JournalCallLog } from '../../src/trajectories/journalCallLog';

const data = path.resolve('media/data');
const examples = path.join(data, 'examples');
const signal = new AbortController().signal;
const textOf = (name: string): string => readFileSync(path.join(examples, name), 'utf8');

async function replay(text: string): Promise<ReplayReport> {
  const recorded = await readJournal(bufferSource('recording', new TextEncoder().encode(text)), { signal });
  expect(recorded.problems).toEqual([]);
  const { environment: identity, model } = recorded.header;
  const assets = { data, embeddedModel: '', embeddedWorker: '' };
  const folders = { data: null, cache: null, variant: variantOf(identity.version) };
  const { environment } = await openEnvironment(identity.id, resourcesFor(identity.id, assets, folders), signal);
  try {
    const calls = recordedCalls(model, new JournalCallLog(new MemoryJournal(), recorded), systemClock);
    return await replayJournal(recorded, { environment, calls, wrap: model.chatWrap ?? null }, signal);
  } finally {
    await environment.dispose();
  }
}

/** Every line, its tokens rewritten. */
function withTokens(text: string, rewrite: (token: Record<string, unknown>) => object): string {
  return text
    .split('\n')
    .map((line) =>
      line === ''
        ? line
        : JSON.stringify(
            JSON.parse(line, (_key, value: unknown) =>
              typeof value === 'object' && value !== null && 'logprob' in value && 'token' in value
                ? rewrite({ ...value })
                : value,
            ),
          ),
    )
    .join('\n');
}

const isBare = ({ top }: Record<string, unknown>): boolean =>
  top === undefined || (Array.isArray(top) && top.length === 0);

describe('a recording computed again', () => {
  test.each(readdirSync(examples).filter((name) => name.endsWith('.lac.jsonl')))(
    'comes out as it was recorded: %s',
    { timeout: 120_000 },
    async (name) => {
      const report = await replay(textOf(name));
      expect(report.difference).toBeNull();
      expect(report.decisions).toBeGreaterThan(0);
      expect(report.steps).toBeGreaterThan(0);
    },
  );

  test.each([
    ['says', (token: Record<string, unknown>) => (isBare(token) ? { ...token, top: [] } : token)],
    ['leaves out', ({ top, ...token }: Record<string, unknown>) => (isBare({ top }) ? token : { ...token, top })],
  ])('is the same whether it %s that no other tokens were asked for', { timeout: 120_000 }, async (_says, rewrite) => {
    const text = withTokens(textOf('critic-saves-the-prior.lac.jsonl'), rewrite);
    expect((await replay(text)).difference).toBeNull();
  });

  test('names the first event that differs', { timeout: 120_000 }, async () => {
    const lines = textOf('critic-saves-the-prior.lac.jsonl').split('\n');
    const changed = lines.map((line) =>
      /"type":"event".*"type":"proposal"/.test(line) && line.includes('"candidate":1')
        ? line.replace('"score":"exact"', '"score":"partial"')
        : line,
    );
    const { difference } = await replay(changed.join('\n'));
    expect(difference).toMatchObject({ episode: 'e1', where: 'step 0, decision 0, event 1 (proposal)' });
    expect(difference?.recorded).toContain('"score":"partial"');
    expect(difference?.now).toContain('"score":"exact"');
  });
});
