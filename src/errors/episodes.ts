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
} as const satisfies ErrorTexts;
