import type { Browser } from 'playwright-core';
import type { HostServer } from './hostTool.mjs';

export function launchBrowser(): Promise<Browser>;
export interface WindowPlace {
  readonly folder: string | null;
  readonly extension: string | null;
  readonly tests?: string | null;
}
export function windowUrl(server: Pick<HostServer, 'url' | 'port'>, place: WindowPlace): string;
