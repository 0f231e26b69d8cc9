import { LacError } from '../errors/lacError';

/**
 * The variant that was asked for, or null for the paper's way. Throws `environment.unknown-variant`,
 * `environment.no-variants`.
 */
export function variantNamed<V extends string>(
  environment: string,
  variants: Readonly<Record<V, string>>,
  wanted: string | null | undefined,
): V | null {
  if (wanted === null || wanted === undefined) return null;
  const known = Object.keys(variants);
  if (known.includes(wanted)) return wanted as V;
  if (known.length === 0) throw new LacError('environment.no-variants', { environment, variant: wanted });
  throw new LacError('environment.unknown-variant', { environment, variant: wanted, known: known.join(', ') });
}

/** What stands in a recording for the rules of play: their version, and the variant where one was chosen. */
export function rulesOf(version: string, variant: string | null): string {
  return variant === null ? version : `${version}/${variant}`;
}

/** The variant that a recording's rules name; null for the paper's way. */
export function variantOf(rules: string): string | null {
  const slash = rules.indexOf('/');
  return slash < 0 ? null : rules.slice(slash + 1);
}
