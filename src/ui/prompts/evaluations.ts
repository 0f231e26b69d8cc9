import * as vscode from 'vscode';
import type { Stop } from '../../episodes/stepping/session';
import type { PromptsInForce } from '../../episodes/promptsInForce';
import { isAbort, LacError } from '../../errors/lacError';
import { inWords } from '../log';
import type { SessionSource } from '../panel/sessionSource';

/** What became of the prompts of a session that were edited last. */
export type Evaluation =
  /** Decided with, or nothing was edited. */
  | { readonly kind: 'done' }
  | { readonly kind: 'under-way' }
  /** The episode is under way: it is decided with them where it stands still. */
  | { readonly kind: 'later'; readonly name: string }
  /** They have errors and are not in force. */
  | { readonly kind: 'broken'; readonly file: string }
  /** Nothing could be decided with them; so until the session stops elsewhere. */
  | { readonly kind: 'failed'; readonly why: string; readonly stop: Stop };

const done: Evaluation = { kind: 'done' };

export interface EvaluationPorts {
  /** Something is to be said that was not before. */
  readonly changed: () => void;
  readonly failed: (name: string, error: unknown) => void;
}

/**
 * Puts edited prompts in force and decides with them where the episode is paused. Of one session, one decision is made at
 * a time, and what was edited last is what is decided with last: it takes the place of what is under way, or follows it.
 */
export class Evaluations {
  private readonly bySource = new WeakMap<SessionSource, Evaluation>();
  /** The prompts that were in force before those that were edited. */
  private readonly earlier = new WeakMap<SessionSource, PromptsInForce>();

  constructor(private readonly ports: EvaluationPorts) {}

  of(source: SessionSource): Evaluation {
    return this.bySource.get(source) ?? done;
  }

  /**
   * @param name of the edited file, for people.
   * @param again somebody asks for it: what failed is tried once more, what waits for a yes is asked once more. An edit
   *   comes more than once: as it is typed, as it is saved, and as the disk has it then.
   */
  edited(source: SessionSource, name: string, prompts: PromptsInForce, again: boolean): void {
    const broken = brokenFile(prompts);
    if (broken !== null) {
      this.set(source, { kind: 'broken', file: broken });
      return;
    }
    const { session } = source;
    const before = this.of(source);
    const known = prompts.line.id === session.settings.prompts.line.id;
    if (known && (before.kind === 'under-way' || before.kind === 'later')) return;
    if (known && before.kind !== 'broken' && !(again && (before.kind === 'failed' || source.asked !== null))) return;
    // Whatever comes of the decision here, the next ones are made with what the files say.
    const settled = (before.kind === 'done' || before.kind === 'broken') && source.asked === null;
    if (settled) this.earlier.set(source, session.settings.prompts);
    if (!known) session.setSettings({ prompts });
    this.decide(source, name, before.kind === 'failed');
  }

  /** What was edited cannot be put in force. */
  unusable(source: SessionSource, name: string, error: unknown): void {
    this.ports.failed(name, error);
    this.set(source, { kind: 'failed', why: inWords(error), stop: source.session.lastStop });
  }

  /** Something in a session changed. */
  moved(source: SessionSource): void {
    const { session } = source;
    const now = this.of(source);
    if (now.kind === 'later' && session.state !== 'running') this.decide(source, now.name, false);
    else if (now.kind === 'failed' && session.lastStop !== now.stop) this.set(source, done);
  }

  /** @param again also where the decision under the cursor was made with the prompts in force. */
  private decide(source: SessionSource, name: string, again: boolean): void {
    const { session } = source;
    const { isProbing, state, decision } = session;
    if (state === 'running' && !isProbing) {
      this.set(source, { kind: 'later', name });
      return;
    }
    const { prompts } = session.settings;
    const standing = state === 'closed' || session.node.status !== 'running';
    // Where nothing is decided yet, there is something to see only where the prompts are others than before.
    const decided =
      decision === undefined
        ? this.earlier.get(source)?.line.id === prompts.line.id
        : decision.complete && decision.prompts === prompts.line.id;
    if (standing || (!isProbing && !again && decided)) {
      this.set(source, done);
      return;
    }
    const underWay: Evaluation = { kind: 'under-way' };
    this.set(source, underWay);
    this.decided(source, name).then(
      (evaluation) => this.settle(source, underWay, evaluation),
      (error: unknown) => {
        const busy = error instanceof LacError && error.code === 'debugger.running';
        const { lastStop: stop } = session;
        if (!busy) this.ports.failed(name, error);
        this.settle(
          source,
          underWay,
          busy ? { kind: 'later', name } : isAbort(error) ? done : { kind: 'failed', why: inWords(error), stop },
        );
        if (busy) this.moved(source);
      },
    );
  }

  private async decided(source: SessionSource, name: string): Promise<Evaluation> {
    const { prompts } = source.session.settings;
    const changed = await source.change(name, { prompts }, { prompts: this.earlier.get(source) ?? prompts });
    if (changed.kind === 'asked') return done;
    const stop = await changed.stop;
    return stop.error === null ? done : { kind: 'failed', why: inWords(stop.error), stop };
  }

  /** Unless something was edited meanwhile. */
  private settle(source: SessionSource, from: Evaluation, to: Evaluation): void {
    if (this.of(source) === from) this.set(source, to);
  }

  private set(source: SessionSource, evaluation: Evaluation): void {
    this.bySource.set(source, evaluation);
    this.ports.changed();
  }
}

/** The file of a set that has an error; null where none has. */
export function brokenFile({ set }: PromptsInForce): string | null {
  return set.diagnostics.find(({ severity }) => severity === 'error')?.file ?? null;
}

/** What is to be said of the prompts of a session above each of them; null where their decision is what is shown. */
export function evaluationInWords(source: SessionSource, evaluation: Evaluation): string | null {
  const { asked } = source;
  switch (evaluation.kind) {
    case 'under-way':
      return `$(loading~spin) ${vscode.l10n.t('deciding again')}`;
    case 'later':
      return `$(watch) ${vscode.l10n.t('decided with as soon as the episode stands still')}`;
    case 'broken':
      return `$(error) ${vscode.l10n.t('not in force: {0} has an error', evaluation.file)}`;
    case 'failed':
      return `$(error) ${vscode.l10n.t('not decided with: {0}', evaluation.why)}`;
    case 'done':
      return asked === null
        ? null
        : `$(question) ${vscode.l10n.t('deciding again takes {0} to {1} model calls: the panel asks', ...asked.calls)}`;
  }
}
