import { LacError } from '../errors/lacError';
import { alfworld } from './alfworld/kind';
import { babyAiText } from './babyai/kind';
import type { EnvironmentKind } from './environment';
import { webshop } from './webshop/kind';

/** Every environment that can be played, in the order in which they are offered. */
export const environmentKinds: readonly EnvironmentKind[] = [babyAiText, alfworld, webshop];

/** The environment of an id; throws `environment.unknown`. */
export function environmentKind(id: string): EnvironmentKind {
  const kind = environmentKinds.find((entry) => entry.id === id);
  if (kind === undefined) {
    const known = environmentKinds.map((entry) => entry.id).join(', ');
    throw new LacError('environment.unknown', { name: id, known });
  }
  return kind;
}
