import type * as vscode from 'vscode';
import type { BranchId, NodeId } from '../../trajectories/ids';
import type { Log } from '../log';
import type { RunCommand } from '../panel/changes';
import type { SessionSource } from '../panel/sessionSource';
import type { FollowedSessions } from '../sessions/followed';
import type { IndexStore } from './longFile';
import type { RecordingFile } from './recordingFile';

/** Which episode is shown and where in it; null for what the recording begins with. */
export interface Place {
  readonly episode: string;
  readonly at: { readonly branch: BranchId; readonly node: NodeId } | null;
}

/** What an editor of a recording works with. */
export interface EditorPorts {
  readonly extension: vscode.Uri;
  readonly followed: FollowedSessions;
  readonly log: Log;
  readonly indexes: IndexStore;
  /** Opens an episode of a recording without model and environment. */
  readonly replay: (
    recording: RecordingFile,
    uri: vscode.Uri,
    place: Place | null,
    run: RunCommand,
  ) => Promise<SessionSource>;
  /** Runs a command that the page offers. */
  readonly offer: RunCommand;
}
