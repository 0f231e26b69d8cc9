import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { frameMessage, MessageReader, serveStreams, type MessageHandler } from '../../src/debugAdapter/streams';

type Message = DebugProtocol.ProtocolMessage & Record<string, unknown>;

/** A debug adapter's client over a pair of streams, which keeps everything that was said. */
export class DapClient {
  /** Both sides' messages in order. */
  readonly traffic: { readonly from: 'client' | 'adapter'; readonly message: Message }[] = [];
  readonly served: Promise<void>;
  private readonly input = new PassThrough();
  private readonly output = new PassThrough();
  private readonly reader = new MessageReader();
  private readonly waiting: { readonly wants: (message: Message) => boolean; readonly take: (m: Message) => void }[] =
    [];
  private sequence = 1;
  /** Events that nobody has waited for yet. */
  private readonly events: Message[] = [];

  constructor(adapter: MessageHandler) {
    this.output.on('data', (piece: Buffer) => {
      for (const message of this.reader.take(piece)) this.receive({ ...message });
    });
    this.served = serveStreams(adapter, this.input, this.output);
  }

  private receive(message: Message): void {
    this.traffic.push({ from: 'adapter', message });
    const index = this.waiting.findIndex(({ wants }) => wants(message));
    if (index >= 0) this.waiting.splice(index, 1)[0].take(message);
    else if (message.type === 'event') this.events.push(message);
  }

  /** Sends a request without waiting; resolves with the response, failed ones included. */
  send(command: string, given: object = {}): Promise<DebugProtocol.Response> {
    const seq = this.sequence++;
    const message: Message = { seq, type: 'request', command, arguments: given };
    this.traffic.push({ from: 'client', message });
    const answered = new Promise<DebugProtocol.Response>((resolve) => {
      this.waiting.push({
        wants: (each) => each.type === 'response' && each['request_seq'] === seq,
        take: (each) => resolve(each as unknown as DebugProtocol.Response),
      });
    });
    this.input.write(frameMessage(message));
    return answered;
  }

  /** Sends a request that has to succeed; resolves with the response's body. */
  async request<B = Record<string, unknown>>(command: string, given: object = {}): Promise<B> {
    const response = await this.send(command, given);
    if (!response.success) throw new Error(`${command}: ${JSON.stringify(response.body)}`);
    return response.body as B;
  }

  /** The next event of a name. */
  event<B = Record<string, unknown>>(event: string): Promise<B> {
    const index = this.events.findIndex((each) => each['event'] === event);
    if (index >= 0) return Promise.resolve(this.events.splice(index, 1)[0]['body'] as B);
    return new Promise((resolve) => {
      this.waiting.push({
        wants: (each) => each.type === 'event' && each['event'] === event,
        take: (each) => resolve(each['body'] as B),
      });
    });
  }

  /** A request that moves, and the stop that follows. */
  async move(command: string, given: object = { threadId: 1 }): Promise<DebugProtocol.StoppedEvent['body']> {
    // Stops of console commands, which nobody waited for, are over.
    for (let i = this.events.length - 1; i >= 0; i--)
      if (this.events[i]['event'] === 'stopped') this.events.splice(i, 1);
    const stopped = this.event<DebugProtocol.StoppedEvent['body']>('stopped');
    await this.request(command, given);
    return stopped;
  }

  /** initialize, launch (or attach), breakpoints, configurationDone. */
  async launch(
    given: object,
    {
      request = 'launch',
      before = () => Promise.resolve(),
    }: { readonly request?: 'launch' | 'attach'; readonly before?: () => Promise<void> } = {},
  ): Promise<void> {
    const initialized = this.event('initialized');
    await this.request('initialize', { adapterID: 'lac', linesStartAt1: true, columnsStartAt1: true });
    await this.request(request, given);
    await initialized;
    await before();
    await this.request('configurationDone');
  }

  async stackTop(threadId = 1): Promise<DebugProtocol.StackFrame> {
    const { stackFrames } = await this.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', { threadId });
    return stackFrames[0];
  }

  /** The variables of a scope at the top of the stack; the name's beginning is enough. */
  async scope(name: string): Promise<readonly DebugProtocol.Variable[]> {
    const reference = await this.scopeReference(name);
    return this.variables(reference);
  }

  async scopeReference(name: string): Promise<number> {
    const { id } = await this.stackTop();
    const { scopes } = await this.request<DebugProtocol.ScopesResponse['body']>('scopes', { frameId: id });
    return scopes.find((scope) => scope.name.startsWith(name))?.variablesReference ?? 0;
  }

  async variables(variablesReference: number, more: object = {}): Promise<readonly DebugProtocol.Variable[]> {
    const given = { variablesReference, ...more };
    return (await this.request<DebugProtocol.VariablesResponse['body']>('variables', given)).variables;
  }

  async evaluate(expression: string, context: string): Promise<string> {
    return (await this.request<DebugProtocol.EvaluateResponse['body']>('evaluate', { expression, context })).result;
  }

  /** What was said from an index on, one message a line, without what differs from run to run. */
  transcript(replacements: readonly (readonly [string, string])[], from = 0): string {
    const lines = this.traffic.slice(from).map(({ from: side, message }) => {
      const { type } = message;
      const rest = { ...message, seq: undefined, request_seq: undefined, type: undefined };
      const arrow = side === 'client' ? '->' : '<-';
      let text = `${arrow} ${type} ${JSON.stringify(rest)}`;
      for (const [what, by] of replacements) text = text.replaceAll(what, by);
      return text
        .replace(/("name":"seconds","value":")[^"]*"/gu, '$1<seconds>"')
        .replace(/babyai-text-\d{4}-[-\dTZ]+\.lac/gu, 'babyai-text-<time>.lac');
    });
    return `${lines.join('\n')}\n`;
  }
}

/** The recorded text of a file; written anew where the environment says LAC_GOLDEN=write. */
export function golden(file: string, now: string): string {
  if (process.env['LAC_GOLDEN'] === 'write' || !existsSync(file)) {
    if (process.env['CI'] !== undefined) throw new Error(`${file} is missing; make it with LAC_GOLDEN=write`);
    writeFileSync(file, now);
  }
  return readFileSync(file, 'utf8');
}
