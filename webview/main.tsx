import { render } from 'preact';
import { AlphaPreview } from './alphaPreview';
import { Inert } from './inertText';
import { Button, registerControls } from './controls';
import { PageContext, type Page } from './page';
import { Panel } from './panel';
import { PanelModel } from './panelModel';
import type { WebviewApi } from './protocolClient';
import { readViewState, type ViewState } from './viewState';
import { t } from './words';

/** The page's composition root: connects the host's messages, the model and the drawing. */

declare function acquireVsCodeApi(): WebviewApi;

function start(): void {
  const root = document.getElementById('panel');
  if (root === null) throw new Error('the document has no place for the panel');
  const api = acquireVsCodeApi();
  const preview = new AlphaPreview();
  let view = readViewState(api.getState());
  let frame: number | null = null;
  let drawn = false;
  const drawSoon = (): void => {
    // Whatever arrives before the next frame is drawn by it, once.
    frame ??= requestAnimationFrame(() => {
      frame = null;
      draw();
    });
  };
  const changeView = (change: (view: ViewState) => ViewState): void => {
    view = change(view);
    api.setState(view);
    drawSoon();
  };
  const model = new PanelModel(api, drawSoon);
  const request: Page['request'] = (name, params) => model.request(name, params);
  const draw = (): void => {
    const page: Page = { request, preview, view, changeView };
    render(
      <PageContext.Provider value={page}>
        {model.failure === null ? (
          <Panel state={model.state} />
        ) : (
          <div class="panel">
            <section class="part status error alone" role="alert">
              <h1 class="status-title">{t('The panel could not get the episode’s state')}</h1>
              <p class="status-detail">
                <Inert text={model.failure} most={1000} />
              </p>
              <p class="buttons">
                <Button primary onPress={() => model.connect()}>
                  {t('Try again')}
                </Button>
              </p>
            </section>
          </div>
        )}
      </PageContext.Provider>,
      root,
    );
    if (drawn || !model.connected) return;
    drawn = true;
    // In the frame after it the state has been painted.
    requestAnimationFrame(() => void request('drawn', {}));
  };
  registerControls();
  root.replaceChildren();
  draw();
  addEventListener('message', (event) => model.receive(event.data));
  model.connect();
}

start();
