import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `debugger.`. */
export const debuggerErrors = {
  'debugger.running': {
    what: 'The episode is running.',
    toDo: 'Pause it first.',
  },
  'debugger.closed': {
    what: 'The debug session is over.',
    toDo: 'Start another one.',
  },
  'debugger.replay-only': {
    what: '{what} needs an environment or a model, and this session only replays a recording.',
    toDo: 'Continue the trajectory from this step in a live session.',
  },
  'debugger.start-edited': {
    what: "The first observation can't be edited: no step led to it.",
    toDo: 'Choose a later step, or another task.',
  },
  'debugger.no-step': {
    what: 'Branch {branch} has no step {step}; it has steps 0 to {last}.',
    toDo: 'Choose one of them.',
  },
  'debugger.no-branch': {
    what: 'The episode has no branch {branch}.',
    toDo: 'Choose one of: {known}.',
  },
  'debugger.no-decision': {
    what: 'There is no decision at step {step} yet.',
    toDo: 'Step into it first.',
  },
  'debugger.no-candidate': {
    what: 'The decision has no candidate "{action}".',
    toDo: 'Choose one of: {known}.',
  },
  'debugger.no-episode': {
    what: 'The trajectory {file} has no episode {episode}.',
    toDo: 'Choose one of: {known}.',
  },
  'debugger.no-prompts': {
    what: 'The trajectory {file} lacks its prompt set {prompts}.',
    toDo: 'It can be read in the trajectory editor, but not stepped through.',
  },
  'debugger.empty-text': {
    what: 'The {what} is empty.',
    toDo: 'Write at least one word.',
  },
  'debugger.hit-condition': {
    what: '"{text}" is no hit condition.',
    toDo: 'Write a number of hits, alone or behind >=, >, <=, < or %.',
  },
  'debugger.panel-version': {
    what: "The panel's page speaks version {page} of the protocol, the extension version {host}.",
    toDo: 'Reload the window.',
  },
  'debugger.breakpoint': {
    what: "The breakpoint can't be set: {reason}.",
    toDo: 'Change it.',
  },
} as const satisfies ErrorTexts;
