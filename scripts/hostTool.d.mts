export const serverNode: string;
export function hostToolProblem(): string | undefined;
export function browserPath(): string | undefined;
export function hostTestProblem(): string | undefined;
export function ensureHostTool(): void;
export function freePort(): Promise<number>;
export interface ServerOptions {
  readonly folder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly linked?: readonly { readonly name: string; readonly target: string }[];
  readonly packages?: readonly string[];
  readonly testDriver?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly trust?: boolean;
  readonly language?: string | undefined;
}
export interface HostServer {
  readonly url: string;
  readonly port: number;
  readonly stop: () => Promise<void>;
}
export function startServer(options: ServerOptions): Promise<HostServer>;
