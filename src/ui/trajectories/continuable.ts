import * as vscode from 'vscode';
import type { Status } from '../../environments/environment';
import type { HeaderLine } from '../../trajectories/schema';

/**
 * Whether a recording of its own can go on from a step: not behind the end of its episode, not from another format, which
 * names no model, and not where the workspace is not trusted.
 */
export function isContinuable(model: Pick<HeaderLine['model'], 'backend'>, status: Status): boolean {
  return status === 'running' && model.backend !== 'unknown' && vscode.workspace.isTrusted;
}
