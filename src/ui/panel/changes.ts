import type { DebugSession, Probe, Stop } from '../../episodes/stepping/session';
import { LacError } from '../../errors/lacError';
import { bothForecasts } from '../../lac/forecast';
import type { ControlsSection, ForecastSummary } from '../../protocol/panel';
import { commands } from '../names';
import type { ForkChange } from '../sessions/sessionOpener';
import { forecastSummary } from './forecasts';

/** Runs a command of the extension or of VS Code, with what it takes. */
export type RunCommand = (command: string, argument?: Continuing) => Promise<void>;

/** What "Continue from This Step…" takes where it is known already what is to be changed. */
export interface Continuing {
  readonly change: ForkChange;
}

/** A change that waits for a yes. */
interface Pending {
  readonly description: string;
  readonly forecast: ForecastSummary;
  readonly goesOn: boolean;
  readonly run: () => void;
  /** What a no leads to. */
  readonly leave: () => void;
}

/** What became of a change: it waits for a yes, or is decided on until the stop. */
export type Changed = { readonly kind: 'asked' } | { readonly kind: 'made'; readonly stop: Promise<Stop> };

export interface ChangePorts {
  readonly autoRunCalls: () => number;
  readonly run: RunCommand;
  /** Whether a recording of its own can go on from the step under the cursor. */
  readonly continuable: () => boolean;
  /** What goes on behind an answer. */
  readonly go: (movement: Promise<unknown>) => void;
  readonly changed: () => void;
}

/** Changes of what a session decides with: made at once where they are cheap, else asked for with what they cost. */
export class Changes {
  private waiting: Pending | null = null;
  /** The last change that was asked for. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly session: DebugSession,
    private readonly ports: ChangePorts,
  ) {}

  /** The change that waits for a yes. */
  get pending(): ControlsSection['pending'] {
    const { waiting } = this;
    if (waiting === null) return null;
    return { change: waiting.description, forecast: waiting.forecast, goesOn: waiting.goesOn };
  }

  /** Nothing waits any more. */
  forget(): void {
    this.waiting = null;
  }

  /** What waited to go on from a step of a recording does not any more. */
  forgetOnward(): void {
    if (this.waiting?.goesOn === true) this.waiting = null;
  }

  /** A person's yes or no to the change that waits. */
  answer(yes: boolean): void {
    const { waiting } = this;
    this.waiting = null;
    this.ports.changed();
    if (yes) waiting?.run();
    else waiting?.leave();
  }

  /**
   * Runs a change at once where it is cheap, else asks. Changes are made in their order, and one that is being decided on
   * makes way for the next: the last one is always the one that is decided on. Where nothing is decided yet, it is decided
   * under `before` first: else there were nothing to hold the change against. Rejects with `debugger.running` where the
   * episode is under way otherwise.
   */
  make(description: string, probe: Probe, before: Probe): Promise<Changed> {
    const changed = this.last.then(() => this.makeNow(description, probe, before));
    this.last = Promise.allSettled([changed]);
    return changed;
  }

  private async makeNow(description: string, probe: Probe, before: Probe): Promise<Changed> {
    const { session } = this;
    const { autoRunCalls, changed, continuable, go } = this.ports;
    const gaveUp = await session.giveUpProbe();
    const replayed = session.mode === 'replay';
    const undecided = !replayed && session.decision === undefined;
    const again = await session.forecast(probe);
    const forecast = undecided ? bothForecasts(await session.forecast(before), again) : again;
    const probed = (): Promise<Stop> => {
      const stop = undecided ? this.decideAndProbe(before, probe) : session.probe(probe);
      go(stop);
      return stop;
    };
    if (replayed ? forecast.calls.max === 0 : forecast.calls.expected <= autoRunCalls()) {
      return { kind: 'made', stop: probed() };
    }
    if (replayed && !continuable()) throw new LacError('workbench.replay-call', { what: description });
    const known = forkChangeOf(probe);
    const onward = (): void =>
      go(this.ports.run(commands.continueFromStep, known === null ? undefined : { change: known }));
    const run = replayed ? onward : (): void => void probed();
    const leave = gaveUp ? (): void => go(session.probe()) : (): void => undefined;
    this.waiting = { description, forecast: forecastSummary(forecast), goesOn: replayed, run, leave };
    changed();
    return { kind: 'asked' };
  }

  private async decideAndProbe(before: Probe, probe: Probe): Promise<Stop> {
    const { session } = this;
    const stop = await session.probe(before);
    if (session.decision?.complete === true) return session.probe(probe);
    // It stopped on the way: at a breakpoint, on a failure, or for a newer change.
    const { prompts } = probe;
    if (prompts !== undefined && session.settings.prompts === before.prompts) session.setSettings({ prompts });
    return stop;
  }
}

/** What a probe changes, for a recording of its own; null where that has to be asked. */
function forkChangeOf({ parameters, prompts }: Probe): ForkChange | null {
  if (parameters !== undefined) return { parameters };
  return prompts === undefined ? null : { prompts: 'today' };
}
