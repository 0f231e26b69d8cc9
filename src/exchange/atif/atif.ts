import type { ExchangeFormat } from '../format';
import { isAtif, readAtif } from './read';
import { writeAtif } from './write';

/** Agent Trajectory Interchange Format, versions 1.0 to 1.7 (Harbor, Terminal-Bench). */
export const atif: ExchangeFormat = {
  id: 'atif',
  title: 'ATIF (Agent Trajectory Interchange Format)',
  extension: '.atif.json',
  recognises: isAtif,
  read: readAtif,
  write: writeAtif,
};
