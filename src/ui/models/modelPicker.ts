import * as vscode from 'vscode';
import { parseModelName, ollamaUrl, type Endpoint } from '../../models/endpoints';
import { publicUrl } from '../../models/http/send';
import { OllamaServer, type ListedModel } from '../../models/ollama/server';
import { OpenAiServer } from '../../models/openai/openAiServer';
import { withProgress } from '../cancellation';
import { inWords, type Log } from '../log';
import type { Settings } from '../settings';
import type { Keys } from './keys';

interface ModelItem extends vscode.QuickPickItem {
  /** The model's name; null for what is no model. */
  readonly model: string | null;
  readonly action?: 'pull' | 'type' | 'settings';
}

/** How long a server may take to list its models. */
const listMs = 4000;
/** How long the list is waited for before it opens without them: rows that come later move those below them. */
const openMs = 400;

/** Chooses a model: the embedded one, those that the servers have, one that is pulled now, or any by name. */
export class ModelPicker {
  constructor(
    private readonly settings: Settings,
    private readonly keys: Keys,
    private readonly log: Log,
  ) {}

  /** Chooses and keeps the choice in the setting. */
  async select(): Promise<string | undefined> {
    const model = await this.pick();
    if (model !== undefined) await this.settings.chooseModel(model);
    return model;
  }

  /** undefined when the person gives up. */
  async pick(): Promise<string | undefined> {
    const picker = vscode.window.createQuickPick<ModelItem>();
    picker.title = vscode.l10n.t('Select Model');
    picker.placeholder = vscode.l10n.t('Model that is asked');
    picker.matchOnDescription = true;
    picker.matchOnDetail = true;
    picker.ignoreFocusOut = true;
    picker.busy = true;
    const asking = new AbortController();
    const fixed = [embeddedItem(), ...moreItems()];
    picker.items = fixed;
    const chosen = new Promise<ModelItem | undefined>((resolve) => {
      picker.onDidAccept(() => resolve(picker.selectedItems.at(0)));
      picker.onDidHide(() => resolve(undefined));
    });
    const listing = this.servedModels(asking.signal)
      .then((served) => {
        picker.items = [embeddedItem(), ...served, ...moreItems()];
        const now = this.settings.model;
        picker.activeItems = picker.items.filter(({ model }) => model === now);
      })
      .catch((error: unknown) => this.log.failure('listing models', error))
      .finally(() => (picker.busy = false));
    await Promise.race([listing, new Promise((resolve) => setTimeout(resolve, openMs))]);
    picker.show();
    const item = await chosen;
    asking.abort();
    picker.dispose();
    switch (item?.action) {
      case 'pull':
        return this.pull();
      case 'type':
        return typeName();
      case 'settings':
        await vscode.commands.executeCommand('workbench.action.openSettings', 'lac.endpoints');
        return undefined;
      case undefined:
        return item?.model ?? undefined;
    }
  }

  private async servedModels(signal: AbortSignal): Promise<readonly ModelItem[]> {
    const set = this.settings.endpoints;
    const usual: Endpoint = { kind: 'ollama', url: ollamaUrl, parallel: 1, context: null, keyVariable: null };
    const endpoints = set.some(({ kind }) => kind === 'ollama') ? set : [usual, ...set];
    const lists = await Promise.all(
      endpoints.map(async (endpoint): Promise<readonly ModelItem[]> => {
        const limited = AbortSignal.any([signal, AbortSignal.timeout(listMs)]);
        const name = publicUrl(endpoint.url);
        const heading = { label: name, kind: vscode.QuickPickItemKind.Separator, model: null };
        try {
          return [heading, ...(await this.listed(endpoint, limited))];
        } catch (error) {
          this.log.debug(`${name}: ${String(error)}`);
          const label = vscode.l10n.t('$(debug-disconnect) No answer');
          const detail = vscode.l10n.t('Start the server, or change lac.endpoints.');
          return [heading, { label, description: name, detail, model: null, action: 'settings' }];
        }
      }),
    );
    return lists.flat();
  }

  private async listed(endpoint: Endpoint, signal: AbortSignal): Promise<readonly ModelItem[]> {
    const { kind, url, keyVariable } = endpoint;
    const key = keyVariable === null ? ((await this.keys.get(url)) ?? null) : (process.env[keyVariable] ?? null);
    if (kind === 'ollama') {
      const models = await new OllamaServer(url, key).list(signal);
      return models.map((model) => ollamaItem(model, url));
    }
    const models = await new OpenAiServer(url, key, keyVariable ?? '').models(signal);
    return models.map(({ name, contextLength }) => ({
      label: `$(server) ${name}`,
      description: contextLength === null ? '' : vscode.l10n.t('{0} tokens of context', contextLength),
      model: `openai:${name}@${publicUrl(url)}`,
    }));
  }

