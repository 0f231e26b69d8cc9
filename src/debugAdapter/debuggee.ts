import { LacError } from '../errors/lacError';
import type { Translate } from '../errors/phrase';
import type { Cursor } from '../episodes/stepping/moments';
import type { Stop } from '../episodes/stepping/session';
import type { StepView } from '../expressions';
import type { BranchId } from '../trajectories/ids';
import type { Configuration } from './configuration';
import { branchOfThread, frameOf, threadOf } from './frames';
import type { OpenedSession } from './host';
import { References } from './items';
import { scopesElsewhere, scopesOf, type ScopeItems } from './scopes';
import { Sources } from './sources';

/** What a goto target does. */
export type GotoTarget =
  | { readonly kind: 'step'; readonly branch: BranchId; readonly step: number }
  | { readonly kind: 'action'; readonly action: string };

/** The open episode as the client knows it: its threads, documents, and the numbers given out since the last stop. */
export class Debuggee {
  readonly sources: Sources;
  readonly references: References;
  private readonly lastCursors = new Map<BranchId, Cursor>();
  private targets: GotoTarget[] = [];
  private shownStop: Stop | null = null;

  constructor(
    readonly configuration: Configuration,
    readonly opened: OpenedSession,
    translate: Translate,
  ) {
    this.sources = new Sources(opened, translate);
    this.references = new References(translate);
  }

  get session(): OpenedSession['session'] {
    return this.opened.session;
  }

  get options(): { readonly noDebug: boolean; readonly stopOnEntry: boolean } {
    return this.configuration.kind === 'replay' ? this.configuration.replay : this.configuration.launch;
  }

  /** Throws `debugger.running`, `debugger.closed`. */
  requireStopped(): void {
    if (this.session.state === 'running') throw new LacError('debugger.running');
    if (this.session.state === 'closed') throw new LacError('debugger.closed');
  }

  /** The thread under the cursor. */
  get thread(): number {
    return threadOf(this.session.cursor.branch);
  }

  /** Throws `debugger.no-thread`. */
  branchOf(thread: number): BranchId {
    const branch = branchOfThread(thread, this.session.visited);
    if (branch === undefined) throw new LacError('debugger.no-thread', { thread });
    return branch;
  }

  /** A stop: what was given out before is no longer valid. */
  stopped(): void {
    const { cursor, lastStop } = this.session;
    this.lastCursors.set(cursor.branch, cursor);
    this.shownStop = lastStop;
    this.references.clear();
    this.targets = [];
  }

  /** Whether a client that knows the last stop shows the right frames, and no exception that is over. */
  get standsAsShown(): boolean {
    const { cursor, lastStop } = this.session;
    if (this.shownStop?.reason === 'exception' && this.shownStop !== lastStop) return false;
    const shown = this.lastCursors.get(cursor.branch);
    return shown === cursor || (shown?.node === cursor.node && shown.inside === null && cursor.inside === null);
  }

  /** Where the cursor was last on a branch. */
  lastCursor(branch: BranchId): Cursor | undefined {
    return this.lastCursors.get(branch);
  }

  /** The step that a frame is about. */
  viewOf(frame: number | undefined): StepView | null {
    const { session } = this;
    const thread = frame === undefined ? this.thread : frameOf(frame).thread;
    if (thread === this.thread) return session.view();
    const branch = this.branchOf(thread);
    const node = session.timeline.node(this.lastCursors.get(branch)?.node ?? 0);
    return session.stepViews(branch).at(node?.step ?? 0) ?? null;
  }

  scopes(frame: number): readonly ScopeItems[] {
    const { session } = this;
    const { thread } = frameOf(frame);
    if (thread === this.thread) return scopesOf(session);
    const node = session.timeline.node(this.lastCursors.get(this.branchOf(thread))?.node ?? 0);
    return node === undefined ? [] : scopesElsewhere(session, node);
  }

  /** The number under which a target can be gone to until the next stop. */
  addTarget(target: GotoTarget): number {
    this.targets.push(target);
    return this.targets.length;
  }

  /** Throws `debugger.no-target`. */
  target(id: number): GotoTarget {
    const target = id < 1 ? undefined : this.targets.at(id - 1);
    if (target === undefined) throw new LacError('debugger.no-target', { target: id });
    return target;
  }
}
