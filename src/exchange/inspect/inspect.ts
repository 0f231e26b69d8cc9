import type { ExchangeFormat } from '../format';
import { isInspectLog, readInspectJson } from './read';
import { writeInspect } from './write';

/** Logs of Inspect (UK AI Security Institute): `.json`; the `.eval` archive is told by its bytes. */
export const inspect: ExchangeFormat = {
  id: 'inspect',
  title: 'Inspect log (.eval)',
  extension: '.eval',
  recognises: isInspectLog,
  read: readInspectJson,
  write: writeInspect,
};
