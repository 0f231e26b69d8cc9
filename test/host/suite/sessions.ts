import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { DebugProtocol } from '@vscode/debugprotocol';

export type StopBody = DebugProtocol.StoppedEvent['body'];

interface Stop {
  readonly session: vscode.DebugSession;
  readonly body: StopBody;
}

/** The stops of every debug session, as VS Code sees them, and what the console was told. */
export class Stops implements vscode.Disposable {
  private readonly seen: Stop[] = [];
  private readonly said: { readonly session: string; readonly text: string }[] = [];
  private readonly arrived = new vscode.EventEmitter<void>();
  private readonly tracking: vscode.Disposable;

  constructor() {
    this.tracking = vscode.debug.registerDebugAdapterTrackerFactory('lac', {
      createDebugAdapterTracker: (session) => ({
        onDidSendMessage: (message: DebugProtocol.Event) => {
          if (message.type !== 'event') return;
          if (message.event === 'output') {
            const { output } = message.body as DebugProtocol.OutputEvent['body'];
            this.said.push({ session: session.id, text: output });
          }
          if (message.event !== 'stopped') return;
          this.seen.push({ session, body: message.body as StopBody });
          this.arrived.fire();
        },
      }),
    });
  }

  /** The next stop that was not yet taken, of one session or of any. */
  async next(session?: vscode.DebugSession): Promise<Stop> {
    for (;;) {
      const index = this.seen.findIndex((stop) => session === undefined || stop.session.id === session.id);
      const [stop] = index < 0 ? [] : this.seen.splice(index, 1);
      if (stop !== undefined) return stop;
      await new Promise<void>((resolve) => {
        const waiting = this.arrived.event(() => {
          waiting.dispose();
          resolve();
        });
      });
    }
  }

  /** What a session has told the console so far. */
  outputs({ id }: vscode.DebugSession): readonly string[] {
    return this.said.flatMap(({ session, text }) => (session === id ? [text] : []));
  }

  /** Starts an episode with the embedded model, which stands before its first decision then. */
  async launch(more: Readonly<Record<string, unknown>> = {}): Promise<vscode.DebugSession> {
    const configuration = {
      type: 'lac',
      request: 'launch',
      name: 'test',
      environment: 'babyai-text',
      task: 'MixedTestLocal/goto/4',
      model: 'embedded',
      parameters: { candidates: 3, depth: 1, horizon: 6 },
      ...more,
    };
    this.seen.length = 0;
    assert.equal(await vscode.debug.startDebugging(folder(), configuration), true);
    const { session, body } = await this.next();
    assert.equal(body.reason, 'entry');
    return session;
  }

  /** Sends a request that moves, and waits for the stop. */
  async move(session: vscode.DebugSession, command: string, given: object = { threadId: 1 }): Promise<StopBody> {
    this.seen.length = 0;
    await session.customRequest(command, given);
    return (await this.next(session)).body;
  }

  dispose(): void {
    this.tracking.dispose();
    this.arrived.dispose();
  }
}

export function folder(): vscode.WorkspaceFolder {
  const first = vscode.workspace.workspaceFolders?.at(0);
  assert.ok(first, 'the suite runs in a workspace with a folder');
  return first;
}

/** Ends sessions and waits until VS Code knows it. */
export async function stop(...sessions: readonly vscode.DebugSession[]): Promise<void> {
  for (const session of sessions) {
    const ended = new Promise<void>((resolve) => {
      const waiting = vscode.debug.onDidTerminateDebugSession(({ id }) => {
        if (id !== session.id) return;
        waiting.dispose();
        resolve();
      });
    });
    await vscode.debug.stopDebugging(session);
    await ended;
  }
}

export async function stackTop(session: vscode.DebugSession, threadId = 1): Promise<DebugProtocol.StackFrame> {
  const answer: unknown = await session.customRequest('stackTrace', { threadId });
  const [top] = (answer as DebugProtocol.StackTraceResponse['body']).stackFrames;
  assert.ok(top, 'the thread has a frame');
  return top;
}

/** The variables of a scope at the top of the stack; the name's beginning is enough. */
export async function scopeReference(session: vscode.DebugSession, name: string): Promise<number> {
  const { id } = await stackTop(session);
  const answer: unknown = await session.customRequest('scopes', { frameId: id });
  const scope = (answer as DebugProtocol.ScopesResponse['body']).scopes.find((each) => each.name.startsWith(name));
  assert.ok(scope, `there is a scope ${name}`);
  return scope.variablesReference;
}

export async function evaluate(session: vscode.DebugSession, expression: string, context: string): Promise<string> {
  const { id } = await stackTop(session);
  const answer: unknown = await session.customRequest('evaluate', { expression, context, frameId: id });
  return (answer as DebugProtocol.EvaluateResponse['body']).result;
}

/** Waits until something holds, told of changes by polling: what the workbench does shows in its state alone. */
export async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`it did not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
