import type { ErrorArguments } from '../../errors/texts';
import type { ErrorCode } from '../../errors/catalogue';
import type { IndexData } from './indexData';

/** What the worker is started with. */
export interface IndexRequest {
  readonly file: string;
  /** Folder in which indexes are kept, or null. */
  readonly cacheFolder: string | null;
}

export type FromIndexWorker =
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'done'; readonly data: IndexData }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly args: ErrorArguments }
  | { readonly kind: 'broken'; readonly message: string };
