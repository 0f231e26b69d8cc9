import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `trajectory.`. */
export const trajectoriesErrors = {
  'trajectory.unreadable': {
    what: 'The trajectory file {file} cannot be read: {reason}.',
    toDo: 'Check its name and place, and that you may read it.',
  },
  'trajectory.unwritable': {
    what: 'The trajectory file {file} cannot be written: {reason}.',
    toDo: 'Choose another place with --out or the setting lac.runs.folder.',
  },
  'trajectory.deleted': {
    what: '{file} was deleted while an episode was recorded in it.',
    toDo: 'What was recorded is written again in {now}; nothing is lost. To delete it, end the session first.',
  },
  'trajectory.overwritten': {
    what: '{file} was changed or replaced by another program while an episode was recorded in it.',
    toDo: 'What was recorded is written again in {now}, where the recording goes on; nothing is lost.',
  },
  'trajectory.exists': {
    what: 'The trajectory file {file} is there already.',
    toDo: 'Choose another name, leave "trajectory" out, or go on with it by "lac run --resume".',
  },
  'trajectory.foreign': {
    what: '{file} is no LAC trajectory: {reason}.',
    toDo: 'Other formats are read by "LAC: Open as Trajectory" and "lac import".',
  },
  'trajectory.version': {
    what: '{file} was written in version {version} of the format; this program reads up to version {supported}.',
    toDo: 'Update LAC Debugger.',
  },
  'trajectory.line': {
    what: '{file}, line {line}: {reason}.',
    toDo: 'The line is left out; the others are read.',
  },
  'trajectory.torn': {
    what: '{file} ends in the middle of a line ({bytes} bytes): its writer was stopped.',
    toDo: 'Everything before it is complete.',
  },
  'trajectory.line-too-long': {
    what: '{file}, line {line}: the line is longer than {limit} bytes.',
    toDo: 'The line is left out; the others are read.',
  },
  'trajectory.no-episode': {
    what: '{file} holds no episode.',
    toDo: 'Choose another file.',
  },
  'trajectory.damaged': {
    what: 'What could be read of {file} came out as recorded, but {lines} of its lines could not be read.',
    toDo: 'Use an undamaged copy to compare all of it.',
  },
  'trajectory.no-branch': {
    what: '{file}: the episode {episode} has no branch {branch}.',
    toDo: 'Its branches are {known}.',
  },
  'trajectory.changed': {
    what: '{file} was changed or replaced while it was open.',
    toDo: 'Open it again.',
  },
  'trajectory.malformed': {
    what: '{file} holds a malformed line at byte {offset}: {reason}.',
    toDo: 'Other steps can be read; what this one was cannot be known.',
  },
  'trajectory.index': {
    what: 'The index of {file} could not be built: {reason}.',
    toDo: 'Open the file again; if that fails too, it can still be read with lac show.',
  },
  'trajectory.differs': {
    what: '{file}: what was recorded and what happens now differ at {where}: recorded {recorded}, now {now}.',
    toDo: 'Start a new run with the present environment, prompts and model instead of resuming this one.',
  },
} as const satisfies ErrorTexts;
