import type { DebugProtocol } from '@vscode/debugprotocol';
import { isAbort } from '../errors/lacError';
import { inLanguage, phrase, type Phrase, type Translate } from '../errors/phrase';
import type { CallActivity } from '../episodes/stepping/callGate';
import type { SessionEvent } from '../episodes/stepping/session';
import { endPhrase, type Stop, type StopReason } from '../episodes/stepping/stops';
import { purposePhrase } from './callItems';
import { capital } from './consoleRuns';
import type { Debuggee } from './debuggee';
import type { MessageExchange } from './exchange';
import type { Progress } from './progress';

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

export interface AnnouncementParts {
  readonly exchange: MessageExchange;
  readonly progress: Progress;
  readonly translate: Translate;
  /** Whether the client takes `invalidated`. */
  readonly showsInvalidation: boolean;
  /** Ends the session: an episode that runs without debugging has stopped. */
  readonly end: () => Promise<void>;
}

/** Tells the client what happens in a session: that it goes on, stops, shows something else, says something. */
export class Announcements {
  /** The movement that begins now was asked for by a request, whose response says that it goes on. */
  private expected = false;
  /** What is under way was not asked for at the client, which goes on showing the place that stays. */
  private inPlace = false;

  constructor(
    private readonly debuggee: Debuggee,
    private readonly parts: AnnouncementParts,
  ) {}

  /** Movements that a request has asked for, one after the other; what fails is said in the console. */
  async move(...movements: readonly (() => Promise<unknown>)[]): Promise<void> {
    try {
      for (const movement of movements) {
        this.expected = true;
        await movement();
      }
    } catch (error) {
      this.expected = false;
      if (!isAbort(error)) this.parts.exchange.complain(error);
    }
  }

  /**
   * Waits for a decision that is made in place, since to the client, which asks for a movement, the session stands still.
   * Rejects with an `AbortError` where that did not come to its end.
   */
  async decidedInPlace(): Promise<void> {
    const { session } = this.debuggee;
    if (!this.inPlace || session.state !== 'running') return;
    const { reason } = await session.standstill;
    if (reason !== 'probe') throw new DOMException('The decision was stopped.', 'AbortError');
  }

  /** The session stands still. `beside`: the client keeps its focus. */
  stopped(stop: Stop, beside = false): void {
    const { debuggee } = this;
    const { exchange, end } = this.parts;
    debuggee.stopped();
    if (debuggee.options.noDebug) {
      if (stop.error !== null) exchange.complain(stop.error);
      void end();
      return;
    }
    exchange.event('stopped', { ...this.stoppedBody(stop), ...(beside ? { preserveFocusHint: true } : {}) });
  }

  /** Something has happened in the session. */
  tell(event: SessionEvent): void {
    const { debuggee, parts } = this;
    const { exchange, progress } = parts;
    switch (event.type) {
      case 'continued': {
        const requested = this.expected;
        this.expected = false;
        progress.begin(this.said(phrase('Deciding')));
        // A client that is told to run forgets the frame it shows, and at the stop takes the keyboard from whoever works
        // at a slider, a variable or a prompt.
        this.inPlace = !requested && event.place === 'stays' && parts.showsInvalidation;
        if (this.inPlace) return;
        debuggee.references.clear();
        if (!requested) exchange.event('continued', { threadId: debuggee.thread, allThreadsContinued: true });
        return;
      }
      case 'stopped':
        progress.end();
        if (this.inPlace && event.stop.reason === 'probe') this.refresh();
        // What failed was not asked for at the client either, where somebody may be typing.
        else this.stopped(event.stop, this.inPlace && event.stop.error !== null);
        return;
      case 'call':
        this.showCall(event.activity);
        return;
      case 'changed':
        if (event.what === 'branches') exchange.event('thread', { reason: 'started', threadId: debuggee.thread });
        else if (debuggee.session.state === 'stopped') this.refresh();
        return;
      case 'log':
        exchange.say(event.text);
        return;
      case 'warning':
        exchange.complain(event.warning);
        return;
      case 'recorded':
        if (event.event.type === 'end') this.sayEnd();
        return;
      case 'closed':
        return;
    }
  }

  /** What the client shows may differ. It keeps its focus, as nobody there asked to move. */
  private refresh(): void {
    const { debuggee } = this;
    const { exchange, showsInvalidation } = this.parts;
    const moved = !debuggee.standsAsShown;
    debuggee.stopped();
    if (!showsInvalidation) return;
    // "invalidated" with "stacks" would do for the frames, but VS Code takes it for a stop that wants the focus.
    if (moved) {
      exchange.event('stopped', { ...this.stoppedBody(debuggee.session.lastStop), preserveFocusHint: true });
    }
    exchange.event('invalidated', { areas: ['variables'] });
  }

  private stoppedBody(stop: Stop): DebugProtocol.StoppedEvent['body'] {
    const why = this.said(stop.description);
    const hits = stop.hits.map(({ breakpoint }) => breakpoint);
    return {
      reason: stopReasons[stop.reason],
      description: stop.reason === 'end' ? this.said(over(stop.description)) : capital(why),
      ...(stop.reason === 'exception' ? { text: why } : {}),
      threadId: this.debuggee.thread,
      allThreadsStopped: true,
      ...(hits.length === 0 ? {} : { hitBreakpointIds: hits }),
    };
  }

  private sayEnd(): void {
    const { node, timeline } = this.debuggee.session;
    const end = timeline.nodes.findLast((each) => each.end !== null)?.end ?? node.end;
    if (end !== null) this.parts.exchange.say(this.said(over(endPhrase(end))));
  }

  private showCall(activity: CallActivity): void {
    if (activity.state !== 'started') return;
    this.parts.progress.show(this.said(purposePhrase(activity.purpose, ' · ')));
  }

  private said(what: Phrase): string {
    return inLanguage(what, this.parts.translate);
  }
}

function over(how: Phrase): Phrase {
  return phrase('Episode over: {how}', { how });
}
