import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { HostMessage, PanelState } from '../../../src/protocol/panel';
import { panelDocument } from '../../../src/protocol/panelDocument';
import { accessibilityViolations, type AccessibilityRules } from './accessibility';
import { themes, type ThemeName } from './themes';

/** The panel's page in a headless Chromium, under the document and policy that a host gives it, with a host in the page. */

export const chromiumPath = '/usr/bin/chromium';

export function hasChromium(): boolean {
  return existsSync(chromiumPath);
}

export interface PageFiles {
  readonly script: string;
  readonly style: string;
}

/** The page's bundle as it ships: minified. */
export async function bundlePage(): Promise<PageFiles> {
  const shared = { bundle: true, minify: true, write: false, logLevel: 'warning', legalComments: 'none' } as const;
  const target = ['es2022', 'chrome124'];
  const [script, style] = await Promise.all([
    build({
      ...shared,
      entryPoints: ['webview/main.tsx'],
      platform: 'browser',
      format: 'iife',
      target,
      tsconfig: 'webview/tsconfig.json',
    }),
    build({ ...shared, entryPoints: ['webview/panel.css'], target }),
  ]);
  return { script: script.outputFiles[0].text, style: style.outputFiles[0].text };
}

const nonce = 'panelharness0123456789';

/** What a host reads from the bundle of its language. */
function wordsOf(language: string | null): Readonly<Record<string, string>> {
  if (language === null) return {};
  return JSON.parse(readFileSync(path.join('l10n', `bundle.l10n.${language}.json`), 'utf8')) as Record<string, string>;
}

