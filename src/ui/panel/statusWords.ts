import * as vscode from 'vscode';
import type { DebugSession } from '../../episodes/stepping/session';
import { inLanguage } from '../../errors/phrase';
import type { StatusSection, ToolbarCommand } from '../../protocol/panel';
import { recordedReward } from '../../trajectories/outcome';
import { inWords, translate } from '../log';
import { commands } from '../names';
import type { OpenedSession } from '../sessions/openedSession';

/** Why a record is shown without a debug session: to be looked at, or because its session is gone. */
export type Afterlife = 'trajectory' | 'interrupted' | 'ended';

/** How a session stands. */
export interface Standing {
  readonly opened: OpenedSession;
  readonly over: Afterlife | null;
  /** What is being asked, in words. */
  readonly activity: string | null;
  /** A person acts in the agent's place. */
  readonly playing: boolean;
  /** What was under way last was a decision at one step, not a movement. */
  readonly decides: boolean;
  /** Whether a recording of its own can go on from the step under the cursor. */
  readonly continuable: boolean;
  /** Episodes of the recording among which one can choose. */
  readonly episodes: number;
  /** What is to be said of the recording beyond what was read of it. */
  readonly notice: string | null;
  /** The condition that is searched for. */
  readonly searched: string | null;
}

/** What the panel says of a session, and what it offers to do. */
export function statusSection(standing: Standing): StatusSection {
  const section = standingSection(standing);
  const { notice, over } = standing;
  // Of a recording that is only looked at it is the first thing that is said.
  if (notice === null || over === 'trajectory') return section;
  return { ...section, detail: section.detail === '' ? notice : `${section.detail}\n${notice}` };
}

function standingSection(standing: Standing): StatusSection {
  const { session } = standing.opened;
  const { over, playing, activity, decides } = standing;
  const { mode, lastStop } = session;
  const base = { mode, activity, playing };
  if (over !== null) return { ...base, ...afterlifeWords(standing, over), mode: 'replay' };
  if (session.state === 'running') {
    const title = session.decision === undefined ? vscode.l10n.t('Running') : vscode.l10n.t('Deciding');
    return { ...base, kind: 'running', title, detail: '', offers: [] };
  }
  if (lastStop.error !== null) {
    const { code } = lastStop.error;
    const again: ToolbarCommand = decides ? 'lac.decide' : 'lac.step';
    const offers = [
      { label: vscode.l10n.t('Try Again'), command: again, primary: true },
      ...(code.startsWith('model.')
        ? [{ label: vscode.l10n.t('Select Model'), command: commands.selectModel, primary: false }]
        : []),
      { label: vscode.l10n.t('Show Log'), command: commands.showLog, primary: false },
    ];
    const title = decides
      ? vscode.l10n.t('The decision could not be made')
      : vscode.l10n.t('The step could not be made');
    return { ...base, kind: 'error', title, detail: inWords(lastStop.error), offers };
  }
  const atEnd = session.node.end !== null && session.cursor.inside === null;
  if (atEnd) {
    const title = session.node.status === 'success' ? vscode.l10n.t('Task solved') : vscode.l10n.t('Episode over');
    const offers = [{ label: vscode.l10n.t('Start Another Episode'), command: commands.startEpisode, primary: true }];
    return { ...base, kind: 'ended', title, detail: stopInWords(session), offers };
  }
  const title = playing ? vscode.l10n.t('Your move') : vscode.l10n.t('Paused');
  const edit = session.pendingEdit;
  const detail =
    edit === null
      ? playing
        ? vscode.l10n.t('step {0}', session.node.step)
        : [stopInWords(session), ...(lastStop.reason === 'entry' ? standing.opened.notes : [])].join('\n')
      : vscode.l10n.t('An edited {0} waits for the next step.', edit.kind);
  return { ...base, kind: 'paused', title, detail, offers: [] };
}

/** Why the session stands still. */
function stopInWords({ lastStop, node, cursor }: DebugSession): string {
  switch (lastStop.reason) {
    case 'entry':
      return vscode.l10n.t('the episode begins');
    case 'end': {
      if (node.end === null) return vscode.l10n.t('the recording ends at step {0}', node.step);
      const reward = recordedReward(node.end);
      return reward === null
        ? vscode.l10n.t('after {0} steps', node.end.steps)
        : vscode.l10n.t('after {0} steps, reward {1}', node.end.steps, Number(reward.toFixed(4)));
    }
    case 'step':
      // Within a decision it says which moment of it.
      return cursor.inside === null
        ? vscode.l10n.t('step {0}', node.step)
        : inLanguage(lastStop.description, translate);
    case 'goto':
      return vscode.l10n.t('step {0} of branch {1}', node.step, cursor.branch);
    case 'pause':
    case 'probe':
    case 'breakpoint':
    case 'function breakpoint':
    case 'data breakpoint':
    case 'exception':
      return inLanguage(lastStop.description, translate);
  }
}

function afterlifeWords(
  standing: Standing,
  over: Afterlife,
): Pick<StatusSection, 'kind' | 'title' | 'detail' | 'offers'> {
  const { opened, episodes } = standing;
  const resume = { label: vscode.l10n.t('Resume'), command: commands.resumeEpisode, primary: true };
  const replay = {
    label: vscode.l10n.t('Replay in Debugger'),
    command: commands.replayTrajectory,
    primary: over === 'trajectory',
  };
  const onward = {
    label: vscode.l10n.t('Continue from This Step…'),
    command: commands.continueFromStep,
    primary: false,
  };
  const another = { label: vscode.l10n.t('Start Another Episode'), command: commands.startEpisode, primary: false };
  const finished = opened.session.timeline.nodes.some(({ end }) => end !== null);
  const { file, model } = opened;
  const continuable = standing.continuable ? [onward] : [];
  const resumable = finished || file === null || model.backend === 'unknown' ? [] : [resume];
  const debuggable = file === null ? [] : [replay];
  switch (over) {
    case 'trajectory':
      return {
        kind: 'paused',
        title: vscode.l10n.t('Recording'),
        detail: recordingWords(standing),
        offers: [
          ...debuggable,
          ...continuable,
          { label: vscode.l10n.t('Find Step…'), command: commands.findStep, primary: false },
          { label: vscode.l10n.t('Print for Every Step…'), command: commands.printSteps, primary: false },
          ...(episodes > 1
            ? [{ label: vscode.l10n.t('Choose Episode…'), command: commands.chooseEpisode, primary: false }]
            : []),
          ...resumable.map((offer) => ({ ...offer, primary: false })),
        ],
      };
    case 'interrupted':
      return {
        kind: 'interrupted',
        title: vscode.l10n.t('The session was interrupted'),
        detail: vscode.l10n.t(
          'Everything up to here is recorded. Resume goes on at the last event and calls nothing again.',
        ),
        offers: [resume, another],
      };
    case 'ended':
      return {
        kind: 'ended',
        title: vscode.l10n.t('The session is over'),
        detail: vscode.l10n.t('This is its recording.'),
        offers: [...resumable, replay, ...continuable, another],
      };
  }
}

function recordingWords({ opened, notice, searched }: Standing): string {
  return [
    ...(notice === null ? [] : [notice]),
    searched === null
      ? vscode.l10n.t('Nothing is called; arrows, Home and End move along it.')
      : vscode.l10n.t('Continue and run back go to the steps where {0}.', searched),
    ...opened.notes,
  ].join('\n');
}
