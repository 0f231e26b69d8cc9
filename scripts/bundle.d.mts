import type { BuildOptions } from 'esbuild';

export function bundleForNode(options: BuildOptions): Promise<void>;
