import { methodRules } from '../../src/lac/methods';
import {
  methods,
  parameterNames,
  parameterSpecs,
  type ParameterName,
  type ParameterSpec,
} from '../../src/lac/parameters';

/** JSON Schema of one parameter, for launch attributes, settings and the journal. */
export interface ParameterJsonSchema {
  readonly type: 'number' | 'integer' | 'string';
  readonly description: string;
  readonly default: string | number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  /** VS Code's extension: a line for each of `enum`. */
  readonly enumDescriptions?: readonly string[];
}

export interface ParametersJsonSchema {
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly properties: Readonly<Record<ParameterName, ParameterJsonSchema>>;
}

/** JSON Schema of a partial set of parameters. */
export function parametersJsonSchema(): ParametersJsonSchema {
  const entries = parameterNames.map((name) => [name, propertySchema(name, parameterSpecs[name])]);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(entries) as Record<ParameterName, ParameterJsonSchema>,
  };
}

function propertySchema(name: ParameterName, spec: ParameterSpec): ParameterJsonSchema {
  const { description } = spec;
  switch (spec.kind) {
    case 'choice':
      return {
        type: 'string',
        description,
        default: spec.default,
        enum: spec.choices,
        ...(name === 'method' ? { enumDescriptions: methods.map((method) => methodRules[method].description) } : {}),
      };
    case 'number':
    case 'integer':
      return {
        type: spec.kind,
        description,
        default: spec.default,
        minimum: spec.minimum,
        maximum: spec.maximum,
      };
  }
}
