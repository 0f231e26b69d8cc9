import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Readable, Writable } from 'node:stream';
import { LacError, messageOf } from '../errors/lacError';

/** A message of more bytes than this is taken for a broken stream. */
const longestMessage = 64 * 1024 * 1024;

/** Takes DAP's framing (`Content-Length: n`, a blank line, JSON) apart, whatever pieces it comes in. */
export class MessageReader {
  private rest: Buffer = Buffer.alloc(0);
  private length: number | null = null;

  /** The messages that are complete with this piece. Throws where the stream is no DAP. */
  take(piece: Buffer): readonly DebugProtocol.ProtocolMessage[] {
    this.rest = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const messages: DebugProtocol.ProtocolMessage[] = [];
    for (;;) {
      if (this.length === null) {
        const end = this.rest.indexOf('\r\n\r\n');
        if (end < 0) break;
        this.length = contentLength(this.rest.toString('ascii', 0, end));
        this.rest = this.rest.subarray(end + 4);
      }
      if (this.rest.length < this.length) break;
      messages.push(parseMessage(this.rest.toString('utf8', 0, this.length)));
      this.rest = this.rest.subarray(this.length);
      this.length = null;
    }
    return messages;
  }
}

function contentLength(header: string): number {
  const length = Number(/^content-length:\s*(\d+)\s*$/imu.exec(header)?.[1] ?? NaN);
  if (!(length <= longestMessage)) throw broken(`there is no Content-Length in "${header.slice(0, 80)}"`);
  return length;
}

function parseMessage(text: string): DebugProtocol.ProtocolMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(messageOf(error));
  }
  const missing = 'a message needs a number "seq" and a text "type"';
  if (typeof value !== 'object' || value === null || !('seq' in value) || !('type' in value)) throw broken(missing);
  const { seq, type } = value;
  if (typeof seq !== 'number' || typeof type !== 'string') throw broken(missing);
  return { ...value, seq, type };
}

function broken(reason: string): LacError {
  return new LacError('debugger.stream', { reason });
}

export function frameMessage(message: DebugProtocol.ProtocolMessage): Buffer {
  const body = Buffer.from(JSON.stringify(message), 'utf8');
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'ascii'), body]);
}

/** The part of the adapter that a stream serves. */
export interface MessageHandler {
  onDidSendMessage(listener: (message: DebugProtocol.ProtocolMessage) => void): { dispose(): void };
  handleMessage(message: DebugProtocol.ProtocolMessage): void;
  /** Resolves when the session is over and everything is freed. */
  readonly closed: Promise<void>;
  dispose(): Promise<void>;
}

/** Speaks DAP over a pair of streams until the client disconnects or its stream ends. */
export async function serveStreams(handler: MessageHandler, input: Readable, output: Writable): Promise<void> {
  const reader = new MessageReader();
  const sending = handler.onDidSendMessage((message) => output.write(frameMessage(message)));
  const failed = new Promise<never>((_resolve, reject) => {
    input.on('data', (piece: Buffer) => {
      try {
        for (const message of reader.take(piece)) handler.handleMessage(message);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
    output.on('error', reject);
    input.on('error', reject);
  });
  const ended = new Promise<void>((resolve) => {
    input.on('end', resolve);
    input.on('close', resolve);
  });
  try {
    await Promise.race([handler.closed, ended, failed]);
  } finally {
    await handler.dispose();
    sending.dispose();
  }
}
