import type * as vscode from 'vscode';
import { LacError } from '../../errors/lacError';
import {
  protocolVersion,
  type Change,
  type HostMessage,
  type PageMessage,
  type PanelRequestName,
  type PanelRequests,
  type PanelState,
} from '../../protocol/panel';
import { inWords, type Log } from '../log';
import { changesBetween } from './patches';

/** Patches go out once a frame. */
const frameMs = 16;

type Questions = Omit<PanelRequests, 'ready' | 'drawn' | 'resync'>;

/** Answers the page's questions; each may throw, the page then gets the error's words. */
export type Answers = {
  readonly [K in keyof Questions]: (params: Questions[K]['params']) => Promise<Questions[K]['result']>;
};

/** What a page shows: a state that changes, and who answers its questions. */
export interface PageSource {
  state(): PanelState;
  readonly answers: Answers;
  readonly onDidChange: vscode.Event<void>;
}

/** One page and what it was told: numbered patches after a snapshot, every question answered. */
export class PageLink implements vscode.Disposable {
  private seq = 0;
  private told: PanelState | null = null;
  private timer: NodeJS.Timeout | null = null;
  private painted = false;
  private whenDrawn: (() => void) | null = null;
  private readonly subscriptions: vscode.Disposable[] = [];
  private sourceSubscription: vscode.Disposable;

  constructor(
    private readonly webview: vscode.Webview,
    private source: PageSource,
    private readonly log: Log,
  ) {
    this.sourceSubscription = source.onDidChange(() => this.schedule());
    this.subscriptions.push(webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
  }

  /** Resolves when the page has painted its first state, or after so many milliseconds (a hidden page paints nothing). */
  drawn(mostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, mostMs);
      this.whenDrawn = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.painted) this.whenDrawn();
    });
  }

  /** Shows another source on the same page. */
  follow(source: PageSource): void {
    if (source === this.source) return;
    this.sourceSubscription.dispose();
    this.source = source;
    this.sourceSubscription = source.onDidChange(() => this.schedule());
    this.schedule();
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.patch();
    }, frameMs);
  }

  private patch(): void {
    if (this.told === null) return;
    const now = this.source.state();
    const changes: readonly Change[] = changesBetween(this.told, now);
    this.told = now;
    if (changes.length === 0) return;
    this.seq++;
    this.post({ kind: 'patch', seq: this.seq, changes });
  }

  private snapshot(): PanelRequests['ready']['result'] {
    this.told = this.source.state();
    return { seq: this.seq, state: this.told };
  }

  private receive(message: unknown): void {
    if (!isRequest(message)) {
      this.log.debug('A message of the panel that is none of its protocol was left alone.');
      return;
    }
    const { id, name } = message;
    this.answer(message).then(
      (result) => this.post({ kind: 'response', id, outcome: { ok: true, result } }),
      (error: unknown) => {
        this.log.failure(`panel request ${name}`, error);
        const code = error instanceof LacError ? error.code : 'failure';
        this.post({ kind: 'response', id, outcome: { ok: false, code, message: inWords(error) } });
      },
    );
  }

  private async answer(message: PageMessage): Promise<PanelRequests[PanelRequestName]['result']> {
    const { answers } = this.source;
    switch (message.name) {
      case 'ready':
        if (message.params.version !== protocolVersion) {
          throw new LacError('workbench.panel-version', { page: message.params.version, host: protocolVersion });
        }
        return this.snapshot();
      case 'drawn':
        this.painted = true;
        this.whenDrawn?.();
        return null;
      case 'resync':
        return this.snapshot();
      case 'command':
        return answers.command(message.params);
      case 'moveTo':
        return answers.moveTo(message.params);
      case 'actions':
        return answers.actions(message.params);
      case 'clearSearch':
        return answers.clearSearch(message.params);
      case 'showBranch':
        return answers.showBranch(message.params);
      case 'showDecision':
        return answers.showDecision(message.params);
      case 'setParameter':
        return answers.setParameter(message.params);
      case 'confirm':
        return answers.confirm(message.params);
      case 'forecast':
        return answers.forecast(message.params);
      case 'addCandidate':
        return answers.addCandidate(message.params);
      case 'tryOut':
        return answers.tryOut(message.params);
      case 'act':
        return answers.act(message.params);
      case 'editObservation':
        return answers.editObservation(message.params);
      case 'resample':
        return answers.resample(message.params);
      case 'call':
        return answers.call(message.params);
      case 'prompt':
        return answers.prompt(message.params);
      case 'breakpoint':
        return answers.breakpoint(message.params);
    }
  }

  private post(message: HostMessage): void {
    this.webview.postMessage(message).then(undefined, (error: unknown) => this.log.failure('telling the panel', error));
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.sourceSubscription.dispose();
    this.subscriptions.forEach((subscription) => void subscription.dispose());
  }
}

const requestNames: ReadonlySet<string> = new Set<PanelRequestName>([
  'ready',
  'drawn',
  'resync',
  'command',
  'moveTo',
  'actions',
  'clearSearch',
  'showBranch',
  'showDecision',
  'setParameter',
  'confirm',
  'forecast',
  'addCandidate',
  'tryOut',
  'act',
  'editObservation',
  'resample',
  'call',
  'prompt',
  'breakpoint',
]);

function isRequest(message: unknown): message is PageMessage {
  if (typeof message !== 'object' || message === null) return false;
  const { kind, id, name, params } = message as { readonly [K in keyof PageMessage]?: unknown };
  const known = kind === 'request' && typeof id === 'number' && typeof name === 'string' && requestNames.has(name);
  return known && typeof params === 'object' && params !== null;
}
