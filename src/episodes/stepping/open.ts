import { LacError } from '../../errors/lacError';
import { environmentIds, type Environment, type Task } from '../../environments/environment';
import type { ModelCalls } from '../../lac/calls';
import { RecordedModelCalls } from '../../models/calls/recordedCalls';
import type { Clock } from '../../models/clock';
import { builtinSets } from '../../prompts/builtin';
import { openPromptSet } from '../../prompts/promptSet';
import type { ChatWrap } from '../../prompts/render';
import type { BranchId, NodeId } from '../../trajectories/ids';
import { IndexedTimeline } from '../../trajectories/index/indexedTimeline';
import type { TrajectoryIndex } from '../../trajectories/index/trajectoryIndex';
import { MemoryJournal, type JournalContents, type RecordedAnswers } from '../../trajectories/journal';
import { JournalCallLog } from '../../trajectories/journalCallLog';
import type { HeaderLine } from '../../trajectories/schema';
import type { CallLog } from '../../models/calls/callLog';
import type { Timeline } from '../../trajectories/timeline';
import { CallShelf } from '../callShelf';
import { Episode, type EpisodePorts, type Settings } from '../episode';
import type { StateOptions } from '../place';
import { PromptsInForce } from '../promptsInForce';
import { recordedPrompts } from '../replay';
import type { Run } from '../run';
import { CallGate } from './callGate';
import { DebugSession } from './session';

export interface LiveSessionPorts {
  readonly environment: Environment;
  readonly calls: ModelCalls;
  readonly state: StateOptions;
  readonly clock: Clock;
  /** The model's chat template, for recorded prompt sets that ask for it. */
  readonly wrap: ChatWrap | null;
}

/** Starts a task under the debugger. */
export async function startSession(
  run: Run,
  task: Task,
  settings: Settings,
  ports: LiveSessionPorts,
  signal: AbortSignal,
): Promise<DebugSession> {
  const gate = new CallGate(ports.calls);
  const episode = await run.startEpisode(task, settings, gated(ports, gate), signal);
  return liveSession(run, episode, gate, settings, ports);
}

/** Goes on with a recorded episode of the run under the debugger; nothing is asked again. */
export function resumeSession(
  run: Run,
  timeline: Timeline,
  settings: Settings,
  ports: LiveSessionPorts,
  at?: { readonly branch: BranchId; readonly node: NodeId },
): DebugSession {
  const gate = new CallGate(ports.calls);
  const episode = run.resumeEpisode(timeline, gated(ports, gate));
  const branch = timeline.branches.at(-1)?.id ?? 'b0';
  const tip = timeline.tip(branch) ?? timeline.start;
  return liveSession(run, episode, gate, settings, ports, at ?? { branch, node: tip.id });
}

function gated({ environment, state }: LiveSessionPorts, gate: CallGate): Omit<EpisodePorts, 'sink'> {
  return { environment, state, calls: gate, watch: gate.prompts.watch };
}

function liveSession(
  run: Run,
  episode: Episode,
  gate: CallGate,
  settings: Settings,
  ports: LiveSessionPorts,
  at?: { readonly branch: BranchId; readonly node: NodeId },
): DebugSession {
  const { shelf, callLog } = run;
  const prompts = promptsFrom(shelf, episode.timeline.task.type, ports.wrap);
  const recorded = new RecordedModelCalls({ mode: 'replay', model: gate.model }, callLog, ports.clock);
  const session = new DebugSession({
    mode: 'live',
    episode,
    gate,
    shelf,
    recorded,
    settings,
    prompts,
    ...(at === undefined ? {} : { at }),
  });
  run.onTaken((warning) => session.warn(warning));
  session.on(({ type }) => {
    if (type === 'stopped') verifyJournal(run, session);
  });
  return session;
}

/** Looks whether a session's journal is as it was written, and has the session tell what became of it. */
export function verifyJournal(run: Run, session: DebugSession): void {
  try {
    run.verify();
  } catch (error) {
    if (!(error instanceof LacError)) throw error;
    session.warn(error);
  }
}

