import { createContext } from 'preact';
import { useCallback, useContext, useState } from 'preact/hooks';
import type { PanelRequestName, PanelRequests } from '../src/protocol/panel';
import type { AlphaPreview } from './alphaPreview';
import type { ViewState } from './viewState';

/** What every part of the page works with. */
export interface Page {
  readonly request: <K extends PanelRequestName>(
    name: K,
    params: PanelRequests[K]['params'],
  ) => Promise<PanelRequests[K]['result']>;
  readonly preview: AlphaPreview;
  readonly view: ViewState;
  readonly changeView: (change: (view: ViewState) => ViewState) => void;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('a part of the page is drawn outside of it');
  return page;
}

/** Requests of one place on the page: whether one is under way, and why the last one was refused. */
export interface Asking {
  readonly busy: boolean;
  readonly failure: string | null;
  /** Resolves to null when the host refused; the reason then stands in `failure`. */
  readonly ask: <K extends PanelRequestName>(
    name: K,
    params: PanelRequests[K]['params'],
  ) => Promise<{ readonly result: PanelRequests[K]['result'] } | null>;
  readonly dismiss: () => void;
}

export function useAsking(): Asking {
  const { request } = usePage();
  const [state, setState] = useState<{ busy: number; failure: string | null }>({ busy: 0, failure: null });
  const ask = useCallback<Asking['ask']>(
    async (name, params) => {
      setState(({ busy }) => ({ busy: busy + 1, failure: null }));
      try {
        const result = await request(name, params);
        setState(({ busy, failure }) => ({ busy: busy - 1, failure }));
        return { result };
      } catch (reason) {
        const failure = reason instanceof Error ? reason.message : String(reason);
        setState(({ busy }) => ({ busy: busy - 1, failure }));
        return null;
      }
    },
    [request],
  );
  const dismiss = useCallback(() => setState(({ busy }) => ({ busy, failure: null })), []);
  return { busy: state.busy > 0, failure: state.failure, ask, dismiss };
}
