import { LacError } from '../../errors/lacError';
import { embeddedModelName, promptSetFor } from '../../episodes/launch';
import { PromptsInForce } from '../../episodes/promptsInForce';
import { parseParameters } from '../../lac/parameterInput';
import { promptFilesIn } from '../places';
import type { SessionSource } from '../panel/sessionSource';
import type { ForkChange } from '../sessions/sessionOpener';
import type { StepToContinue } from './continueFrom';
import type { IndexedSource } from './indexedSource';

/**
 * The step at which a session stands, live or replayed. Throws `workbench.not-here`.
 * @param shown what the recording is called that an editor shows; null where none does.
 */
export function stepOfSession(
  { opened, session }: SessionSource,
  promptsFolder: string,
  shown: string | null,
): StepToContinue {
  const { file, model, wrap } = opened;
  const { timeline, cursor, node, shelf } = session;
  // A recording older than the field `transcript` names the embedded model alone.
  const known = model.backend === 'embedded' ? embeddedModelName : model;
  if (file === null) throw new LacError('workbench.not-here', { file: shown ?? timeline.goal });
  const { environment, type } = timeline.task;
  return {
    at: { file, episode: timeline.id, branch: cursor.branch, node: node.id, step: node.step },
    timeline,
    node,
    lookup: (id) => shelf.call(id),
    model,
    forecast: async ({ parameters, prompts }: ForkChange) => {
      if (session.state !== 'stopped') return null;
      const before = node.decisions.at(-1)?.parameters ?? timeline.parameters;
      const today =
        prompts === undefined
          ? session.promptsHere
          : new PromptsInForce(promptSetFor(environment, known, promptFilesIn(promptsFolder)), type, wrap);
      return session.forecast({ parameters: parseParameters({ ...before, ...parameters }, 'panel'), prompts: today });
    },
  };
}

/** The step at which a recording is looked at that is read by window. */
export function stepOfIndexed(source: IndexedSource): StepToContinue {
  const { current, track, index, file } = source;
  const { timeline, node: windowNode } = current.window;
  const calls = new Map(current.calls.map((call) => [call.id, call]));
  return {
    at: { file, episode: track.episode.id, branch: track.branch, node: current.node, step: current.step },
    timeline,
    node: timeline.node(windowNode) ?? timeline.start,
    lookup: (id) => calls.get(id),
    model: index.data.header.model,
    forecast: () => Promise.resolve(null),
  };
}
