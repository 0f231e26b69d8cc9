import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { lineSchemas } from './journalSchema';
import type { JournalLine, JournalLineType } from './schema';

const validators = new Map<JournalLineType, ValidateFunction<JournalLine>>();
let ajv: Ajv2020 | undefined;

function validatorFor(type: JournalLineType): ValidateFunction<JournalLine> {
  let validator = validators.get(type);
  if (validator === undefined) {
    ajv ??= new Ajv2020({ strict: false, allErrors: false, meta: false, validateSchema: false });
    validator = ajv.compile<JournalLine>(lineSchemas[type]);
    validators.set(type, validator);
  }
  return validator;
}

function isLineType(type: unknown): type is JournalLineType {
  return typeof type === 'string' && Object.hasOwn(lineSchemas, type);
}

/**
 * A parsed line as one of the format's lines, `unknown` for a type that a later version may have added, or why it is
 * malformed.
 */
export function checkLine(
  value: Readonly<Record<string, unknown>>,
): { readonly line: JournalLine } | { readonly unknown: string } | { readonly reason: string } {
  const type = value['type'];
  if (!isLineType(type))
    return typeof type === 'string' ? { unknown: type } : { reason: 'the field "type" is missing' };
  const validator = validatorFor(type);
  const candidate: unknown = value;
  if (validator(candidate)) return { line: candidate };
  const first = validator.errors?.[0];
  const field =
    first === undefined || first.instancePath === '' ? type : first.instancePath.slice(1).replaceAll('/', '.');
  return { reason: `${field} ${first?.message ?? 'is malformed'}` };
}
