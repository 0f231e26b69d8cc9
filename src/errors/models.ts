import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `model.`. */
export const modelsErrors = {
  'model.ollama-down': {
    what: 'Ollama does not answer at {url} ({reason}).',
    toDo: 'Start it with "ollama serve" (or its app), or correct the url of the endpoint.',
  },
  'model.server-down': {
    what: 'No model server answers at {url} ({reason}).',
    toDo: 'Start the server, or correct the url of the endpoint.',
  },
  'model.not-pulled': {
    what: 'Ollama at {url} has no model "{model}".',
    toDo: 'Pull it with "ollama pull {model}", or use one that is there: {known}.',
  },
  'model.not-served': {
    what: 'The server at {url} does not serve a model "{model}".',
    toDo: 'Use one of: {known}.',
  },
  'model.too-old': {
    what: 'Ollama {version} at {url} reports no log-probabilities, which every decision needs.',
    toDo: 'Update Ollama to 0.12.11 or later.',
  },
  'model.no-log-probabilities': {
    what: 'Model "{model}" at {url} reports no log-probabilities, which every decision needs.',
    toDo: 'Use a model that runs on the server itself (cloud models do not report them), or a server that offers "logprobs".',
  },
  'model.no-scores': {
    what: 'Model "{model}" at {url} cannot score a given text: {reason}.',
    toDo: 'Use the proposal "branch" or "sample", which score the texts that the model writes itself.',
  },
  'model.no-next-token': {
    what: 'Model "{model}" at {url} ends its text where a verdict should stand, and shows no probabilities there.',
    toDo: 'Use a prompt set with "wrap: chat" for an instruction-tuned model, or another model.',
  },
  'model.prompt-too-long': {
    what: 'The prompt has {tokens} tokens and the context of "{model}" holds {context}.',
    toDo: 'Raise "context" of the endpoint in lac.endpoints, or shorten the history or the examples of the prompt set.',
  },
  'model.queue-full': {
    what: 'The queue of the server at {url} is full ({reason}).',
    toDo: 'Wait until it has less to do, or lower "parallel" of the endpoint in lac.endpoints.',
  },
  'model.failed-before-answer': {
    what: 'The server at {url} failed before it answered: {reason}.',
    toDo: "Run the step again; if it happens again, look into the server's log.",
  },
  'model.crashed': {
    what: 'The server at {url} broke off in the middle of an answer: {reason}.',
    toDo: "Run the step again; if it happens again, look into the server's log.",
  },
  'model.incomplete': {
    what: 'The answer of "{model}" at {url} stopped without an end after {tokens} tokens.',
    toDo: 'Run the step again; a model that repeats itself for ever is cut off in this way, so try another prompt or model.',
  },
  'model.out-of-memory': {
    what: 'The server at {url} cannot load "{model}": {reason}.',
    toDo: 'Free memory, lower "context" of the endpoint in lac.endpoints, or use a smaller model.',
  },
  'model.server-cancelled': {
    what: 'The server at {url} cancelled the request ({reason}).',
    toDo: 'Run the step again.',
  },
  'model.request-refused': {
    what: 'The server at {url} refused the request (HTTP {status}): {reason}.',
    toDo: 'Check the model and the settings of the endpoint in lac.endpoints.',
  },
  'model.access-denied': {
    what: 'The server at {url} denies access (HTTP {status}): {reason}.',
    toDo: 'Set the right key: {key}.',
  },
  'model.key-missing': {
    what: 'The environment variable {variable}, which should hold the key for {url}, is not set.',
    toDo: 'Set it, or remove "keyVariable" from the endpoint.',
  },
  'model.bad-answer': {
    what: 'The server at {url} answered with something else than {expected}: {found}.',
    toDo: 'Check that the url of the endpoint is that of a model server.',
  },
  'model.pull-failed': {
    what: 'Ollama at {url} could not pull "{model}": {reason}.',
    toDo: 'Check the name of the model and the connection of the server to the registry.',
  },
  'model.bad-name': {
    what: 'The model "{spec}" cannot be understood: {reason}.',
    toDo: 'Write "embedded", "ollama:<model>", "ollama:<model>@<url>" or "openai:<model>@<url>".',
  },
  'model.bad-endpoint': {
    what: 'Endpoint {endpoint}: "{field}" {reason}.',
    toDo: 'Correct it in lac.endpoints.',
  },
  'model.endpoints-differ': {
    what: 'The endpoints {first} and {second} do not serve the same model ({firstDigest} and {secondDigest}).',
    toDo: 'Use the same version of the model on both, or one endpoint only.',
  },
  'model.not-recorded': {
    what: 'The recording holds no call {call} ({role}, {kind}), and a replay asks no model.',
    toDo: 'Continue with a model, or replay with the prompts and parameters that were recorded.',
  },
  'model.bad-record': {
    what: 'The recorded call {call} answers another question: it is of kind "{found}", not "{kind}".',
    toDo: 'The file was changed by hand or damaged; use an undamaged copy.',
  },
  'model.budget': {
    what: 'The budget is used up: {spent} of {limit} {unit}.',
    toDo: 'Raise it (setting lac.budget.{unit}, option --budget-{unit}) and resume; nothing recorded is lost.',
  },
} as const satisfies ErrorTexts;
