import * as vscode from 'vscode';
import type { BranchId, NodeId } from '../../trajectories/ids';
import { contextKeys, debugType } from '../names';
import type { PageSource } from '../panel/pageLink';
import type { SessionSource } from '../panel/sessionSource';

/** The episode that was under way last in this workspace. */
export interface LastEpisode {
  readonly file: string;
  readonly episode: string;
  readonly branch: BranchId;
  readonly node: NodeId;
  readonly model: string | null;
  /** False once its session has ended in order. */
  readonly open: boolean;
}

const lastKey = 'lac.lastEpisode';

/**
 * The sessions that live, and the one that panel, trees and editors follow: the last focused of debug session and
 * trajectory editor.
 */
export class FollowedSessions implements vscode.Disposable {
  private readonly byDebugSession = new Map<string, SessionSource>();
  private readonly sources = new Set<SessionSource>();
  private readonly subscriptions = new Map<SessionSource, vscode.Disposable>();
  private readonly switched = new vscode.EventEmitter<void>();
  private readonly changed = new vscode.EventEmitter<SessionSource>();
  private readonly focus: vscode.Disposable;
  private followed: SessionSource | null = null;
  private lookedAt: PageSource | null = null;
  private contexts: Readonly<Record<string, boolean>> = {};

  /** Another session is followed, or none. */
  readonly onDidSwitch = this.switched.event;
  /** Something in a session changed. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly memory: vscode.Memento) {
    this.focus = vscode.debug.onDidChangeActiveDebugSession((session) => {
      const source = session?.type === debugType ? this.byDebugSession.get(session.id) : undefined;
      if (source !== undefined) this.follow(source);
    });
  }

  get current(): SessionSource | null {
    return this.followed;
  }

  /** What the panel shows: the recording that is looked at and no session, else the followed session. */
  get page(): PageSource | null {
    return this.lookedAt ?? this.followed;
  }

  /** Shows in the panel a recording that is too long for a session, until another is followed. */
  lookAt(page: PageSource): void {
    if (this.lookedAt === page) return;
    this.lookedAt = page;
    this.switched.fire();
    this.tellContexts();
  }

  /** Lets such a recording go. */
  lookAway(page: PageSource): void {
    if (this.lookedAt !== page) return;
    this.lookedAt = null;
    this.switched.fire();
    this.tellContexts();
  }

  get all(): Iterable<SessionSource> {
    return this.sources;
  }

  /** What the last window left behind; undefined when nothing was recorded here. */
  get last(): LastEpisode | undefined {
    return this.memory.get<LastEpisode>(lastKey);
  }

  /** Takes a session in; `debugSession` is VS Code's id where it is debugged. */
  add(source: SessionSource, debugSession: string | null): void {
    this.take(source, debugSession);
    this.follow(source);
  }

  /** Puts a recording that was read again in the place of its former state; what is followed stays followed. */
  replace(before: SessionSource, after: SessionSource): void {
    this.take(after, null);
    if (this.followed === before) this.follow(after);
    this.remove(before, null);
  }

  private take(source: SessionSource, debugSession: string | null): void {
    this.sources.add(source);
    if (debugSession !== null) this.byDebugSession.set(debugSession, source);
    this.subscriptions.set(
      source,
      source.onDidChange(() => {
        this.changed.fire(source);
        if (source !== this.followed) return;
        this.tellContexts();
        if (debugSession !== null) this.remember(source, true);
      }),
    );
  }

  /** VS Code's debug session of a source. */
  debugSessionOf(source: SessionSource): string | undefined {
    return [...this.byDebugSession].find(([, each]) => each === source)?.[0];
  }

  of(debugSession: string): SessionSource | undefined {
    return this.byDebugSession.get(debugSession);
  }

  follow(source: SessionSource): void {
    if (this.page === source) return;
    this.lookedAt = null;
    this.followed = source;
    this.switched.fire();
    this.tellContexts();
  }

  /** Lets a session go; another takes its place, if there is one. */
  remove(source: SessionSource, successor: SessionSource | null): void {
    this.sources.delete(source);
    this.subscriptions.get(source)?.dispose();
    this.subscriptions.delete(source);
    for (const [id, each] of this.byDebugSession) if (each === source) this.byDebugSession.delete(id);
    if (successor !== null) this.add(successor, null);
    if (this.followed === source) {
      this.followed = successor ?? [...this.sources].at(-1) ?? null;
      this.switched.fire();
      this.tellContexts();
    }
  }

  /** Notes where a session stands, so that the next window finds it. */
  remember(source: SessionSource, open: boolean): void {
    const { opened, session } = source;
    if (opened.file === null || session.mode !== 'live') return;
    const { branch, node } = session.cursor;
    const last: LastEpisode = {
      file: opened.file,
      episode: session.timeline.id,
      branch,
      node,
      model: opened.modelName,
      open,
    };
    const before = this.last;
    const same = before !== undefined && JSON.stringify(before) === JSON.stringify(last);
    if (!same) void this.memory.update(lastKey, last);
  }

  /** Whether the followed session asks a model and acts. */
  get live(): boolean {
    const source = this.followed;
    return source !== null && source.session.mode === 'live' && source.session.state !== 'closed';
  }

  private tellContexts(): void {
    const { live } = this;
    const now = {
      [contextKeys.hasEpisode]: this.page !== null,
      [contextKeys.live]: live,
      [contextKeys.paused]: live && this.followed?.session.state === 'stopped',
    };
    for (const [key, value] of Object.entries(now)) {
      if (this.contexts[key] !== value) void vscode.commands.executeCommand('setContext', key, value);
    }
    this.contexts = now;
  }

  dispose(): void {
    this.focus.dispose();
    this.switched.dispose();
    this.changed.dispose();
    for (const subscription of this.subscriptions.values()) subscription.dispose();
  }
}
