import type { Stop } from '../episodes/stepping/stops';
import { messageOf, type Translate } from '../errors/lacError';

/** Why a session stands still, in one line; an error in the reader's language. */
export function whyStopped({ error, description }: Stop, translate: Translate): string {
  return error === null ? description : messageOf(error, translate);
}
