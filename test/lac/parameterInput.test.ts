import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { LacError } from '../../src/errors/lacError';
import { parameterFlags, parseParameters } from '../../src/lac/parameterInput';
import { parametersJsonSchema } from '../support/parametersJsonSchema';
import { defaultParameters, parameterNames, parameterSpecs, type ParameterSpec } from '../../src/lac/parameters';

function errorOf(input: unknown): LacError {
  try {
    parseParameters(input, 'launch.json');
  } catch (error) {
    if (error instanceof LacError) return error;
  }
  throw new Error(`accepted: ${JSON.stringify(input)}`);
}

describe('parameters from outside', () => {
  it('takes a partial set from JSON or strings over a base', () => {
    const found = parseParameters({ alpha: '2.5', depth: 0, method: 'critic-only', gamma: undefined }, 'command line');
    expect(found).toEqual({ ...defaultParameters, alpha: 2.5, depth: 0, method: 'critic-only' });
    expect(parseParameters({ alpha: 3 }, 'x', found)).toEqual({ ...found, alpha: 3 });
    expect(Object.is(parseParameters({ alpha: -0 }, 'x').alpha, 0)).toBe(true);
  });

  it.each([
    [{ alpha: NaN }, 'alpha', 'NaN', 'a number from 0 to 1000000'],
    [{ alpha: 'much' }, 'alpha', '"much"', 'a number from 0 to 1000000'],
    [{ alpha: '' }, 'alpha', '""', 'a number from 0 to 1000000'],
    [{ alpha: '0x10' }, 'alpha', '"0x10"', 'a number from 0 to 1000000'],
    [{ alpha: Infinity }, 'alpha', 'Infinity', 'a number from 0 to 1000000'],
    [{ alpha: -1 }, 'alpha', '-1', 'a number from 0 to 1000000'],
    [{ alpha: null }, 'alpha', 'null', 'a number from 0 to 1000000'],
    [{ alpha: [1] }, 'alpha', '[1]', 'a number from 0 to 1000000'],
    [{ depth: 1.5 }, 'depth', '1.5', 'a whole number from 0 to 20'],
    [{ depth: '21' }, 'depth', '"21"', 'a whole number from 0 to 20'],
    [{ tieRule: 3 }, 'tieRule', '3', 'one of prior, index'],
    [{ method: 'critic_only' }, 'method', '"critic_only"', 'did you mean "critic-only"?'],
  ])('refuses %j, naming field, value and range', (input, name, value, expected) => {
    const error = errorOf(input);
    expect(error.code).toBe('lac.parameter');
    expect(error.args).toMatchObject({ source: 'launch.json', name, value });
    expect(error.message).toContain(expected);
  });

  it('names what an unknown parameter is near to', () => {
    expect(errorOf({ alhpa: 1 }).message).toContain('Did you mean "alpha"?');
    expect(errorOf({ 'prior-score': 'sum' }).message).toContain('Did you mean "priorScore"?');
    expect(errorOf({ temperatureOfTheWater: 1 }).message).toContain('Use one of: method, candidates');
    // A name of every object is no parameter.
    expect(errorOf({ constructor: 1 }).code).toBe('lac.parameter-unknown');
    expect(errorOf([1]).code).toBe('lac.parameters-shape');
    expect(errorOf('alpha=1').code).toBe('lac.parameters-shape');
  });

  it('accepts what its JSON Schema accepts, and refuses the rest', () => {
    const validate = new Ajv({ strict: false }).compile(parametersJsonSchema());
    const accepts = (input: unknown): boolean => {
      try {
        parseParameters(input, 'x');
        return true;
      } catch (error) {
        if (error instanceof LacError) return false;
        throw error;
      }
    };
    expect(validate(defaultParameters)).toBe(true);
    for (const name of parameterNames) {
      const spec: ParameterSpec = parameterSpecs[name];
      const tries: unknown[] =
        spec.kind === 'choice'
          ? [...spec.choices, 'nothing', 1, null]
          : [spec.minimum, spec.maximum, spec.minimum - 1, spec.maximum + 1, spec.default + 0.5, null];
      for (const value of tries) {
        expect([name, value, accepts({ [name]: value })]).toEqual([name, value, validate({ [name]: value })]);
      }
    }
    expect([validate({ nothing: 1 }), accepts({ nothing: 1 })]).toEqual([false, false]);
  });

  it('has a flag for every parameter', () => {
    const flags = parameterFlags();
    expect(flags.map(({ name }) => name)).toEqual(parameterNames);
    expect(flags.find(({ name }) => name === 'rolloutTemperature')?.flag).toBe('rollout-temperature');
    for (const { default: value, name } of flags) expect(value).toBe(defaultParameters[name]);
  });
});
