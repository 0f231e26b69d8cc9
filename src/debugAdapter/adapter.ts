/**
 * The Debug Adapter Protocol over a stepping session: translation only. One adapter serves one client and one episode; it
 * has the form of VS Code's inline adapters (`onDidSendMessage`, `handleMessage`, `dispose`) and speaks over streams by
 * `serveStreams`. Whatever fails becomes a protocol error with a text of the catalogue.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { LacError } from '../errors/lacError';
import { inLanguage, phrase, type Translate } from '../errors/phrase';
import { Announcements } from './announcements';
import { ClientBreakpoints } from './clientBreakpoints';
import { capabilities } from './capabilities';
import { changes } from './changes';
import { ClientLines } from './clientLines';
import { readConfiguration, type Configuration } from './configuration';
import { Debuggee } from './debuggee';
import { MessageExchange } from './exchange';
import type { AdapterHost, OpenedSession } from './host';
import { inspection } from './inspection';
import { movements } from './movements';
import { Progress } from './progress';
import type { Handlers } from './wire';

/** An episode that is open, with what tells the client of it until it is let go. */
interface Running {
  readonly debuggee: Debuggee;
  readonly announcements: Announcements;
  readonly unsubscribe: () => void;
}

type LifecycleRequest =
  'initialize' | 'launch' | 'attach' | 'configurationDone' | 'restart' | 'disconnect' | 'terminate' | 'cancel';

export class LacDebugAdapter {
  /** Resolves when the session is over and everything is freed. */
  readonly closed: Promise<void>;
  private readonly translate: Translate = (text) => this.host.translate(text);
  private readonly exchange = new MessageExchange(() => this.handlers, this.translate);
  private readonly handlers: Handlers;
  private readonly lines = new ClientLines();
  private running: Running | null = null;
  private opening: AbortController | null = null;
  private launched: (() => void) | null = null;
  private showsInvalidation = false;
  private terminated = false;
  private readonly progress = new Progress((event, body) => this.exchange.event(event, body));
  private readonly breakpoints = new ClientBreakpoints(() => this.current.debuggee, this.lines, this.translate);
  private resolveClosed: () => void = () => undefined;

  constructor(private readonly host: AdapterHost) {
    this.closed = new Promise((resolve) => (this.resolveClosed = resolve));
    const { exchange, lines, translate } = this;
    const current = (): Debuggee => this.current.debuggee;
    this.handlers = {
      ...inspection(current, lines, translate),
      ...this.breakpoints.handlers,
      ...movements({ current: () => this.current, exchange, end: () => this.terminate() }),
      ...changes({ current, exchange, host, translate }),
      ...this.lifecycle,
    };
  }

  /** The session that is open; null before a launch has come through. */
  get opened(): OpenedSession | null {
    return this.running?.debuggee.opened ?? null;
  }

  onDidSendMessage(listener: (message: DebugProtocol.ProtocolMessage) => void): { dispose(): void } {
    return this.exchange.onDidSendMessage(listener);
  }

  handleMessage(message: DebugProtocol.ProtocolMessage): void {
    this.exchange.handleMessage(message);
  }

  /** Aborts what is under way and frees everything. */
  async dispose(): Promise<void> {
    this.opening?.abort(new DOMException('The adapter was closed.', 'AbortError'));
    await this.close();
    this.resolveClosed();
  }

  // Sessions

  /** Throws `debugger.no-session`. */
  private get current(): Running {
    if (this.running === null) throw new LacError('debugger.no-session');
    return this.running;
  }

