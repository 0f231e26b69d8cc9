import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { readConfiguration } from '../../src/debugAdapter/configuration';
import { parseCommand } from '../../src/debugAdapter/console';
import { frameMessage, MessageReader, serveStreams, type MessageHandler } from '../../src/debugAdapter/streams';

const message = (text: string): DebugProtocol.Request => ({ seq: 1, type: 'request', command: text });

describe('framing', () => {
  test('survives any cut through the bytes', () => {
    const whole = Buffer.concat([frameMessage(message('größe')), frameMessage(message('second'))]);
    for (let cut = 0; cut <= whole.length; cut++) {
      const reader = new MessageReader();
      const read = [...reader.take(whole.subarray(0, cut)), ...reader.take(whole.subarray(cut))];
      expect(read).toEqual([message('größe'), message('second')]);
    }
  });

  test('refuses what is no protocol', async () => {
    expect(() => new MessageReader().take(Buffer.from('hello\r\n\r\n'))).toThrow('Content-Length');
    expect(() => new MessageReader().take(Buffer.from('Content-Length: 2\r\n\r\n[]'))).toThrow('seq');
    const input = new PassThrough();
    let disposed = false;
    const handler: MessageHandler = {
      onDidSendMessage: () => ({ dispose: () => undefined }),
      handleMessage: () => undefined,
      closed: new Promise(() => undefined),
      dispose: () => {
        disposed = true;
        return Promise.resolve();
      },
    };
    const served = serveStreams(handler, input, new PassThrough());
    input.write('Content-Length: many\r\n\r\n');
    await expect(served).rejects.toThrow('Content-Length');
    expect(disposed).toBe(true);
  });
});

describe('configurations', () => {
  test('a replay is told by mode, by request or by attach', () => {
    const trajectory = 'run.lac.jsonl';
    for (const [request, given] of [
      ['launch', { mode: 'replay', trajectory }],
      ['launch', { request: 'replay', trajectory }],
      ['attach', { request: 'attach', trajectory }],
    ] as const) {
      expect(readConfiguration(request, { type: 'lac', name: 'x', ...given })).toEqual({
        kind: 'replay',
        replay: { trajectory, episode: null, stopOnEntry: true, noDebug: false },
      });
    }
  });

  test('the method is one of the parameters', () => {
    const read = readConfiguration('launch', { method: 'react', parameters: { alpha: 2 }, __sessionId: 'x' });
    expect(read).toMatchObject({ kind: 'launch', launch: { parameters: { alpha: 2, method: 'react' } } });
  });
});

describe('console commands', () => {
  test.each([
    ['act  go forward ', { kind: 'act', action: 'go forward' }],
    ['set alpha = 2', { kind: 'set', name: 'alpha', value: 2 }],
    ['set method react', { kind: 'set', name: 'method', value: 'react' }],
    ['resample 5', { kind: 'resample', times: 5, temperature: 1 }],
    ['resample 5 0.7', { kind: 'resample', times: 5, temperature: 0.7 }],
    ['actor', null],
    ['Q < 0', null],
  ])('%s', (text, command) => {
    expect(parseCommand(text)).toEqual(command);
  });

  test.each(['act', 'set alpha', 'resample many', 'goto -1'])('%s is not complete', (text) => {
    expect(() => parseCommand(text)).toThrow('is written');
  });
});
