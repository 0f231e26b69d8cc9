/** Access to values of unknown shape: whatever is not of the asked kind is absent. */

export type Fields = Readonly<Record<string, unknown>>;

/** Readers for JSON of other programs: what is of another type is null, or empty. */

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function booleanOf(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** An id or name that may be written as a number. */
export function nameOf(value: unknown): string | null {
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** All fields but the named ones. */
export function without(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