  private async open(configuration: Configuration): Promise<void> {
    const abort = new AbortController();
    this.opening = abort;
    this.progress.begin(inLanguage(phrase('Starting'), this.translate));
    try {
      const show = (message: string): void => this.progress.show(message);
      const opened =
        configuration.kind === 'replay'
          ? await this.host.replay(configuration.replay, show, abort.signal)
          : await this.host.launch(configuration.launch, show, abort.signal);
      if (abort.signal.aborted) {
        await opened.close();
        abort.signal.throwIfAborted();
      }
      const debuggee = new Debuggee(configuration, opened, this.translate);
      const { exchange, progress, translate, showsInvalidation } = this;
      const end = (): Promise<void> => this.terminate();
      const announcements = new Announcements(debuggee, { exchange, progress, translate, showsInvalidation, end });
      const unsubscribe = opened.session.on((event) => announcements.tell(event));
      this.running = { debuggee, announcements, unsubscribe };
      for (const note of opened.notes) exchange.say(note);
      this.breakpoints.arm(opened.session);
    } finally {
      this.opening = null;
      this.progress.end();
    }
  }

  private begin(): void {
    const { debuggee, announcements } = this.current;
    const { session, options } = debuggee;
    if (options.noDebug) this.breakpoints.disarm(session);
    if (options.stopOnEntry && !options.noDebug) announcements.stopped(session.lastStop);
    else void announcements.move(() => session.continue());
  }

  /** Lets the episode go. What fails then is said: it keeps nothing from being freed and no session from ending. */
  private async close(): Promise<void> {
    const { running, exchange } = this;
    this.running = null;
    this.progress.end();
    if (running === null) return;
    const { opened, session } = running.debuggee;
    running.unsubscribe();
    const unsubscribe = session.on((event) => {
      if (event.type === 'warning') exchange.complain(event.warning);
    });
    for (const end of [() => session.close(), () => opened.close()]) {
      await end().catch((error: unknown) => exchange.complain(error));
    }
    unsubscribe();
  }

  private async terminate(): Promise<void> {
    this.opening?.abort(new DOMException('The launch was stopped.', 'AbortError'));
    await this.close();
    if (this.terminated) return;
    this.terminated = true;
    this.exchange.event('terminated', {});
    this.exchange.event('exited', { exitCode: 0 });
  }

  /** A session from its beginning to its end. */
  private readonly lifecycle: Pick<Handlers, LifecycleRequest> = {
    initialize: (given) => {
      this.lines.agree(given);
      this.showsInvalidation = given.supportsInvalidatedEvent === true;
      this.progress.enabled = given.supportsProgressReporting === true;
      return capabilities(this.translate);
    },

    launch: (given, request) => this.start('launch', given, request),

    attach: (given, request) => this.start('attach', given, request),

    configurationDone: (_given, request) => {
      const { launched } = this;
      this.launched = null;
      if (launched !== null) this.exchange.afterwards(request, launched);
      return undefined;
    },

    restart: async (given, request) => {
      const { configuration } = this.current.debuggee;
      const fresh = given.arguments === undefined ? configuration : readConfiguration('launch', given.arguments);
      await this.close();
      try {
        await this.open(fresh);
      } catch (error) {
        // Behind the answer, which says why: without an episode nothing is left to debug.
        setImmediate(() => void this.terminate());
        throw error;
      }
      this.exchange.afterwards(request, () => this.begin());
      return undefined;
    },

    disconnect: async () => {
      await this.terminate();
      this.exchange.forget();
      setImmediate(() => this.resolveClosed());
      return undefined;
    },

    terminate: (_given, request) => {
      this.exchange.afterwardsAsync(request, () => this.terminate());
      return undefined;
    },

    cancel: (given) => {
      this.opening?.abort(new DOMException('The launch was cancelled.', 'AbortError'));
      if (given.progressId !== undefined || given.requestId !== undefined) {
        this.opened?.session.pause();
        this.opened?.session.pause();
      }
      return undefined;
    },
  };

  private async start(kind: 'launch' | 'attach', given: unknown, request: number): Promise<undefined> {
    if (this.running !== null || this.opening !== null) throw new LacError('debugger.started');
    const configuration = readConfiguration(kind, given);
    await this.open(configuration);
    this.launched = () => this.begin();
    // The client answers with its breakpoints and configurationDone, at which the episode begins.
    this.exchange.afterwards(request, () => this.exchange.event('initialized', undefined));
    return undefined;
  }
}
