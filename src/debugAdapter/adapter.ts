/**
 * The Debug Adapter Protocol over a stepping session: translation only. One adapter serves one client and one episode; it
 * has the form of VS Code's inline adapters (`onDidSendMessage`, `handleMessage`, `dispose`) and speaks over streams by
 * `serveStreams`. Whatever fails becomes a protocol error with a text of the catalogue.
 */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { Expression, formatValue, type StepView, type Value } from '../expressions';
import { isAbort, LacError, messageOf } from '../errors/lacError';
import type { BreakpointSpec } from '../episodes/stepping/breakpoints';
import type { CallActivity } from '../episodes/stepping/callGate';
import type { Cursor } from '../episodes/stepping/moments';
import { qSamples } from '../episodes/stepping/resamples';
import type { Probe, SessionEvent, Stop, StopReason } from '../episodes/stepping/session';
import type { CostForecast } from '../lac/forecast';
import { parseParameter } from '../lac/parameterInput';
import { parameterNames } from '../lac/parameters';
import type { BranchId } from '../trajectories/ids';
import { breakableLines, dataIdOf, dataSpec, filterSpec, place, told } from './breakpointRequests';
import { capabilities } from './capabilities';
import { readConfiguration, type Configuration } from './configuration';
import { completeConsole } from './completion';
import { distinctActions, helpText, parseCommand, type ConsoleCommand } from './console';
import { branchOfThread, frameOf, framesAt, framesElsewhere, threadOf } from './frames';
import type { AdapterHost, OpenedSession } from './host';
import { numeral, References, shortText, type Item, type Target } from './items';
import { Progress } from './progress';
import { scopesElsewhere, scopesOf, type ScopeItems } from './scopes';
import { Sources } from './sources';
import { errorMessage, type Events, type Handlers, type RequestName } from './wire';

/** A launch that is being opened, or that is open. */
interface Running {
  readonly configuration: Configuration;
  readonly opened: OpenedSession;
  readonly sources: Sources;
  readonly unsubscribe: () => void;
}

/** What a goto target does. */
type GotoTarget =
  | { readonly kind: 'step'; readonly branch: BranchId; readonly step: number }
  | { readonly kind: 'action'; readonly action: string };

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

export class LacDebugAdapter {
  /** Resolves when the session is over and everything is freed. */
  readonly closed: Promise<void>;
  private readonly listeners = new Set<(message: DebugProtocol.ProtocolMessage) => void>();
  private readonly references = new References();
  private readonly groups = new Map<string, readonly BreakpointSpec[]>();
  private readonly lastCursors = new Map<BranchId, Cursor>();
  private readonly after = new Map<number, () => void>();
  private readonly targets: GotoTarget[] = [];
  private running: Running | null = null;
  private opening: AbortController | null = null;
  private launched: { readonly request: number; readonly go: () => void } | null = null;
  private sequence = 1;
  private linesFrom = 1;
  private columnsFrom = 1;
  private showsInvalidation = false;
  /** The movement that begins now was asked for by a request, whose response says that it goes on. */
  private expected = false;
  /** The movement under way began so. */
  private requested = false;
  private terminated = false;
  private readonly progress = new Progress((event, body) => this.event(event, body));
  private resolveClosed: () => void = () => undefined;

  constructor(private readonly host: AdapterHost) {
    this.closed = new Promise((resolve) => (this.resolveClosed = resolve));
  }

  /** The session that is open; null before a launch has come through. */
  get opened(): OpenedSession | null {
    return this.running?.opened ?? null;
  }

