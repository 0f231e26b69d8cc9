import * as vscode from 'vscode';
import type { Engine, Signals } from './engine';
import {
  commandIds,
  debugType,
  importedEditorType,
  languages,
  panelEditorType,
  schemes,
  trajectoryEditorType,
  views,
  type CommandId,
} from './names';

/** Loads the bundle with the engine and starts it. */
export type EngineLoader = () => Promise<(context: vscode.ExtensionContext, signals: Signals) => Engine>;

/**
 * Registers everything that VS Code may ask of the extension, at almost no cost: whoever asks first makes the engine load,
 * once.
 */
export function register(context: vscode.ExtensionContext, load: EngineLoader): void {
  const signals: Signals = {
    documents: new vscode.EventEmitter(),
    tasks: new vscode.EventEmitter(),
    prompts: new vscode.EventEmitter(),
  };
  let started: Promise<Engine> | undefined;
  const engine = (): Promise<Engine> => {
    started ??= load().then((start) => {
      const running = start(context, signals);
      context.subscriptions.push(running);
      return running;
    });
    return started;
  };
  context.subscriptions.push(
    signals.documents,
    signals.tasks,
    signals.prompts,
    ...commandIds.map((command) => registerCommand(command, engine)),
    ...registerDebugging(engine),
    ...registerViews(engine, signals),
    ...registerDocuments(engine, signals),
  );
}

type Lazy = () => Promise<Engine>;

function registerCommand(command: CommandId, engine: Lazy): vscode.Disposable {
  return vscode.commands.registerCommand(command, async (...args: unknown[]) => (await engine()).run(command, args));
}

function registerDebugging(engine: Lazy): vscode.Disposable[] {
  const resolving: vscode.DebugConfigurationProvider = {
    resolveDebugConfiguration: async (folder, configuration, token) =>
      (await engine()).configurations.resolve(folder, configuration, token),
    resolveDebugConfigurationWithSubstitutedVariables: async (folder, configuration) =>
      (await engine()).configurations.resolvePaths(folder, configuration),
  };
  const offering: vscode.DebugConfigurationProvider = {
    provideDebugConfigurations: async (folder) => (await engine()).configurations.offer(folder),
  };
  return [
    vscode.debug.registerDebugConfigurationProvider(debugType, resolving),
    vscode.debug.registerDebugConfigurationProvider(
      debugType,
      offering,
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
      createDebugAdapterDescriptor: async (session) => (await engine()).createAdapter(session),
    }),
  ];
}

function registerViews(engine: Lazy, signals: Signals): vscode.Disposable[] {
  const tree = (which: 'tasks' | 'prompts'): vscode.TreeDataProvider<unknown> => ({
    onDidChangeTreeData: signals[which].event,
    getChildren: async (element) => [...(await (await engine()).trees[which].children(element))],
    getTreeItem: async (element) => (await engine()).trees[which].item(element),
  });
  return [
    vscode.window.registerWebviewViewProvider(views.panel, {
      resolveWebviewView: async (view) => (await engine()).panel.showView(view),
    }),
    vscode.window.registerWebviewPanelSerializer(panelEditorType, {
      deserializeWebviewPanel: async (panel) => (await engine()).panel.showEditor(panel),
    }),
    ...[trajectoryEditorType, importedEditorType].map((type) =>
      vscode.window.registerCustomEditorProvider(
        type,
        {
          openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
          resolveCustomEditor: async ({ uri }, panel) => (await engine()).trajectories.show(uri, panel),
        },
        { supportsMultipleEditorsPerDocument: true },
      ),
    ),
    vscode.window.registerTreeDataProvider(views.tasks, tree('tasks')),
    vscode.window.registerTreeDataProvider(views.prompts, tree('prompts')),
  ];
}

function registerDocuments(engine: Lazy, signals: Signals): vscode.Disposable[] {
  const texts: vscode.TextDocumentContentProvider = {
    onDidChange: signals.documents.event,
    provideTextDocumentContent: async (uri) => (await engine()).documents.text(uri),
  };
  // The language features come with the engine; a document that is open already must not wait for the next.
  const wake = (document: vscode.TextDocument): void => {
    const ours: readonly string[] = Object.values(languages);
    if (ours.includes(document.languageId)) void engine();
  };
  const later = setTimeout(() => vscode.workspace.textDocuments.forEach(wake));
  return [
    ...Object.values(schemes).map((scheme) => vscode.workspace.registerTextDocumentContentProvider(scheme, texts)),
    vscode.workspace.onDidOpenTextDocument(wake),
    new vscode.Disposable(() => clearTimeout(later)),
  ];
}