/** Serves the document, the script and the style sheet on loopback. */
export class PanelServer {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
    readonly files: PageFiles,
  ) {}

  static async start(): Promise<PanelServer> {
    const files = await bundlePage();
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://127.0.0.1');
      const send = (type: string, body: string): void => {
        response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' });
        response.end(body);
      };
      switch (url.pathname) {
        case '/panel.js':
          send('text/javascript', files.script);
          return;
        case '/panel.css':
          send('text/css', files.style);
          return;
        case '/': {
          const html = panelDocument({
            script: '/panel.js',
            style: '/panel.css',
            cspSource: `http://${request.headers.host ?? ''}`,
            nonce,
            place: url.searchParams.get('place') === 'editor' ? 'editor' : 'view',
            language: url.searchParams.get('language') ?? 'en',
            words: wordsOf(url.searchParams.get('language')),
            loading: 'LAC Debugger is starting ...',
          });
          const { bodyClass } = themes[url.searchParams.get('theme') as ThemeName];
          send(
            'text/html; charset=utf-8',
            html.replace(
              '<body class="',
              `<body data-vscode-theme-kind="${bodyClass.split(' ')[0]}" class="${bodyClass} `,
            ),
          );
          return;
        }
        default:
          response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--force-color-profile=srgb',
      ],
    });
    return new PanelServer(server, browser, files);
  }

  async open(options: OpenOptions): Promise<PanelPage> {
    const { theme = 'dark-modern', width = 340, height = 900, state, view, place = 'view', language } = options;
    const context = await this.browser.newContext({
      viewport: { width, height },
      reducedMotion: 'reduce',
      forcedColors: options.forcedColors === true ? 'active' : 'none',
    });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.addInitScript({ content: pageHost(state, view ?? null, theme) });
    const { port } = this.server.address() as AddressInfo;
    const inLanguage = language === undefined ? '' : `&language=${language}`;
    await page.goto(`http://127.0.0.1:${port}/?theme=${theme}&place=${place}${inLanguage}`);
    await page.waitForFunction('host.requests.some(({ name }) => name === "ready")');
    await page.evaluate('host.frames(2)');
    return new PanelPage(page, problems);
  }

  /** Records Chromium's own trace of the page while something is done. */
  async trace(panel: PanelPage, action: () => Promise<void>): Promise<TraceEvent[]> {
    await this.browser.startTracing(panel.page, { categories: ['toplevel', 'devtools.timeline', '__metadata'] });
    await action();
    const trace = JSON.parse((await this.browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
    return trace.traceEvents;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** One event of a Chromium trace; times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** The thread's own time, without what others on the machine took. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

export interface OpenOptions {
  readonly state: PanelState;
  /** What `getState` returns. */
  readonly view?: object | undefined;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly place?: 'view' | 'editor';
  readonly forcedColors?: boolean;
  /** A language that the words are translated into; English unless told. */
  readonly language?: string;
}

function styleOf(theme: ThemeName): string {
  const variables = Object.entries(themes[theme].variables).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `:root { ${variables.join('\n')} } ::-webkit-scrollbar { width: 10px; height: 10px; }`;
}

/** The host's side inside of the page: answers `ready` and `resync` with the state, other requests as a test says. */
function pageHost(state: PanelState, view: object | null, theme: ThemeName): string {
  return `(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(${JSON.stringify(styleOf(theme))});
    document.adoptedStyleSheets = [sheet];
    const host = {
      state: ${JSON.stringify(state)},
      kept: ${JSON.stringify(view)},
      seq: 10,
      requests: [],
      answers: {},
      send: (message) => window.postMessage(message, '*'),
      patch: (...changes) => host.send({ kind: 'patch', seq: ++host.seq, changes }),
      frames: async (count) => {
        for (let i = 0; i < count; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
        await new Promise((resolve) => setTimeout(resolve));
      },
    };
    window.host = host;
    window.acquireVsCodeApi = () => ({
      getState: () => host.kept ?? undefined,
      setState: (kept) => { host.kept = JSON.parse(JSON.stringify(kept)); },
      postMessage: ({ id, name, params }) => {
        host.requests.push({ id, name, params });
        const answer = name === 'ready' || name === 'resync'
          ? host.answers[name] ?? { ok: true, result: { seq: host.seq, state: host.state } }
          : host.answers[name] ?? { ok: true, result: null };
        if (answer !== 'none') host.send({ kind: 'response', id, outcome: answer });
      },
    });
  })();`;
}

/** A request that the page made. */
export interface SeenRequest {
  readonly id: number;
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export class PanelPage {
  constructor(
    readonly page: Page,
    /** Errors of the page and of its console, policy violations among them. */
    readonly problems: readonly string[],
  ) {}

  requests(name?: string): Promise<SeenRequest[]> {
    return this.page.evaluate<SeenRequest[]>(
      name === undefined ? 'host.requests' : `host.requests.filter((each) => each.name === ${JSON.stringify(name)})`,
    );
  }

  /** Sets how requests of a name are answered; `none`: not at all. */
  async answer(name: string, answer: Extract<HostMessage, { kind: 'response' }>['outcome'] | 'none'): Promise<void> {
    await this.page.evaluate(`host.answers[${JSON.stringify(name)}] = ${JSON.stringify(answer)}`);
  }

  /** Sends a message as the host and waits until it is drawn. */
  async send(message: HostMessage): Promise<void> {
    await this.page.evaluate(`host.send(${JSON.stringify(message)})`);
    await this.drawn();
  }

  /** Sends changes as the next patch. */
  async patch(...changes: Extract<HostMessage, { kind: 'patch' }>['changes']): Promise<void> {
    await this.page.evaluate(`host.patch(...${JSON.stringify(changes)})`);
    await this.drawn();
  }

  async drawn(): Promise<void> {
    await this.page.evaluate('host.frames(2)');
  }

  async resize(width: number): Promise<void> {
    await this.page.setViewportSize({ width, height: this.page.viewportSize()?.height ?? 900 });
    await this.drawn();
  }

  /** Changes the theme of the open page, as VS Code does. */
  async wear(theme: ThemeName): Promise<void> {
    const { bodyClass } = themes[theme];
    await this.page.evaluate(`(() => {
      document.adoptedStyleSheets[0].replaceSync(${JSON.stringify(styleOf(theme))});
      document.body.classList.remove(...[...document.body.classList].filter((name) => name.startsWith('vscode-')));
      document.body.classList.add(...${JSON.stringify(bodyClass.split(' '))});
      document.body.dataset.vscodeThemeKind = ${JSON.stringify(bodyClass.split(' ')[0])};
    })()`);
    await this.drawn();
  }

  /** Violations that axe-core finds, in words; of colours alone where nothing else can have changed. */
  accessibilityViolations(rules: AccessibilityRules = 'all'): Promise<string[]> {
    return accessibilityViolations(this.page, rules);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