  onDidSendMessage(listener: (message: DebugProtocol.ProtocolMessage) => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  handleMessage(message: DebugProtocol.ProtocolMessage): void {
    if (message.type === 'request' && 'command' in message && typeof message.command === 'string') {
      const given: unknown = 'arguments' in message ? message.arguments : undefined;
      void this.answer(message.seq, message.command, given);
    }
  }

  /** Aborts what is under way and frees everything. */
  async dispose(): Promise<void> {
    this.opening?.abort(new DOMException('The adapter was closed.', 'AbortError'));
    await this.close();
    this.resolveClosed();
  }

  // Messages

  private async answer(request: number, command: string, given: unknown): Promise<void> {
    const base = { type: 'response', request_seq: request, command } as const;
    try {
      const handler = this.handlerOf(command);
      const body: unknown = await handler(given ?? {}, request);
      this.send({ ...base, success: true, ...(body === undefined ? {} : { body }) });
    } catch (error) {
      const { message, error: told } = errorMessage(error);
      this.send({ ...base, success: false, message, body: { error: told } });
      this.after.delete(request);
    }
    const next = this.after.get(request);
    this.after.delete(request);
    next?.();
  }

  private handlerOf(command: string): (given: unknown, request: number) => unknown {
    const known = Object.keys(this.handlers).find((name): name is RequestName => name === command);
    if (known === undefined) throw new LacError('debugger.request', { request: command.slice(0, 60) });
    // What a client sends under a command's name is taken as that command's arguments; handlers check what they use.
    return this.handlers[known] as (given: unknown, request: number) => unknown;
  }

  private send(message: object): void {
    const whole: DebugProtocol.ProtocolMessage = { type: 'event', ...message, seq: this.sequence++ };
    for (const listener of this.listeners) listener(whole);
  }

  private event<K extends keyof Events>(event: K, body: Events[K]): void {
    this.send({ type: 'event', event, ...(body === undefined ? {} : { body }) });
  }

  private say(text: string, category: 'console' | 'important' | 'stdout' | 'stderr' = 'console'): void {
    this.event('output', { category, output: `${text}\n` });
  }

  /** Once the response is out. */
  private afterwards(request: number, run: () => Promise<unknown>): void {
    this.after.set(request, () => {
      run().catch((error: unknown) => {
        if (!isAbort(error)) this.say(messageOf(error), 'stderr');
      });
    });
  }

  // Sessions

  private get current(): Running {
    if (this.running === null) throw new LacError('debugger.no-session');
    return this.running;
  }

  private get session(): OpenedSession['session'] {
    return this.current.opened.session;
  }

  private requireStopped(): void {
    if (this.session.state === 'running') throw new LacError('debugger.running');
    if (this.session.state === 'closed') throw new LacError('debugger.closed');
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
      this.running = { configuration, opened, sources: new Sources(opened), unsubscribe };
      this.lastCursors.clear();
      this.references.clear();
      for (const note of opened.notes) this.say(note, 'important');
      for (const [group, specs] of this.groups) opened.session.breakpoints.set(group, specs);
    } finally {
      this.opening = null;
      this.progress.end();
    }
  }

  private begin(): void {
    const { configuration, opened } = this.current;
    const { session } = opened;
    const options = configuration.kind === 'replay' ? configuration.replay : configuration.launch;
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
    await running.opened.session.close();
    running.unsubscribe();
    await running.opened.close();
  }

  private async terminate(): Promise<void> {
    this.opening?.abort(new DOMException('The launch was stopped.', 'AbortError'));
    await this.close();
    if (this.terminated) return;
    this.terminated = true;
    this.event('terminated', {});
    this.event('exited', { exitCode: 0 });
  }

