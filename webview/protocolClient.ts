import type { HostMessage, PageMessage, PanelRequestName, PanelRequests } from '../src/protocol/panel';

/** What a webview's page is given by VS Code. */
export interface WebviewApi {
  postMessage(message: PageMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** The host's refusal of a request, in its words. */
export class RequestRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'RequestRefused';
  }
}

export type Patch = Extract<HostMessage, { kind: 'patch' }>;

interface Waiting {
  resolve(result: unknown): void;
  reject(reason: RequestRefused): void;
}

/** Asks the host and hears from it; every request settles by the host's answer. */
export class ProtocolClient {
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();

  constructor(
    private readonly api: WebviewApi,
    private readonly onPatch: (patch: Patch) => void,
  ) {}

  /** @throws RequestRefused when the host answers with an error. */
  request<K extends PanelRequestName>(
    name: K,
    params: PanelRequests[K]['params'],
  ): Promise<PanelRequests[K]['result']> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      // The host answers each request with the result type of its name: the protocol's promise, made in one place.
      this.waiting.set(id, { resolve: (result) => resolve(result as PanelRequests[K]['result']), reject });
      this.api.postMessage({ kind: 'request', id, name, params } as PageMessage);
    });
  }

  /** Takes any message of the window; what is not of the protocol is left alone. */
  receive(message: unknown): void {
    if (!isHostMessage(message)) return;
    switch (message.kind) {
      case 'patch':
        this.onPatch(message);
        return;
      case 'response': {
        const waiting = this.waiting.get(message.id);
        this.waiting.delete(message.id);
        if (waiting === undefined) return;
        if (message.outcome.ok) waiting.resolve(message.outcome.result);
        else waiting.reject(new RequestRefused(message.outcome.code, message.outcome.message));
      }
    }
  }
}

function isHostMessage(message: unknown): message is HostMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'kind' in message &&
    (message.kind === 'patch' || message.kind === 'response')
  );
}
