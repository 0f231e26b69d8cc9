import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `episode.`. */
export const episodesErrors = {
  'episode.disagrees': {
    what: 'Replaying {environment} up to step {step} gave another {what} than was recorded: "{now}" instead of "{recorded}".',
    toDo: 'The data or the rules of the environment have changed since; use those of the recording, or start the task again.',
  },
  'episode.over': {
    what: 'The episode is over at step {step} ({reason}).',
    toDo: 'Step back and take another action, or start another task.',
  },
  'episode.no-node': {
    what: 'The episode has no state {node}.',
    toDo: 'Choose a step of the timeline.',
  },
  'episode.environment-differs': {
    what: 'The trajectory was recorded in {recorded}, but {now} is at hand.',
    toDo: 'Choose the data folder of the recording (settings lac.data.*), or replay without continuing.',
  },
  'episode.model-differs': {
    what: 'The trajectory was recorded with the model {recorded}, but {now} is at hand.',
    toDo: 'Choose the model of the recording, or fork the trajectory instead of resuming it.',
  },
  'episode.fork-foreign': {
    what: 'The recording came from another format ({format}): no environment of LAC Debugger can be brought to its steps.',
    toDo: 'Start an episode of your own, or go on in the program that recorded it.',
  },
  'episode.fork-environment': {
    what: 'The step cannot be continued: the environment {environment} that it was recorded in cannot be opened ({reason}).',
    toDo: 'Put the data of the recording back (settings lac.data.*); without it the recording can still be replayed.',
  },
  'episode.fork-over': {
    what: 'The episode is over at step {step} ({reason}), so nothing can follow it.',
    toDo: 'Choose an earlier step.',
  },
} as const satisfies ErrorTexts;