  private onSession(event: SessionEvent): void {
    switch (event.type) {
      case 'continued':
        this.references.clear();
        this.progress.begin('Deciding');
        if (!this.expected) this.event('continued', { threadId: this.thread, allThreadsContinued: true });
        this.requested = this.expected;
        this.expected = false;
        return;
      case 'stopped':
        this.progress.end();
        this.stopped(event.stop);
        return;
      case 'call':
        this.onCall(event.activity);
        return;
      case 'changed':
        if (event.what === 'branches') this.event('thread', { reason: 'started', threadId: this.thread });
        else if (this.running?.opened.session.state === 'stopped') this.invalidate();
        return;
      case 'log':
        this.say(event.text);
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
    this.say(`Episode over: ${end.reason} after ${end.steps} steps, reward ${Number(end.reward.toFixed(4))}`);
  }

  private get thread(): number {
    return threadOf(this.session.cursor.branch);
  }

  private stopped(stop: Stop): void {
    if (this.running === null) return;
    const { cursor } = this.session;
    this.lastCursors.set(cursor.branch, cursor);
    this.references.clear();
    this.targets.length = 0;
    if (this.options.noDebug) {
      if (stop.error !== null) this.say(stop.error.message, 'stderr');
      void this.terminate();
      return;
    }
    const hits = stop.hits.map(({ breakpoint }) => breakpoint);
    const probed = stop.reason === 'probe' && !this.requested;
    this.event('stopped', {
      reason: stopReasons[stop.reason],
      description: stop.reason === 'end' ? `Episode over: ${stop.description}` : capital(stop.description),
      ...(stop.reason === 'exception' ? { text: stop.description } : {}),
      threadId: this.thread,
      allThreadsStopped: true,
      // Whoever asked for a probe elsewhere stays where they changed something: at a slider, a variable, a prompt.
      ...(probed ? { preserveFocusHint: true } : {}),
      ...(hits.length === 0 ? {} : { hitBreakpointIds: hits }),
    });
    // A client that keeps its focus keeps the frame it has shown so far, and its variables.
    if (probed && this.showsInvalidation) this.event('invalidated', { areas: ['variables'] });
  }

  private get options(): { readonly noDebug: boolean } {
    const { configuration } = this.current;
    return configuration.kind === 'replay' ? configuration.replay : configuration.launch;
  }

  private invalidate(): void {
    this.references.clear();
    if (this.showsInvalidation) this.event('invalidated', { areas: ['all'] });
  }

  /** A movement that a request has asked for. */
  private move(movement: () => Promise<unknown>): void {
    this.expected = true;
    movement().catch((error: unknown) => {
      this.expected = false;
      if (!isAbort(error)) this.say(messageOf(error), 'stderr');
    });
  }

  /** Answers a request that moves, then moves; from another thread the cursor goes there first. */
  private moveAfter(request: number, thread: number, movement: () => Promise<Stop>): undefined {
    this.requireStopped();
    const branch = this.branchOf(thread);
    this.after.set(request, () => {
      this.move(async () => {
        const last = this.lastCursors.get(branch);
        if (branch !== this.session.cursor.branch && last !== undefined) {
          await this.session.moveTo(last.node, branch);
          this.expected = true;
        }
        await movement();
      });
    });
    return undefined;
  }

  private branchOf(thread: number): BranchId {
    const branch = branchOfThread(thread, this.session.visited);
    if (branch === undefined) throw new LacError('debugger.no-thread', { thread });
    return branch;
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
    this.requireStopped();
    const { session } = this;
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
        this.afterwards(request, () => session.probe(probe));
        return;
      }
      this.say(
        `${change} is in force from the next decision on. Deciding here again would take ${costText(forecast)}; "decide" does it.`,
      );
    }
    this.afterwards(request, () => {
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

  // Evaluating

  /** The step that a frame is about. */
  private viewOf(frame: number | undefined): StepView | null {
    const { session } = this;
    const thread = frame === undefined ? this.thread : frameOf(frame).thread;
    if (thread === this.thread) return session.view();
    const branch = this.branchOf(thread);
    const node = session.timeline.node(this.lastCursors.get(branch)?.node ?? 0);
    return session.stepViews(branch).at(node?.step ?? 0) ?? null;
  }

  private evaluated(text: string, frame: number | undefined): DebugProtocol.EvaluateResponse['body'] {
    const expression = new Expression(text);
    const view = this.viewOf(frame);
    const value: Value = view === null ? null : expression.evaluate(view);
    const list = typeof value === 'object' && value !== null ? [...value] : null;
    const children = (): readonly Item[] =>
      (list ?? []).map((item, index) => ({
        name: String(index),
        value: typeof item === 'number' ? numeral(item) : shortText(item),
      }));
    return {
      result: shortText(formatValue(value)),
      type: expression.type,
      variablesReference: list === null ? 0 : this.references.of(children),
      ...(list === null ? {} : { indexedVariables: list.length }),
      presentationHint: { attributes: ['readOnly'] },
    };
  }

  /** Runs a console command and says what it cost. */
  private async command(command: ConsoleCommand): Promise<string> {
    const { session } = this;
    if (command.kind === 'help') return helpText();
    this.requireStopped();
    const before = session.spending;
    const told = await this.carryOut(command);
    const { calls, reused, promptTokens, generatedTokens } = session.spending;
    const tokens = promptTokens + generatedTokens - before.promptTokens - before.generatedTokens;
    const asked = calls - before.calls;
    const again = reused - before.reused;
    if (asked === 0 && again === 0) return `${told}\n(no model was asked)`;
    return `${told}\n(${asked} calls, ${again} reused, ${tokens} tokens)`;
  }

  private async carryOut(command: Exclude<ConsoleCommand, { kind: 'help' }>): Promise<string> {
    const { session } = this;
    switch (command.kind) {
      case 'act':
        await session.act(command.action);
        return `${capital(session.lastStop.description)}: ${shortText(session.node.observation)}`;
      case 'try': {
        const outcome = await session.tryOut(command.action);
        const effect = outcome.invalid ? 'no action here; ' : outcome.useless ? 'no effect; ' : '';
        const { observation, reward, status } = outcome;
        return `${effect}${shortText(observation)} (reward ${numeral(reward)}, ${status})`;
      }
      case 'add':
        return this.decided(await session.probe({ added: [command.action] }));
      case 'decide':
        return this.decided(await session.probe(await this.presentPrompts()));
      case 'set': {
        const change: Probe = { parameters: { [command.name]: command.value } };
        if (session.decision !== undefined && session.node.status === 'running') {
          return this.decided(await session.probe(change));
        }
        session.setSettings({ parameters: { ...session.settings.parameters, ...change.parameters } });
        return `${command.name} is ${command.value} from the next decision on`;
      }
      case 'observe':
        session.setObservation(command.observation);
        return 'The observation is replaced when you step on; that begins a branch.';
      case 'resample':
        return this.resampled(command.times, command.temperature);
      case 'goto':
        return capital((await session.goTo(command.step)).description);
      case 'forecast':
        return `Deciding here again would take ${costText(await session.forecast(await this.presentPrompts()))}.`;
    }
  }

  private decided(stop: Stop): string {
    return capital(stop.description);
  }

  private async resampled(times: number, temperature: number): Promise<string> {
    const decisions = await this.session.resample(times, temperature);
    const rows = qSamples(decisions).map(({ action, values, mean, low, high }) => {
      const range = low === null || high === null ? '' : ` (95%: ${numeral(low)} to ${numeral(high)})`;
      return `${shortText(action, 60)}: Q ${numeral(mean)}${range}, ${values.length} samples`;
    });
    return rows.join('\n');
  }

  private async presentPrompts(): Promise<Probe> {
    const prompts = await this.current.opened.currentPrompts();
    return prompts === null ? {} : { prompts };
  }

  // Lines

  private toClient(line: number): number {
    return line - 1 + this.linesFrom;
  }

  private fromClient(line: number): number {
    return line - this.linesFrom + 1;
  }

  private group(name: string, specs: readonly BreakpointSpec[]): DebugProtocol.Breakpoint[] {
    this.groups.set(name, specs);
    return this.session.breakpoints.set(name, specs).map(told);
  }

  private scopes(frame: number): readonly ScopeItems[] {
    const { session } = this;
    const { thread } = frameOf(frame);
    if (thread === this.thread) return scopesOf(session);
    const node = session.timeline.node(this.lastCursors.get(this.branchOf(thread))?.node ?? 0);
    return node === undefined ? [] : scopesElsewhere(session, node);
  }

  private readonly handlers: Handlers = {
    initialize: (given) => {
      this.linesFrom = given.linesStartAt1 === false ? 0 : 1;
      this.columnsFrom = given.columnsStartAt1 === false ? 0 : 1;
      this.showsInvalidation = given.supportsInvalidatedEvent === true;
      this.progress.enabled = given.supportsProgressReporting === true;
      return capabilities();
    },

    launch: (given, request) => this.start('launch', given, request),

    attach: (given, request) => this.start('attach', given, request),

    configurationDone: (_given, request) => {
      const { launched } = this;
      this.launched = null;
      if (launched !== null) {
        this.after.set(request, launched.go);
      }
      return undefined;
    },

    restart: async (given, request) => {
      const { configuration } = this.current;
      const fresh = given.arguments === undefined ? configuration : readConfiguration('launch', given.arguments);
      await this.close();
      await this.open(fresh);
      this.after.set(request, () => {
        this.begin();
      });
      return undefined;
    },

    disconnect: async () => {
      await this.terminate();
      this.after.clear();
      setImmediate(() => this.resolveClosed());
      return undefined;
    },

    terminate: (_given, request) => {
      this.afterwards(request, () => this.terminate());
      return undefined;
    },

    cancel: (given) => {
      this.opening?.abort(new DOMException('The launch was cancelled.', 'AbortError'));
      if (given.progressId !== undefined || given.requestId !== undefined) {
        this.running?.opened.session.pause();
        this.running?.opened.session.pause();
      }
      return undefined;
    },

    setBreakpoints: (given) => {
      const { sources } = this.current;
      const document = sources.named(given.source);
      const placed = (given.breakpoints ?? []).map((wish) =>
        place(this.session, document, { ...wish, line: this.fromClient(wish.line) }),
      );
      const group = given.source.path ?? `#${given.source.sourceReference ?? 0}`;
      const specs = placed.flatMap((each) => ('spec' in each ? [each.spec] : []));
      const set = this.group(group, specs);
      const breakpoints = placed.map((each): DebugProtocol.Breakpoint => {
        const line = this.toClient(each.line);
        if ('problem' in each) return { verified: false, message: each.problem.message, line, reason: 'failed' };
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

    setExceptionBreakpoints: ({ filters, filterOptions = [] }) => {
      const wanted = [...filters.map((filterId) => ({ filterId })), ...filterOptions];
      return { breakpoints: this.group('filters', wanted.map(filterSpec)) };
    },

    setDataBreakpoints: ({ breakpoints }) => ({ breakpoints: this.group('data', breakpoints.map(dataSpec)) }),

    dataBreakpointInfo: ({ variablesReference = 0, name }) => {
      const item = this.references.items(variablesReference)?.find((each) => each.name === name);
      const dataId = item?.data ?? dataIdOf(name);
      if (dataId === null) {
        return { dataId: null, description: new LacError('debugger.data', { data: name.slice(0, 60) }).message };
      }
      const description = dataId === 'choice' ? 'the choice of a step' : `Q of "${dataId.slice(2)}"`;
      return { dataId, description, accessTypes: ['write'], canPersist: true };
    },

    breakpointLocations: ({ source, line, endLine }) => {
      const { sources } = this.current;
      const [first, last] = [this.fromClient(line), this.fromClient(endLine ?? line)];
      const lines = breakableLines(this.session, sources.named(source));
      return {
        breakpoints: lines
          .filter((each) => each >= first && each <= last)
          .map((each) => ({ line: this.toClient(each) })),
      };
    },

    continue: ({ threadId }, request) => {
      const { session } = this;
      if (session.state === 'stopped' && session.lastStop.reason === 'end' && session.nextNode === undefined) {
        // On from the end there is only the end of the session.
        this.afterwards(request, () => this.terminate());
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

    stepInTargets: () => {
      const candidates = this.session.candidateActions;
      return {
        targets: candidates.map((action, index) => ({ id: index + 1, label: `rollout of ${shortText(action, 80)}` })),
      };
    },

    stepOut: ({ threadId }, request) => this.moveAfter(request, threadId, () => this.session.stepOut()),

    stepBack: ({ threadId }, request) => this.moveAfter(request, threadId, () => this.session.stepBack()),

    reverseContinue: ({ threadId }, request) => this.moveAfter(request, threadId, () => this.session.reverseContinue()),

    restartFrame: async ({ frameId }, request) => {
      const prompts = await this.presentPrompts();
      this.moveAfter(request, frameOf(frameId).thread, () => this.session.probe(prompts));
      return undefined;
    },

    gotoTargets: ({ source, line }) => {
      const document = this.current.sources.named(source);
      const { session } = this;
      const targets: DebugProtocol.GotoTarget[] = [];
      const add = (target: GotoTarget, label: string, at: number): void => {
        this.targets.push(target);
        targets.push({ id: this.targets.length, label, line: this.toClient(at) });
      };
      if (document?.kind !== 'transcript') return { targets };
      const text = session.transcript(document.branch);
      const step = text.stepOfLine(this.fromClient(line) - 1);
      if (step === null) return { targets };
      const at = text.lineOfStep(step) + 1;
      add({ kind: 'step', branch: document.branch, step }, `step ${step}`, at);
      if (step === session.node.step && session.node.status === 'running') {
        const actions = distinctActions(session.candidateActions, session.node.state.admissible ?? []);
        for (const action of actions.slice(0, 50)) add({ kind: 'action', action }, `execute: ${action}`, at);
      }
      return { targets };
    },

    goto: ({ threadId, targetId }, request) => {
      const target = this.targets.at(targetId - 1);
      if (target === undefined || targetId < 1) throw new LacError('debugger.no-target', { target: targetId });
      this.moveAfter(request, threadId, () =>
        target.kind === 'step' ? this.session.goTo(target.step, target.branch) : this.session.act(target.action),
      );
      return undefined;
    },

    pause: () => {
      this.session.pause();
      return undefined;
    },

    threads: () => {
      const { visited, timeline } = this.session;
      const threads = visited.map((branch) => {
        const parent = timeline.branches.find(({ id }) => id === branch)?.parent ?? null;
        return { id: threadOf(branch), name: parent === null ? branch : `${branch} (from ${parent})` };
      });
      return { threads };
    },

    stackTrace: ({ threadId, startFrame = 0, levels = 0 }) => {
      const { sources } = this.current;
      const branch = this.branchOf(threadId);
      const { cursor } = this.session;
      const last = this.lastCursors.get(branch) ?? { branch, node: 0, inside: null };
      const frames =
        branch === cursor.branch ? framesAt(this.session, sources) : framesElsewhere(this.session, sources, last);
      const shown = levels === 0 ? frames.slice(startFrame) : frames.slice(startFrame, startFrame + levels);
      return {
        stackFrames: shown.map((frame) => ({
          ...frame,
          line: this.toClient(frame.line),
          column: frame.column - 1 + this.columnsFrom,
        })),
        totalFrames: frames.length,
      };
    },

    scopes: ({ frameId }) => ({
      scopes: this.scopes(frameId).map(({ name, children, indexed, expensive }): DebugProtocol.Scope => ({
        name,
        variablesReference: this.references.of(children),
        expensive,
        ...(indexed === undefined ? {} : { indexedVariables: indexed }),
      })),
    }),

    variables: ({ variablesReference, filter, start = 0, count = 0 }) => {
      const items = this.references.items(variablesReference);
      if (items === null) throw new LacError('debugger.reference', { reference: variablesReference });
      const isIndex = (item: Item): boolean => /^\d+$/u.test(item.name);
      const wanted = items.filter((item) => filter === undefined || (filter === 'indexed') === isIndex(item));
      const page = count === 0 ? wanted.slice(start) : wanted.slice(start, start + count);
      return { variables: page.map((item) => this.references.variable(item)) };
    },

    setVariable: async ({ variablesReference, name, value }, request) => {
      const item = this.references.items(variablesReference)?.find((each) => each.name === name);
      if (item === undefined) throw new LacError('debugger.no-variable', { name: name.slice(0, 60) });
      if (item.target === undefined) throw new LacError('debugger.read-only', { name });
      return { value: await this.change(request, item.target, value) };
    },

    setExpression: async ({ expression, value }, request) => {
      return { value: await this.change(request, this.targetNamed(expression.trim()), value) };
    },

    evaluate: async ({ expression, context, frameId }) => {
      const command = context === 'repl' ? parseCommand(expression) : null;
      if (command !== null) return { result: await this.command(command), variablesReference: 0 };
      return this.evaluated(expression, frameId);
    },

    completions: ({ text, column }) => {
      const { candidateActions, node } = this.session;
      const actions = distinctActions(candidateActions, node.state.admissible ?? []);
      return { targets: completeConsole(text, Math.max(0, column - this.columnsFrom), actions) };
    },

    exceptionInfo: () => {
      const { lastStop } = this.session;
      if (lastStop.reason !== 'exception') throw new LacError('debugger.no-exception');
      const filters = lastStop.hits.flatMap(({ target }) => (target.kind === 'filter' ? [target.filter] : []));
      const code = lastStop.error?.code;
      return {
        exceptionId: code ?? filters.join(', '),
        description: lastStop.description,
        breakMode: filters.length > 0 ? 'always' : 'unhandled',
        details: { message: lastStop.description, ...(code === undefined ? {} : { typeName: code }) },
      };
    },

    loadedSources: () => ({ sources: this.current.sources.loaded() }),

    source: ({ source, sourceReference }) => {
      const { sources } = this.current;
      const reference = source?.sourceReference ?? sourceReference;
      const content = sources.text(reference);
      return { content, mimeType: 'text/plain' };
    },
  };

  private async start(kind: 'launch' | 'attach', given: unknown, request: number): Promise<undefined> {
    if (this.running !== null || this.opening !== null) throw new LacError('debugger.started');
    const configuration = readConfiguration(kind, given);
    await this.open(configuration);
    this.launched = { request, go: () => this.begin() };
    // The client answers with its breakpoints and configurationDone, at which the episode begins.
    this.after.set(request, () => this.event('initialized', undefined));
    return undefined;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function costText({ calls, reused }: CostForecast): string {
  const range = calls.min === calls.max ? String(calls.max) : `${calls.min} to ${calls.max}`;
  return `${range} calls, ${reused} reused`;
}