/**
 * Opens a recorded episode: no model and no environment. Whatever the record answers can be looked at, another alpha
 * included; probes live in memory and the file stays as it is.
 * @param file for messages. @param id null takes the first episode. Throws `debugger.no-episode`.
 */
export function replaySession(recorded: JournalContents, file: string, id: string | null, clock: Clock): DebugSession {
  return replayTimeline(episodeOf(recorded.episodes, file, id), recorded.header, recorded, clock);
}

/** The same of a journal that is read by window. Throws `trajectory.changed` besides. */
export function replayIndexed(index: TrajectoryIndex, file: string, id: string | null, clock: Clock): DebugSession {
  const { episodes, header } = index.data;
  return replayTimeline(IndexedTimeline.open(index, episodeOf(episodes, file, id)), header, index.answers(), clock);
}

function episodeOf<E extends { readonly id: string }>(episodes: readonly E[], file: string, id: string | null): E {
  const episode = id === null ? episodes.at(0) : episodes.find((each) => each.id === id);
  if (episode !== undefined) return episode;
  const known = episodes.map((each) => each.id).join(', ');
  throw new LacError('debugger.no-episode', { file, episode: id ?? '', known: known === '' ? 'none' : known });
}

/** Opens a recorded episode, whatever of it is in memory. */
export function replayTimeline(
  timeline: Timeline,
  { model }: HeaderLine,
  recorded: RecordedAnswers,
  clock: Clock,
): DebugSession {
  const shelf = new CallShelf(new MemoryJournal(), recorded);
  const log: CallLog = new JournalCallLog(shelf, recorded);
  const calls = new RecordedModelCalls({ mode: 'replay', model }, log, clock);
  const gate = new CallGate(calls);
  const prompts = promptsFrom(shelf, timeline.task.type, model.chatWrap ?? null);
  const inForce = prompts(timeline.prompts) ?? standInPrompts(timeline);
  const environment = absentEnvironment(timeline);
  const ports = { environment, calls: gate, state: { truth: false }, watch: gate.prompts.watch, sink: shelf };
  const episode = Episode.resume(timeline, ports, new Set(recorded.promptSets.keys()));
  const settings = { parameters: timeline.parameters, prompts: inForce };
  return new DebugSession({ mode: 'replay', episode, gate, shelf, recorded: calls, settings, prompts });
}

/** For a recording that came from elsewhere, without prompts: something has to be in force, though nothing is asked. */
function standInPrompts({ task }: Timeline): PromptsInForce {
  const known = builtinSets.find(({ id }) => id === task.environment) ?? builtinSets[0];
  return new PromptsInForce(openPromptSet(known.id), task.type, null);
}

/** Recorded prompt sets by id, each opened once. */
function promptsFrom(shelf: CallShelf, taskType: string, wrap: ChatWrap | null): (id: string) => PromptsInForce | null {
  const known = new Map<string, PromptsInForce>();
  return (id) => {
    let prompts = known.get(id);
    if (prompts === undefined) {
      if (!shelf.promptSets.has(id)) return null;
      prompts = recordedPrompts(shelf, id, taskType, wrap);
      known.set(id, prompts);
    }
    return prompts;
  };
}

/** Stands where a replay has no environment: everything that needs one says so. */
function absentEnvironment({ task }: Timeline): Environment {
  const refuse = (): never => {
    throw new LacError('debugger.replay-only', { what: 'Another action' });
  };
  const reject = (): Promise<never> => Promise.reject(new LacError('debugger.replay-only', { what: 'Another action' }));
  return {
    // A foreign environment has no id of ours; nothing that would name it is ever reached.
    id: environmentIds.find((known) => known === task.environment) ?? environmentIds[0],
    data: { version: '', sha256: null },
    reset: reject,
    parse: refuse,
    step: reject,
    admissible: () => null,
    snapshot: refuse,
    restore: reject,
    truth: () => Promise.resolve(null),
    picture: refuse,
    dispose: () => Promise.resolve(),
  };
}