  /** Pulls a model to the Ollama server and returns its name. */
  private async pull(): Promise<string | undefined> {
    const endpoint = this.settings.endpoints.find(({ kind }) => kind === 'ollama');
    const url = endpoint?.url ?? ollamaUrl;
    const name = await vscode.window.showInputBox({
      title: vscode.l10n.t('Pull Model to Ollama'),
      prompt: vscode.l10n.t('Name as in Ollama’s library, for example qwen3:4b'),
      // The name, like a key, is fetched from another window.
      ignoreFocusOut: true,
      validateInput: (text) => (/\s/.test(text.trim()) ? vscode.l10n.t('A name holds no white space.') : undefined),
    });
    const model = name?.trim() ?? '';
    if (model === '') return undefined;
    const server = new OllamaServer(url, (await this.keys.get(url)) ?? null);
    await withProgress(vscode.l10n.t('Pulling {0} to {1}', model, server.name), async (signal, report) => {
      await server.pull(model, signal, ({ status, completed, total }) => {
        report(completed === null || total === null || total === 0 ? null : completed / total, status);
      });
    });
    return ollamaName(model, url);
  }

  /** Pulls a model and offers to use it. */
  async pullToUse(): Promise<void> {
    const model = await this.pull();
    if (model === undefined) return;
    const use = vscode.l10n.t('Use It');
    const chosen = await vscode.window.showInformationMessage(vscode.l10n.t('{0} is pulled.', model), use);
    if (chosen === use) await this.settings.chooseModel(model);
  }

  /** Asks for a server's key and keeps it in the secret storage. */
  async setKey(): Promise<void> {
    const url = await this.pickUrl(vscode.l10n.t('Set the key of which server?'));
    if (url === undefined) return;
    const key = await vscode.window.showInputBox({
      title: publicUrl(url),
      prompt: vscode.l10n.t('Key'),
      password: true,
      ignoreFocusOut: true,
    });
    if (key !== undefined && key !== '') await this.keys.set(url, key);
  }

  async deleteKey(): Promise<void> {
    const url = await this.pickUrl(vscode.l10n.t('Delete the key of which server?'));
    if (url !== undefined) await this.keys.delete(url);
  }

  private async pickUrl(title: string): Promise<string | undefined> {
    const urls = this.settings.endpoints.map(({ url }) => publicUrl(url));
    if (urls.length > 0) return vscode.window.showQuickPick(urls, { title });
    const open = vscode.l10n.t('Open Settings');
    const message = vscode.l10n.t('No server is set in lac.endpoints.');
    const chosen = await vscode.window.showInformationMessage(message, open);
    if (chosen === open) await vscode.commands.executeCommand('workbench.action.openSettings', 'lac.endpoints');
    return undefined;
  }
}

function embeddedItem(): ModelItem {
  return {
    label: `$(extensions) embedded`,
    description: vscode.l10n.t('ships with the extension'),
    detail: vscode.l10n.t('A small model that knows BabyAI-Text; needs no server and no GPU.'),
    model: 'embedded',
  };
}

function moreItems(): readonly ModelItem[] {
  return [
    { label: vscode.l10n.t('More'), kind: vscode.QuickPickItemKind.Separator, model: null },
    { label: `$(cloud-download) ${vscode.l10n.t('Pull a model to Ollama…')}`, model: null, action: 'pull' },
    { label: `$(edit) ${vscode.l10n.t('Type a name…')}`, model: null, action: 'type' },
    { label: `$(gear) ${vscode.l10n.t('Set up servers…')}`, model: null, action: 'settings' },
  ];
}

/** Name of a model on a server; Ollama's usual address goes without saying. */
function ollamaName(model: string, url: string): string {
  return `ollama:${model}${url === ollamaUrl ? '' : `@${publicUrl(url)}`}`;
}

function ollamaItem(model: ListedModel, url: string): ModelItem {
  const { name, size, parameterSize, quantization, capabilities, remote, loaded, contextLength } = model;
  const facts = [
    parameterSize,
    quantization,
    size > 0 ? sizeText(size) : null,
    contextLength === null ? null : vscode.l10n.t('{0} tokens of context', contextLength),
  ];
  const notes = [
    remote ? vscode.l10n.t('runs in a cloud: reports no log-probabilities, so no Q') : null,
    loaded === null ? null : vscode.l10n.t('loaded, {0} % on the GPU', Math.round(loaded.gpuShare * 100)),
    capabilities.length === 0 ? null : capabilities.join(', '),
  ];
  return {
    label: `${remote ? '$(cloud)' : '$(server)'} ${name}`,
    description: facts.filter((fact) => fact !== null).join(' · '),
    detail: notes.filter((note) => note !== null).join(' · '),
    model: ollamaName(name, url),
  };
}

/** `5.2 GB`, `640 MB`. */
function sizeText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`;
}

async function typeName(): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Select Model'),
    prompt: 'embedded, ollama:<tag>[@url], openai:<name>@<url>',
    validateInput: (text) => {
      try {
        parseModelName(text);
        return undefined;
      } catch (error) {
        return inWords(error);
      }
    },
  });
}
