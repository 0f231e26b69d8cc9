import { parameterNames, parameterSpecs, type ParameterSpec } from '../lac/parameters';
import { roles, verdicts } from '../lac/transcript';
import { formatName, openFacts } from './schema';

/** JSON Schema (2020-12) of the native format's lines; unknown fields are allowed everywhere. */

type Schema = Readonly<Record<string, unknown>>;

const string: Schema = { type: 'string' };
const boolean: Schema = { type: 'boolean' };
const number: Schema = { type: 'number' };
const count: Schema = { type: 'integer', minimum: 0 };
const positive: Schema = { type: 'integer', minimum: 1 };
const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });
const list = (items: Schema): Schema => ({ type: 'array', items });
const oneOf = (...values: readonly string[]): Schema => ({ enum: values });
const object = (
  required: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
});
const line = (
  type: string,
  fields: Readonly<Record<string, Schema>>,
  optional: Readonly<Record<string, Schema>> = {},
): Schema => object({ type: { const: type }, ...fields }, { ...optional, at: { type: 'object' } });

function parameterSchema(spec: ParameterSpec): Schema {
  if (spec.kind === 'choice') return { enum: spec.choices };
  return { type: spec.kind, minimum: spec.minimum, maximum: spec.maximum };
}

const parameters: Schema = object(
  Object.fromEntries(parameterNames.map((name): [string, Schema] => [name, parameterSchema(parameterSpecs[name])])),
);

const tokenProbability = object({ token: string, logprob: number });
const scoredToken = object({ token: string, logprob: nullable(number) }, { top: list(tokenProbability) });
const usage = object({ promptTokens: count, generatedTokens: count });
const label = object({ label: string, logprob: nullable(number), bound: number, variants: list(string) });

const request: Schema = {
  oneOf: [
    object({
      kind: { const: 'generate' },
      prompt: string,
      maxTokens: positive,
      terminator: oneOf('scored', 'unscored'),
      temperature: number,
      seed: nullable(count),
      ordinal: count,
      top: count,
    }),
    object({ kind: { const: 'next' }, prompt: string, labels: list(string) }),
    object({ kind: { const: 'score' }, prompt: string, continuation: string }),
  ],
};

const answer: Schema = {
  oneOf: [
    object({
      kind: { const: 'generate' },
      text: string,
      tokens: list(scoredToken),
      end: oneOf('newline', 'length', 'end-of-text'),
      score: oneOf('exact', 'partial'),
      usage,
    }),
    object({ kind: { const: 'next' }, labels: list(label), top: list(tokenProbability), usage }),
    object({
      kind: { const: 'score' },
      tokens: list(scoredToken),
      logprob: number,
      score: oneOf('exact', 'lower-bound'),
      usage,
    }),
  ],
};

const calls = list(string);
const says = nullable({ enum: verdicts });
const value = object({ q: nullable(number), bound: oneOf('exact', 'lower', 'upper', 'none') });
const flip = object({ alpha: number, from: count, to: count });
const event = (type: string, fields: Readonly<Record<string, Schema>>): Schema =>
  object({ type: { const: type }, ...fields });

const reflectionEvent = event('reflection', { text: string, says, forced: boolean, calls });

const decisionEvent: Schema = {
  oneOf: [
    event('thought', { text: string, calls }),
    event('proposal', {
      candidate: count,
      action: string,
      source: oneOf('branch', 'sample', 'admissible', 'hand'),
      tokens: list(scoredToken),
      logprob: number,
      tokenCount: count,
      score: oneOf('exact', 'lower-bound', 'partial'),
      merged: list(string),
      calls,
    }),
    event('prior', { score: oneOf('mean', 'sum'), logPrior: list(number) }),
    object(
      {
        type: { const: 'rollout-step' },
        candidate: count,
        depth: positive,
        action: string,
        actionLogprob: nullable(number),
        observation: string,
        reflection: nullable(string),
        says,
        forced: boolean,
        calls,
      },
      { reward: number },
    ),
    event('verdict', {
      candidate: count,
      depth: count,
      value,
      good: label,
      bad: label,
      unknown: label,
      mass: number,
      top: list(tokenProbability),
      calls,
    }),
    event('value', {
      candidate: count,
      method: oneOf('lac-direct', 'rap', 'icpi', 'rafa'),
      value,
      explanation: string,
      calls,
    }),
    event('improvement', {
      alpha: number,
      values: list(value),
      uses: list(count),
      penalties: list(number),
      scores: list(number),
      policy: list(number),
      flips: list(flip),
    }),
    event('choice', {
      candidate: count,
      action: string,
      certain: boolean,
      tied: list(count),
      agreement: oneOf('both', 'prior', 'critic', 'neither'),
      confidence: object({ prior: nullable(number), critic: nullable(number), policy: nullable(number) }),
      notes: list(string),
    }),
  ],
};

