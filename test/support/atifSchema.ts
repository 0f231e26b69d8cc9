/**
 * A JSON Schema of ATIF documents, written after the RFC of the format (harbor-framework/harbor, rfcs/0001-trajectory-format)
 * and its reference models, which refuse unknown keys. What a schema cannot say (step ids that count from 1, references to
 * tool calls) is left to the tests.
 */
export function atifSchema(minor: number): object {
  const since = (first: number, properties: object): object => (minor >= first ? properties : {});
  const text = { type: 'string' };
  const count = { type: 'integer', minimum: 0 };
  const numbers = { type: 'array', items: { type: 'number' } };
  const ids = { type: 'array', items: { type: 'integer' } };
  const extra = { type: 'object' };
  const closed = (properties: object, required: readonly string[] = []): object => ({
    type: 'object',
    properties,
    required,
    additionalProperties: false,
  });
  const image = closed(
    {
      type: { const: 'image' },
      source: closed(
        {
          media_type: { enum: ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] },
          path: { ...text, minLength: 1 },
        },
        ['media_type', 'path'],
      ),
    },
    ['type', 'source'],
  );
  const words = closed({ type: { const: 'text' }, text }, ['type', 'text']);
  const content = minor >= 6 ? { oneOf: [text, { type: 'array', items: { oneOf: [words, image] } }] } : text;
  const reference =
    minor >= 7
      ? {
          ...closed({ trajectory_id: text, session_id: text, trajectory_path: text, extra }),
          anyOf: [{ required: ['trajectory_id'] }, { required: ['trajectory_path'] }],
        }
      : closed({ session_id: text, trajectory_path: text, extra }, ['session_id']);
  const call = closed(
    { tool_call_id: text, function_name: text, arguments: { type: 'object' }, ...since(7, { extra }) },
    ['tool_call_id', 'function_name', 'arguments'],
  );
  const result = closed({
    source_call_id: text,
    content,
    subagent_trajectory_ref: { type: 'array', items: reference },
    ...since(7, { extra }),
  });
  const metrics = closed({
    prompt_tokens: count,
    completion_tokens: count,
    cached_tokens: count,
    cost_usd: { type: 'number', minimum: 0 },
    logprobs: numbers,
    ...since(3, { completion_token_ids: ids }),
    ...since(4, { prompt_token_ids: ids }),
    extra,
  });
  const step = {
    ...closed(
      {
        step_id: { type: 'integer', minimum: 1 },
        timestamp: { ...text, pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d' },
        source: { enum: ['system', 'user', 'agent'] },
        model_name: text,
        reasoning_effort: { type: ['string', 'number'] },
        message: content,
        reasoning_content: text,
        tool_calls: { type: 'array', items: call },
        observation: closed({ results: { type: 'array', items: result } }, ['results']),
        metrics,
        ...since(5, { is_copied_context: { type: 'boolean' } }),
        ...since(7, { llm_call_count: count }),
        extra,
      },
      ['step_id', 'source', 'message'],
    ),
    allOf: [
      {
        // These speak of an agent's turn.
        if: { properties: { source: { enum: ['system', 'user'] } } },
        then: {
          properties: Object.fromEntries(
            ['model_name', 'reasoning_effort', 'reasoning_content', 'tool_calls', 'metrics'].map((name) => [
              name,
              false,
            ]),
          ),
        },
      },
      {
        // A step for which no model was asked has neither thoughts nor a price.
        if: { properties: { llm_call_count: { const: 0 } }, required: ['llm_call_count'] },
        then: { properties: { metrics: false, reasoning_content: false } },
      },
    ],
  };
  const agent = closed(
    {
      name: text,
      version: text,
      model_name: text,
      ...since(5, { tool_definitions: { type: 'array', items: { type: 'object' } } }),
      extra,
    },
    ['name', 'version'],
  );
  const total = closed({
    total_prompt_tokens: count,
    total_completion_tokens: count,
    total_cached_tokens: count,
    total_cost_usd: { type: 'number', minimum: 0 },
    total_steps: count,
    extra,
  });
  return {
    ...closed(
      {
        schema_version: { const: `ATIF-v1.${minor}` },
        session_id: text,
        ...since(7, { trajectory_id: text, subagent_trajectories: { type: 'array', items: { $ref: '#' } } }),
        agent,
        steps: { type: 'array', minItems: 1, items: step },
        notes: text,
        final_metrics: total,
        continued_trajectory_ref: text,
        ...since(1, { extra }),
      },
      ['schema_version', 'agent', 'steps', ...(minor >= 7 ? [] : ['session_id'])],
    ),
  };
}
