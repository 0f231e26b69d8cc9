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
  'debugger.empty-text': {
    what: 'The {what} is empty.',
    toDo: 'Write at least one word.',
  },
  'debugger.hit-condition': {
    what: '"{text}" is no hit condition.',
    toDo: 'Write a number of hits, alone or behind >=, >, <=, < or %.',
  },
  'debugger.field': {
    what: 'The launch configuration has a wrong "{field}".',
    toDo: 'Give {expected}.',
  },
  'debugger.unknown-field': {
    what: 'The launch configuration has a field "{field}" that means nothing here.',
    toDo: 'Known are: {known}.',
  },
  'debugger.no-session': {
    what: 'No episode has been started.',
    toDo: 'Send launch or attach first.',
  },
  'debugger.started': {
    what: 'This adapter already debugs an episode.',
    toDo: 'Start a second adapter for a second session.',
  },
  'debugger.request': {
    what: 'The debug adapter does not know the request "{request}".',
    toDo: 'Use one of the requests that its capabilities name.',
  },
  'debugger.argument': {
    what: 'The request "{request}" has a wrong "{field}".',
    toDo: 'Send {expected}.',
  },
  'debugger.stream': {
    what: 'What came is no message of the Debug Adapter Protocol: {reason}.',
    toDo: 'Send a header "Content-Length: <bytes>", a blank line, and so many bytes of JSON.',
  },
  'debugger.reference': {
    what: 'There are no variables under {reference} any more.',
    toDo: 'Ask for the scopes again: the session has moved since.',
  },
  'debugger.no-source': {
    what: 'There is no document under {reference}.',
    toDo: 'Ask for the loaded sources again.',
  },
  'debugger.no-thread': {
    what: 'There is no thread {thread}.',
    toDo: 'Threads are the branches that this session has visited; ask for them again.',
  },
  'debugger.no-variable': {
    what: 'There is no variable "{name}" here.',
    toDo: 'Ask for the variables again.',
  },
  'debugger.read-only': {
    what: '"{name}" can\'t be changed.',
    toDo: "Change a parameter, a candidate's text, the action or the observation.",
  },
  'debugger.no-target': {
    what: 'The target {target} is not valid any more.',
    toDo: 'Ask for the targets again.',
  },
  'debugger.command': {
    what: 'The command is not complete.',
    toDo: 'It is written: {usage}.',
  },
  'debugger.filter': {
    what: 'There is no exception filter "{filter}".',
    toDo: 'Use one of: {known}.',
  },
  'debugger.no-exception': {
    what: 'The session has not stopped at an exception.',
    toDo: 'Ask when the reason of the stop is an exception.',
  },
  'debugger.line': {
    what: 'Line {line} brings no text into any prompt.',
    toDo: 'Set the breakpoint on a line with text or a variable.',
  },
  'debugger.document': {
    what: 'The document is neither a prompt nor a transcript of this session.',
    toDo: "Set breakpoints in the environment's prompt files or in the transcript.",
  },
  'debugger.data': {
    what: '"{data}" can\'t be watched.',
    toDo: 'Watch the choice or the Q of an action.',
  },
  'debugger.defect': {
    what: 'The debugger failed: {reason}.',
    toDo: 'This is a defect of LAC Debugger; the recording is whole up to here.',
  },
  'debugger.breakpoint': {
    what: "The breakpoint can't be set: {reason}.",
    toDo: 'Change it.',
  },
} as const satisfies ErrorTexts;
