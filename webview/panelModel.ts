import {
  noSections,
  protocolVersion,
  type Change,
  type PanelRequestName,
  type PanelRequests,
  type PanelState,
} from '../src/protocol/panel';
import { ProtocolClient, type Patch, type WebviewApi } from './protocolClient';
import { t } from './words';

const nothing: PanelState = {
  status: {
    kind: 'starting',
    mode: 'live',
    title: t('Starting the LAC Debugger'),
    detail: t('Waiting for the extension.'),
    offers: [],
    activity: null,
    playing: false,
  },
  ...noSections,
};

/** The state after one change; events of a decision that is not shown any more are left out. */
export function changed(state: PanelState, change: Change): PanelState {
  switch (change.kind) {
    case 'replace':
      return { ...state, [change.section]: change.value };
    case 'events': {
      const { decision } = state;
      if (decision === null || decision.node !== change.node || decision.shown !== change.decision) return state;
      return { ...state, decision: { ...decision, events: [...decision.events, ...change.events] } };
    }
    case 'steps': {
      const { timeline } = state;
      if (timeline === null) return state;
      const { cursor, trend } = change;
      return { ...state, timeline: { ...timeline, steps: [...timeline.steps, ...change.steps], cursor, trend } };
    }
  }
}

/** The host's state as the page knows it: a snapshot and the numbered patches after it; a gap asks for a snapshot. */
export class PanelModel {
  state = nothing;
  /** Why there is no state, in the host's words; null while all is well. */
  failure: string | null = null;
  /** True once the host has sent its state. */
  connected = false;
  private seq = -1;
  /** Patches that come before the snapshot that was asked for are part of it. */
  private awaiting = false;
  private readonly client: ProtocolClient;

  constructor(
    api: WebviewApi,
    private readonly onChange: () => void,
  ) {
    this.client = new ProtocolClient(api, (patch) => this.patch(patch));
  }

  receive(message: unknown): void {
    this.client.receive(message);
  }

  request<K extends PanelRequestName>(
    name: K,
    params: PanelRequests[K]['params'],
  ): Promise<PanelRequests[K]['result']> {
    return this.client.request(name, params);
  }

  connect(): void {
    this.snapshot(this.request('ready', { version: protocolVersion }));
  }

  private patch(patch: Patch): void {
    if (this.awaiting || patch.seq <= this.seq) return;
    if (patch.seq !== this.seq + 1) {
      this.snapshot(this.request('resync', {}));
      return;
    }
    this.seq = patch.seq;
    this.state = patch.changes.reduce(changed, this.state);
    this.onChange();
  }

  private snapshot(answer: Promise<PanelRequests['resync']['result']>): void {
    this.awaiting = true;
    answer.then(
      ({ seq, state }) => {
        this.awaiting = false;
        this.seq = seq;
        this.state = state;
        this.failure = null;
        this.connected = true;
        this.onChange();
      },
      (reason: unknown) => {
        this.awaiting = false;
        this.failure = reason instanceof Error ? reason.message : String(reason);
        this.onChange();
      },
    );
  }
}