const episode: Schema = { type: 'string', pattern: '^e[0-9]+$' };
const branch: Schema = { type: 'string', pattern: '^b[0-9]+$' };
const status = oneOf('running', 'success', 'failure', 'limit');

const state = object(
  {
    hash: string,
    picture: nullable(object({ kind: string })),
    admissible: nullable(list(string)),
    truth: nullable(object({ remaining: nullable(count), bestReward: number, exact: boolean })),
  },
  { snapshot: { type: 'object' }, openings: list(string) },
);

const outcome = {
  action: string,
  observation: string,
  reward: number,
  status,
  invalid: boolean,
  useless: boolean,
  state,
};

const foreign = { type: 'object' };
const unknown = list(oneOf(...openFacts));

export const lineSchemas = {
  header: line(
    'header',
    {
      format: { const: formatName },
      version: positive,
      engine: string,
      environment: object({ id: string, version: string, sha256: nullable(string) }),
      model: object(
        {
          backend: oneOf('embedded', 'ollama', 'openai', 'unknown'),
          name: string,
          digest: string,
          contextLength: nullable(positive),
          capabilities: object({
            distribution: oneOf('full', 'top', 'none'),
            top: count,
            scores: oneOf('exact', 'lower-bound', 'none'),
          }),
          parameterSize: nullable(string),
          quantization: nullable(string),
        },
        { transcript: string },
      ),
      parameters,
    },
    {
      tasks: list(string),
      source: object({ format: string, version: nullable(string), agent: nullable(string), losses: list(string) }),
    },
  ),
  segment: line('segment', { id: string, after: nullable(string), text: string }),
  prompts: line('prompts', { id: string, name: string, parts: { type: 'object', additionalProperties: string } }),
  call: line(
    'call',
    { id: string, request, status: oneOf('complete', 'cancelled', 'failed'), answer: nullable(answer) },
    { partial: string, error: object({ code: nullable(string), message: string }) },
  ),
  episode: line(
    'episode',
    {
      episode,
      task: object({ environment: string, id: string, type: string, title: string }),
      goal: string,
      observation: string,
      prompts: string,
      parameters,
      state,
    },
    { foreign },
  ),
  decision: line('decision', {
    episode,
    node: count,
    decision: count,
    reason: oneOf('step', 'probe'),
    prompts: string,
    parameters,
    added: list(string),
    resample: count,
  }),
  event: line('event', { episode, node: count, decision: count, event: decisionEvent }),
  step: line(
    'step',
    {
      episode,
      branch,
      from: count,
      node: count,
      step: positive,
      decision: nullable(count),
      by: oneOf('choice', 'person'),
      edited: nullable(object({ observation: string })),
      ...outcome,
    },
    { unknown, foreign },
  ),
  reflection: line('reflection', { episode, node: count, event: reflectionEvent }),
  branch: line('branch', { episode, branch, parent: branch, from: count, cause: oneOf('action', 'observation') }),
  outcome: line('outcome', { episode, node: count, ...outcome }),
  end: line(
    'end',
    {
      episode,
      branch,
      node: count,
      reason: oneOf('success', 'failure', 'limit', 'horizon'),
      success: boolean,
      steps: count,
      reward: number,
    },
    { unknown },
  ),
} as const;

/** The schema of one line of any type, as it ships beside the extension. */
export const journalSchema: Schema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A line of a LAC trajectory (*.lac.jsonl)',
  $comment: `Roles of prompts: ${roles.join(', ')}. What changes from run to run stands under "at".`,
  oneOf: Object.values(lineSchemas),
};
