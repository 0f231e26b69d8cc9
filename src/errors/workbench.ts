import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `workbench.`. */
export const workbenchErrors = {
  'workbench.no-episode': {
    what: 'No episode is open.',
    toDo: 'Start one with F5 or "LAC: Start Episode".',
  },
  'workbench.panel-version': {
    what: "The panel's page speaks version {page} of the protocol and the extension version {host}.",
    toDo: 'Reload the window.',
  },
  'workbench.no-call': {
    what: 'The recording does not hold the model call {call}.',
    toDo: 'Choose a call of another step.',
  },
  'workbench.launch': {
    what: 'The launch configuration "{name}" cannot be used: {field} {reason}.',
    toDo: 'Correct it in launch.json.',
  },
  'workbench.folder': {
    what: 'Nothing can be recorded in the folder {folder}: {reason}.',
    toDo: 'Choose another with the setting lac.runs.folder.',
  },
  'workbench.prompts-folder': {
    what: 'No prompt can be written in the folder {folder}: {reason}.',
    toDo: 'Choose another with the setting lac.prompts.folder.',
  },
  'workbench.recording-live': {
    what: '{file} is being recorded by a debug session that is open.',
    toDo: 'Go on in that session, or end it first.',
  },
  'workbench.no-prompt': {
    what: 'The prompt set {set} has no part "{part}".',
    toDo: 'Choose one of its parts in the view "Prompts".',
  },
  'workbench.replay-call': {
    what: '{what} needs model calls, and a recording is shown.',
    toDo: 'Resume the episode to go on with it live.',
  },
  'workbench.no-recording': {
    what: 'No recording is open in an editor.',
    toDo: 'Open one with "LAC: Open as Trajectory".',
  },
  'workbench.example': {
    what: '{file} ships with the extension and stays as it is.',
    toDo: 'Use "LAC: Continue from This Step…": the run gets a file of its own.',
  },
  'workbench.recording-too-large': {
    what: '{file} has {megabytes} MB; what has to be read whole may have {limit} MB.',
    toDo: 'Copy it to this machine, and if it is of another format import it with "lac import".',
  },
  'workbench.too-large': {
    what: '{file} has {megabytes} MB; for this it has to be read whole, which is done up to {limit} MB.',
    toDo: 'Its steps can be exported as CSV or OpenTelemetry traces, which take any length; for the rest use "lac export" in a terminal.',
  },
  'workbench.export': {
    what: '{file} cannot be written: {reason}.',
    toDo: 'Choose a folder that you may write to.',
  },
  'workbench.not-here': {
    what: '{file} is not on this machine, so nothing can be recorded that goes on from it.',
    toDo: 'Save a copy on this machine and open that.',
  },
} as const satisfies ErrorTexts;
