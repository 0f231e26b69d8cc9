import type { DebugProtocol } from '@vscode/debugprotocol';
import { isAbort, LacError, messageOf } from '../errors/lacError';
import type { Translate } from '../errors/phrase';
import { isRequest, readArguments, type RequestName } from './requestArguments';
import { errorMessage, type Events, type Handlers } from './wire';

/** Requests in, responses and events out: every request is answered once, by a body or by an error in words. */
export class MessageExchange {
  private readonly listeners = new Set<(message: DebugProtocol.ProtocolMessage) => void>();
  private readonly after = new Map<number, () => void>();
  private sequence = 1;

  constructor(
    private readonly handlers: () => Handlers,
    private readonly translate: Translate,
  ) {}

  onDidSendMessage(listener: (message: DebugProtocol.ProtocolMessage) => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /** Answers a request. Other messages are the client's answers to requests, of which this adapter sends none. */
  handleMessage(message: DebugProtocol.ProtocolMessage): void {
    if (message.type !== 'request') return;
    const command: unknown = 'command' in message ? message.command : undefined;
    const given: unknown = 'arguments' in message ? message.arguments : undefined;
    void this.answer(message.seq, command, given);
  }

  private async answer(request: number, command: unknown, given: unknown): Promise<void> {
    const base = {
      type: 'response',
      request_seq: request,
      command: typeof command === 'string' ? command : '',
    } as const;
    try {
      const body = await this.handle(command, given, request);
      this.send({ ...base, success: true, ...(body === undefined ? {} : { body }) });
    } catch (error) {
      const { message, error: told } = errorMessage(error, this.translate);
      this.send({ ...base, success: false, message, body: { error: told } });
      this.after.delete(request);
    }
    const next = this.after.get(request);
    this.after.delete(request);
    next?.();
  }

  private handle(command: unknown, given: unknown, request: number): unknown {
    if (typeof command !== 'string' || !isRequest(command)) {
      throw new LacError('debugger.request', { request: String(command).slice(0, 60) });
    }
    return this.handleKnown(command, given, request);
  }

  private handleKnown<K extends RequestName>(command: K, given: unknown, request: number): unknown {
    return this.handlers()[command](readArguments(command, given), request);
  }

  private send(message: object): void {
    const whole: DebugProtocol.ProtocolMessage = { type: 'event', ...message, seq: this.sequence++ };
    for (const listener of this.listeners) listener(whole);
  }

  event<K extends keyof Events>(event: K, body: Events[K]): void {
    this.send({ type: 'event', event, ...(body === undefined ? {} : { body }) });
  }

  say(text: string, category: 'console' | 'important' | 'stdout' | 'stderr' = 'console'): void {
    this.event('output', { category, output: `${text}\n` });
  }

  /** Says what was thrown, in the client's language. */
  complain(error: unknown): void {
    this.say(messageOf(error, this.translate), 'stderr');
  }

  /** What a request does once its response is out; nothing where the response is an error. */
  afterwards(request: number, run: () => void): void {
    this.after.set(request, run);
  }

  /** As `afterwards`, for what takes its time; what fails is said in the console. */
  afterwardsAsync(request: number, run: () => Promise<unknown>): void {
    this.afterwards(request, () => {
      run().catch((error: unknown) => {
        if (!isAbort(error)) this.complain(error);
      });
    });
  }

  /** Forgets what was to be done after responses. */
  forget(): void {
    this.after.clear();
  }
}
