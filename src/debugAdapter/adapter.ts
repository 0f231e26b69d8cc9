/**
 * The Debug Adapter Protocol over a stepping session: translation only. One adapter serves one client and one episode; it
 * has the form of VS Code's inline adapters (`onDidSendMessage`, `handleMessage`, `dispose`) and speaks over streams by
 * `serveStreams`. Whatever fails becomes a protocol error with a text of the catalogue.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { isAbort, LacError, messageOf, type Translate } from '../errors/lacError';
import type { BreakpointSpec } from '../episodes/stepping/breakpoints';
import type { CallActivity } from '../episodes/stepping/callGate';
import type { Probe, SessionEvent, Stop, StopReason } from '../episodes/stepping/session';
import { parseParameter } from '../lac/parameterInput';
import { parameterNames } from '../lac/parameters';
import { lengthAndReward } from '../trajectories/outcome';
import { breakableLines, dataIdOf, dataSpec, filterSpec, place, told } from './breakpointRequests';
import { capabilities } from './capabilities';
import { ClientLines } from './clientLines';
import { readConfiguration, type Configuration } from './configuration';
import { capital, costText, presentPrompts } from './consoleRuns';
import { Debuggee } from './debuggee';
import { MessageExchange } from './exchange';
import { frameOf } from './frames';
import type { AdapterHost, OpenedSession } from './host';
import { inspection } from './inspection';
import type { Target } from './items';
import { Progress } from './progress';
import { whyStopped } from './whyStopped';
import type { Handlers } from './wire';

const stopReasons: Readonly<Record<StopReason, string>> = {
  entry: 'entry',
  step: 'step',
  pause: 'pause',
  goto: 'goto',
  probe: 'restart',
  breakpoint: 'breakpoint',
  'function breakpoint': 'function breakpoint',
  'data breakpoint': 'data breakpoint',
  exception: 'exception',
  end: 'end',
};

function stoppedBody(stop: Stop, threadId: number, translate: Translate): DebugProtocol.StoppedEvent['body'] {
  const why = whyStopped(stop, translate);
  const hits = stop.hits.map(({ breakpoint }) => breakpoint);
  return {
    reason: stopReasons[stop.reason],
    description: stop.reason === 'end' ? `Episode over: ${why}` : capital(why),
    ...(stop.reason === 'exception' ? { text: why } : {}),
    threadId,
    allThreadsStopped: true,
    ...(hits.length === 0 ? {} : { hitBreakpointIds: hits }),
  };
}

/** An episode that is open, and what stops listening to it. */
interface Running {
  readonly debuggee: Debuggee;
  readonly unsubscribe: () => void;
}

export class LacDebugAdapter {
  /** Resolves when the session is over and everything is freed. */
  readonly closed: Promise<void>;
  private readonly translate: Translate = (text) => this.host.translate(text);
  private readonly exchange = new MessageExchange(() => this.handlers, this.translate);
  private readonly lines = new ClientLines();
  private readonly groups = new Map<string, readonly BreakpointSpec[]>();
  private running: Running | null = null;
  private opening: AbortController | null = null;
  private launched: (() => void) | null = null;
  private showsInvalidation = false;
  /** The movement that begins now was asked for by a request, whose response says that it goes on. */
  private expected = false;
  /** What is under way was not asked for at the client, which goes on showing the place that stays. */
  private inPlace = false;
  private terminated = false;
  private readonly progress = new Progress((event, body) => this.exchange.event(event, body));
  private resolveClosed: () => void = () => undefined;

