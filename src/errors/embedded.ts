import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `embedded.`. */
export const embeddedErrors = {
  'embedded.missing': {
    what: 'There is no model file {file}.',
    toDo: 'Give the path of a GGUF file, or leave the choice out to use the model that ships with the extension.',
  },
  'embedded.unreadable': {
    what: 'The model file {file} cannot be read: {reason}.',
    toDo: 'Check that it is a file and that you may read it.',
  },
  'embedded.not-gguf': {
    what: '{file} is not a GGUF file: it begins with {found} instead of "GGUF".',
    toDo: 'Give a GGUF file of the Llama architecture.',
  },
  'embedded.corrupt': {
    what: 'The model file {file} is damaged at {field}: {reason}.',
    toDo: 'Copy or download the file again.',
  },
  'embedded.unsupported': {
    what: 'The embedded model cannot run {file}: {field} is {found}, and it knows {supported}.',
    toDo: 'Serve this model with Ollama and connect to it instead.',
  },
  'embedded.too-large': {
    what: 'The model file {file} is too large to run in the extension: {size} MB of at most {limit} MB.',
    toDo: 'Serve this model with Ollama and connect to it instead.',
  },
  'embedded.memory': {
    what: 'The system refused the {megabytes} MB of memory that the embedded model {file} needs.',
    toDo: 'Close other programs, or use a smaller model or a server.',
  },
  'embedded.context-full': {
    what: 'The context of {model} is full: the prompt has {promptTokens} tokens and up to {newTokens} more were asked for, {total} in all, and it holds {contextLength}.',
    toDo: 'Shorten the history or the examples of the prompt set, lower the depth, lower the token limit of a line, or use a model with a longer context.',
  },
  'embedded.request': {
    what: 'The embedded model was asked for something it cannot do: {reason}.',
    toDo: 'Correct the request.',
  },
  'embedded.not-finite': {
    what: 'The embedded model {file} computed numbers that are not finite.',
    toDo: 'Its weights are damaged or unfit: copy or download the file again, or use another model.',
  },
  'embedded.stopped': {
    what: 'The embedded model {file} stopped: {reason}.',
    toDo: 'Start it again; if it stops once more, report this with the model file.',
  },
  'embedded.port': {
    what: 'The server cannot listen on {host}:{port}: {reason}.',
    toDo: 'Choose another port (0 takes any that is free) or another address.',
  },
} as const satisfies ErrorTexts;