  constructor(private readonly host: AdapterHost) {
    this.closed = new Promise((resolve) => (this.resolveClosed = resolve));
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
  private get current(): Debuggee {
    if (this.running === null) throw new LacError('debugger.no-session');
    return this.running.debuggee;
  }

  private get session(): OpenedSession['session'] {
    return this.current.session;
  }

  private async open(configuration: Configuration): Promise<void> {
    const abort = new AbortController();
    this.opening = abort;
    this.progress.begin('Starting');
    try {
      const opened =
        configuration.kind === 'replay'
          ? await this.host.replay(configuration.replay, abort.signal)
          : await this.host.launch(configuration.launch, (message) => this.progress.show(message), abort.signal);
      if (abort.signal.aborted) {
        await opened.close();
        abort.signal.throwIfAborted();
      }
      const unsubscribe = opened.session.on((event) => this.onSession(event));
      this.running = { debuggee: new Debuggee(configuration, opened), unsubscribe };
      for (const note of opened.notes) this.exchange.say(note, 'important');
      for (const [group, specs] of this.groups) opened.session.breakpoints.set(group, specs);
    } finally {
      this.opening = null;
      this.progress.end();
    }
  }

  private begin(): void {
    const { session, options } = this.current;
    if (options.noDebug) {
      for (const group of this.groups.keys()) session.breakpoints.set(group, []);
      this.move(() => session.continue());
    } else if (options.stopOnEntry) {
      this.stopped(session.lastStop);
    } else {
      this.move(() => session.continue());
    }
  }

  private async close(): Promise<void> {
    const { running } = this;
    this.running = null;
    this.progress.end();
    if (running === null) return;
    const { debuggee, unsubscribe } = running;
    await debuggee.session.close();
    unsubscribe();
    await debuggee.opened.close();
  }

  private async terminate(): Promise<void> {
    this.opening?.abort(new DOMException('The launch was stopped.', 'AbortError'));
    await this.close();
    if (this.terminated) return;
    this.terminated = true;
    this.exchange.event('terminated', {});
    this.exchange.event('exited', { exitCode: 0 });
  }

  private onSession(event: SessionEvent): void {
    switch (event.type) {
      case 'continued': {
        const requested = this.expected;
        this.expected = false;
        this.progress.begin('Deciding');
        // A client that is told to run forgets the frame it shows, and at the stop takes the keyboard from whoever works
        // at a slider, a variable or a prompt.
        this.inPlace = !requested && event.place === 'stays' && this.showsInvalidation;
        if (this.inPlace) return;
        this.current.references.clear();
        if (!requested) {
          this.exchange.event('continued', { threadId: this.current.thread, allThreadsContinued: true });
        }
        return;
      }
      case 'stopped':
        this.progress.end();
        if (this.inPlace && event.stop.reason === 'probe') this.refresh();
        else this.stopped(event.stop);
        return;
      case 'call':
        this.onCall(event.activity);
        return;
      case 'changed':
        if (event.what === 'branches')
          this.exchange.event('thread', { reason: 'started', threadId: this.current.thread });
        else if (this.running?.debuggee.session.state === 'stopped') this.refresh();
        return;
      case 'log':
        this.exchange.say(event.text);
        return;
      case 'recorded':
        if (event.event.type === 'end') this.sayEnd();
        return;
      case 'closed':
        return;
    }
  }

  private sayEnd(): void {
    const { node } = this.session;
    const end = this.session.timeline.nodes.findLast((each) => each.end !== null)?.end ?? node.end;
    if (end === null) return;
    this.exchange.say(`Episode over: ${end.reason} ${lengthAndReward(end)}`);
  }

  private stopped(stop: Stop): void {
    if (this.running === null) return;
    const { debuggee } = this.running;
    debuggee.stopped();
    if (debuggee.options.noDebug) {
      if (stop.error !== null) this.exchange.complain(stop.error);
      void this.terminate();
      return;
    }
    this.exchange.event('stopped', stoppedBody(stop, debuggee.thread, this.translate));
  }

  /** What the client shows may differ. It keeps its focus, as nobody there asked to move. */
  private refresh(): void {
    if (this.running === null) return;
    const { debuggee } = this.running;
    const moved = !debuggee.standsAsShown;
    debuggee.stopped();
    if (!this.showsInvalidation) return;
    // "invalidated" with "stacks" would do for the frames, but VS Code takes it for a stop that wants the focus.
    if (moved) {
      const body = stoppedBody(debuggee.session.lastStop, debuggee.thread, this.translate);
      this.exchange.event('stopped', { ...body, preserveFocusHint: true });
    }
    this.exchange.event('invalidated', { areas: ['variables'] });
  }

  /** A movement that a request has asked for. */
  private move(movement: () => Promise<unknown>): void {
    this.expected = true;
    movement().catch((error: unknown) => {
      this.expected = false;
      if (!isAbort(error)) this.exchange.complain(error);
    });
  }

  /** Answers a request that moves, then moves; from another thread the cursor goes there first. */
  private moveAfter(request: number, thread: number, movement: () => Promise<Stop>): undefined {
    const debuggee = this.current;
    debuggee.requireStopped();
    const branch = debuggee.branchOf(thread);
    this.exchange.afterwards(request, () => {
      this.move(async () => {
        const last = debuggee.lastCursor(branch);
        if (branch !== this.session.cursor.branch && last !== undefined) {
          await this.session.moveTo(last.node, branch);
          this.expected = true;
        }
        await movement();
      });
    });
    return undefined;
  }

  private onCall(activity: CallActivity): void {
    if (activity.state !== 'started') return;
    const { role, candidate, depth } = activity.purpose;
    const where = candidate === null ? '' : ` · candidate ${candidate + 1}`;
    this.progress.show(`${role}${where}${depth === null ? '' : ` · depth ${depth}`}`);
  }

  // Changing

  /** What a text put in the place of a variable does; the value that the variable then has. */
  private async change(request: number, target: Target, text: string): Promise<string> {
    const { session } = this;
    this.current.requireStopped();
    switch (target.kind) {
      case 'parameter': {
        const value = parseParameter(target.name, text.trim(), 'the debugger');
        await this.probeAfter(request, `${target.name} = ${value}`, { parameters: { [target.name]: value } });
        return String(value);
      }
      case 'candidate': {
        if (text.trim() === '') throw new LacError('debugger.empty-text', { what: 'candidate' });
        await this.probeAfter(request, `candidate "${text}"`, { added: [text.trim()] });
        return text.trim();
      }
      case 'action': {
        const chosen = session.decisionSoFar?.decision.choice?.action;
        session.setAction(text === chosen && session.nextNode === undefined ? null : text);
        return `${text} (when stepped on)`;
      }
      case 'observation':
        session.setObservation(text);
        return `${text} (when stepped on)`;
    }
  }

  /** Puts a change in force and decides here again, when that is cheap or the user says so. */
  private async probeAfter(request: number, change: string, probe: Probe): Promise<void> {
    const { session } = this;
    const decides = (session.decision !== undefined || probe.added !== undefined) && session.node.status === 'running';
    if (decides) {
      const forecast = await session.forecast(probe);
      if (forecast.calls.expected <= this.host.autoRunCalls || (await this.host.confirm(change, forecast))) {
        this.exchange.afterwardsAsync(request, () => session.probe(probe));
        return;
      }
      this.exchange.say(
        `${change} is in force from the next decision on. Deciding here again would take ${costText(forecast)}; "decide" does it.`,
      );
    }
    this.exchange.afterwardsAsync(request, () => {
      session.setSettings({ parameters: { ...session.settings.parameters, ...probe.parameters } });
      return Promise.resolve();
    });
  }

  private targetNamed(name: string): Target {
    const parameter = parameterNames.find((each) => each === name);
    if (parameter !== undefined) return { kind: 'parameter', name: parameter };
    if (name === 'action' || name === 'observation') return { kind: name };
    const candidate = /^candidates?\s*\[?(\d{1,3})\]?$/u.exec(name);
    if (candidate !== null) return { kind: 'candidate', index: Number(candidate[1]) };
    throw new LacError('debugger.read-only', { name: name.slice(0, 60) });
  }

  // Requests

  private group(name: string, specs: readonly BreakpointSpec[]): DebugProtocol.Breakpoint[] {
    this.groups.set(name, specs);
    return this.session.breakpoints.set(name, specs).map((breakpoint) => told(breakpoint, this.translate));
  }

  private readonly handlers: Handlers = {
    ...inspection(() => this.current, this.lines, this.translate),

    initialize: (given) => {
      this.lines.agree(given);
      this.showsInvalidation = given.supportsInvalidatedEvent === true;
      this.progress.enabled = given.supportsProgressReporting === true;
      return capabilities();
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
      const { configuration } = this.current;
      const fresh = given.arguments === undefined ? configuration : readConfiguration('launch', given.arguments);
      await this.close();
      await this.open(fresh);
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

    setBreakpoints: (given) => {
      const { sources } = this.current;
      const document = sources.named(given.source);
      const placed = given.breakpoints.map((wish) =>
        place(this.session, document, { ...wish, line: this.lines.ours(wish.line) }),
      );
      const group = given.source.path ?? `#${given.source.sourceReference ?? 0}`;
      const specs = placed.flatMap((each) => ('spec' in each ? [each.spec] : []));
      const set = this.group(group, specs);
      const breakpoints = placed.map((each): DebugProtocol.Breakpoint => {
        const line = this.lines.line(each.line);
        if ('problem' in each)
          return { verified: false, message: messageOf(each.problem, this.translate), line, reason: 'failed' };
        return { ...(set.shift() ?? { verified: false }), line };
      });
      return { breakpoints };
    },

    setFunctionBreakpoints: ({ breakpoints }) => {
      const specs = breakpoints.map(({ name, condition, hitCondition }): BreakpointSpec => ({
        target: { kind: 'action', pattern: name },
        condition,
        hitCondition,
      }));
      return { breakpoints: this.group('functions', specs) };
    },

    setExceptionBreakpoints: ({ filters, filterOptions }) => {
      const wanted = [...filters.map((filterId) => ({ filterId, condition: undefined })), ...filterOptions];
      return { breakpoints: this.group('filters', wanted.map(filterSpec)) };
    },

    setDataBreakpoints: ({ breakpoints }) => ({ breakpoints: this.group('data', breakpoints.map(dataSpec)) }),

    dataBreakpointInfo: ({ variablesReference = 0, name }) => {
      const item = this.current.references.items(variablesReference)?.find((each) => each.name === name);
      const dataId = item?.data ?? dataIdOf(name);
      if (dataId === null) {
        return { dataId: null, description: new LacError('debugger.data', { data: name.slice(0, 60) }).message };
      }
      const description = dataId === 'choice' ? 'the choice of a step' : `Q of "${dataId.slice(2)}"`;
      return { dataId, description, accessTypes: ['write'], canPersist: true };
    },

    breakpointLocations: ({ source, line, endLine }) => {
      const { sources } = this.current;
      const [first, last] = [this.lines.ours(line), this.lines.ours(endLine ?? line)];
      const lines = breakableLines(this.session, sources.named(source));
      return {
        breakpoints: lines
          .filter((each) => each >= first && each <= last)
          .map((each) => ({ line: this.lines.line(each) })),
      };
    },

    continue: ({ threadId }, request) => {
      const { session } = this;
      if (session.state === 'stopped' && session.lastStop.reason === 'end' && session.nextNode === undefined) {
        // On from the end there is only the end of the session.
        this.exchange.afterwardsAsync(request, () => this.terminate());
      } else {
        this.moveAfter(request, threadId, () => session.continue());
      }
      return { allThreadsContinued: true };
    },

    next: ({ threadId }, request) => this.moveAfter(request, threadId, () => this.session.next()),

    stepIn: ({ threadId, targetId }, request) =>
      this.moveAfter(request, threadId, () =>
        targetId === undefined ? this.session.stepIn() : this.session.stepInto(targetId - 1),
      ),

    stepOut: ({ threadId }, request) => this.moveAfter(request, threadId, () => this.session.stepOut()),

    stepBack: ({ threadId }, request) => this.moveAfter(request, threadId, () => this.session.stepBack()),

    reverseContinue: ({ threadId }, request) => this.moveAfter(request, threadId, () => this.session.reverseContinue()),

    restartFrame: async ({ frameId }, request) => {
      const prompts = await presentPrompts(this.current.opened);
      this.moveAfter(request, frameOf(frameId).thread, () => this.session.probe(prompts));
      return undefined;
    },

    goto: ({ threadId, targetId }, request) => {
      const target = this.current.target(targetId);
      this.moveAfter(request, threadId, () =>
        target.kind === 'step' ? this.session.goTo(target.step, target.branch) : this.session.act(target.action),
      );
      return undefined;
    },

    pause: () => {
      this.session.pause();
      return undefined;
    },

    setVariable: async ({ variablesReference, name, value }, request) => {
      const item = this.current.references.items(variablesReference)?.find((each) => each.name === name);
      if (item === undefined) throw new LacError('debugger.no-variable', { name: name.slice(0, 60) });
      if (item.target === undefined) throw new LacError('debugger.read-only', { name });
      return { value: await this.change(request, item.target, value) };
    },

    setExpression: async ({ expression, value }, request) => {
      return { value: await this.change(request, this.targetNamed(expression.trim()), value) };
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
