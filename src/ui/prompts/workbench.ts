import path from 'node:path';
import * as vscode from 'vscode';
import { PromptsInForce } from '../../episodes/promptsInForce';
import { embeddedModelName, promptSetFor } from '../../episodes/launch';
import { fileOfPart, promptFileSuffix } from '../../prompts/parts';
import type { PromptSource } from '../../prompts/promptSet';
import type { VariableNode } from '../../prompts/syntax';
import { debounced } from '../debounced';
import type { Log } from '../log';
import { languages, schemes } from '../names';
import type { SessionSource } from '../panel/sessionSource';
import { promptFilesIn } from '../places';
import type { FollowedSessions } from '../sessions/followed';
import type { Settings } from '../settings';
import { brokenFile, Evaluations, evaluationInWords } from './evaluations';
import { PromptLenses } from './lenses';
import { registerPromptLanguage } from './languageFeatures';
import { explainAt, previewText, previewUri } from './preview';
import { partOf, promptDocument, rangeOf, readBuiltinUri } from './promptDocument';
import { PromptWatch } from './promptWatch';

/** How long typing has to pause before a prompt is evaluated. */
const typingPauseMs = 800;

/** How long files have to be left alone: who replaces one may write it in several steps. */
const writtenPauseMs = 250;

/** What a recording needs whose prompts are edited. */
export interface RecordingPorts {
  /** Folder of the prompt files with which a recording of an environment would be gone on with. */
  readonly folder: (environment: string) => string;
  /** Makes sure that the page can be seen on which the offer stands. */
  readonly show: (source: SessionSource) => void;
}

/** Prompt files of the followed episode: what editing them does. */
export class PromptWorkbench implements vscode.Disposable {
  private readonly subscriptions: readonly { dispose(): unknown }[];
  private readonly lenses: PromptLenses;
  private readonly evaluations: Evaluations;

  constructor(
    private readonly followed: FollowedSessions,
    private readonly settings: Settings,
    private readonly documents: vscode.EventEmitter<vscode.Uri>,
    private readonly log: Log,
    private readonly recordings: RecordingPorts,
  ) {
    this.evaluations = new Evaluations({
      changed: () => this.lenses.refresh(),
      failed: (name, error) => this.tellFailure(name, error),
    });
    this.lenses = new PromptLenses(
      (document) => this.sourceFor(document),
      (source) => evaluationInWords(source, this.evaluations.of(source)),
    );
    const selector: vscode.DocumentSelector = { language: languages.prompt };
    const refresh = debounced(100, () => this.refresh());
    const typed = debounced(typingPauseMs, ({ uri }: vscode.TextDocument) => this.evaluate(uri));
    const written = debounced(writtenPauseMs, (uri: vscode.Uri) => {
      if (this.settings.evaluatePrompts !== 'off') this.evaluate(uri);
      refresh.call();
    });
    const files = new PromptWatch((uri) => written.call(uri));
    this.subscriptions = [
      this.lenses,
      refresh,
      typed,
      written,
      files,
      registerPromptLanguage({
        setOf: (document) => this.setOf(document),
        valueAt: (document, offset) => this.valueAt(document, offset),
      }),
      followed.onDidChange((source) => {
        this.evaluations.moved(source);
        refresh.call();
      }),
      followed.onDidSwitch(() => {
        files.use([...followed.all].flatMap(({ opened }) => opened.promptsFolder ?? []));
        refresh.call();
      }),
      vscode.workspace.onDidSaveTextDocument((document) => {
        if (this.settings.evaluatePrompts === 'off') return;
        this.evaluate(document.uri, true);
        this.offerToGoOn(document);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.languageId !== languages.prompt || contentChanges.length === 0) return;
        refresh.call();
        if (this.settings.evaluatePrompts === 'onType') typed.call(document);
      }),
      vscode.languages.registerInlineValuesProvider(selector, {
        provideInlineValues: (document, viewport) => this.inlineValues(document, viewport),
      }),
      vscode.languages.registerEvaluatableExpressionProvider(selector, {
        provideEvaluatableExpression: (document, position) => this.expression(document, position),
      }),
      vscode.workspace.onDidOpenTextDocument(nameLanguage),
    ];
    vscode.workspace.textDocuments.forEach(nameLanguage);
  }

  private refresh(): void {
    this.lenses.refresh();
    for (const { uri } of vscode.workspace.textDocuments) {
      if (uri.scheme === schemes.preview) this.documents.fire(uri);
    }
  }

  /** The built-in set that a document belongs to. */
  private setOf(document: vscode.TextDocument): string | null {
    const builtin = readBuiltinUri(document.uri);
    if (builtin !== null) return builtin.set;
    return this.sourceFor(document)?.session.promptsHere.set.id ?? null;
  }

  /** The followed session, if the document is one of its prompts. */
  private sourceFor({ uri }: Pick<vscode.TextDocument, 'uri'>): SessionSource | null {
    const source = this.followed.current;
    if (source === null) return null;
    const builtin = readBuiltinUri(uri);
    if (builtin !== null) return builtin.set === source.session.promptsHere.set.id ? source : null;
    return isPromptOf(source, uri) ? source : null;
  }

  /** The session's prompts, as they are saved or with what editors have not saved yet. */
  private promptsWith(source: SessionSource, texts: PromptTexts): PromptsInForce | null {
    const { promptsFolder, model } = source.opened;
    return promptsFolder === null ? null : this.promptsIn(promptsFolder, source, model, texts);
  }

  private promptsIn(
    folder: string,
    { opened: { session, wrap } }: SessionSource,
    model: Parameters<typeof promptSetFor>[1],
    texts: PromptTexts,
  ): PromptsInForce {
    const sources = new Map(promptFilesIn(folder).map((source) => [source.name, source]));
    for (const document of texts === 'saved' ? [] : vscode.workspace.textDocuments) {
      const part =
        document.languageId === languages.prompt && document.uri.scheme === 'file' ? partOf(document.uri) : null;
      // What is saved is as the disk has it, which may be otherwise by now, or gone.
      if (part === null || !document.isDirty || path.dirname(document.uri.fsPath) !== path.normalize(folder)) continue;
      const source: PromptSource = { name: fileOfPart(part), text: document.getText() };
      sources.set(source.name, source);
    }
    const { task } = session.timeline;
    return new PromptsInForce(promptSetFor(task.environment, model, [...sources.values()]), task.type, wrap);
  }

  /** Puts an edited prompt in force in every session that uses it, and decides again where the followed one is paused. */
  private evaluate(uri: vscode.Uri, saved = false): void {
    if (!uri.path.endsWith(promptFileSuffix)) return;
    const name = uri.path.split('/').at(-1) ?? '';
    // Another program's change, or the file's beginning, comes in the middle of typing.
    const texts = this.settings.evaluatePrompts === 'onType' ? 'typed' : 'saved';
    for (const source of this.followed.all) {
      const { session } = source;
      if (!isPromptOf(source, uri) || session.mode !== 'live' || session.state === 'closed') continue;
      try {
        const prompts = this.promptsWith(source, texts);
        if (prompts === null) continue;
        if (source === this.followed.current) this.evaluations.edited(source, name, prompts, saved);
        else if (brokenFile(prompts) === null) session.setSettings({ prompts });
      } catch (error) {
        // A file of the folder is no part of the set, or cannot be read.
        this.evaluations.unusable(source, name, error);
      }
    }
  }

  /** Says in a notification what no lens says, as no prompt is on the screen. */
  private tellFailure(name: string, error: unknown): void {
    const shown = vscode.window.visibleTextEditors.some(({ document }) => document.languageId === languages.prompt);
    if (shown) this.log.failure(name, error);
    else void this.log.tell(name, error);
  }

  /** Where a recording is looked at: offers to go on from its step with the prompt that was saved, and says the cost. */
  private offerToGoOn(document: vscode.TextDocument): void {
    const source = this.followed.current;
    if (document.languageId !== languages.prompt || document.uri.scheme !== 'file') return;
    if (source === null || source !== this.followed.page || !source.continuable) return;
    const { session, model } = source.opened;
    const folder = this.recordings.folder(session.timeline.task.environment);
    if (session.mode !== 'replay' || session.decision === undefined) return;
    if (path.dirname(document.uri.fsPath) !== path.normalize(folder)) return;
    // A recording older than the field `transcript` names the embedded model alone.
    const prompts = this.promptsIn(folder, source, model.backend === 'embedded' ? embeddedModelName : model, 'saved');
    if (prompts.line.id === session.promptsHere.line.id) return;
    if (brokenFile(prompts) !== null) return;
    const name = document.uri.path.split('/').at(-1) ?? '';
    source.change(name, { prompts }).then(
      () => this.recordings.show(source),
      (error: unknown) => void this.log.tell(name, error),
    );
  }

  /** Text of a preview's document. */
  preview(uri: vscode.Uri): string {
    const part = partOf(uri.with({ scheme: schemes.prompt, path: uri.path.replace(/\.txt$/, '') }));
    const source = this.followed.current;
    if (source === null || part === null) {
      return vscode.l10n.t(
        'No episode is open. Start one with F5: the prompt is rendered for the step under its cursor.',
      );
    }
    const prompts = this.promptsWith(source, 'typed') ?? source.session.promptsHere;
    if (brokenFile(prompts) !== null) return vscode.l10n.t('The prompt has errors; they are underlined in the editor.');
    return previewText(source, part, prompts);
  }

  async showPreview(uri: vscode.Uri): Promise<void> {
    const part = partOf(uri);
    if (part === null) return;
    const options = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true };
    await vscode.window.showTextDocument(previewUri(part), options);
  }

  /** What each variable of a prompt renders to at the step under the cursor. */
  private valuesIn(document: vscode.TextDocument): readonly VariableValue[] {
    const source = this.sourceFor(document);
    const prompt = promptDocument(document);
    if (source === null || prompt === undefined) return [];
    const prompts = this.promptsWith(source, 'typed') ?? source.session.promptsHere;
    if (brokenFile(prompts) !== null) return [];
    const { text, spans } = explainAt(source, prompt.part, prompts);
    return prompt.syntax.nodes.flatMap((node) => {
      if (node.kind !== 'variable') return [];
      const own = spans.filter(
        ({ origin }) =>
          'part' in origin &&
          origin.part === prompt.part &&
          origin.span.start < node.span.end &&
          origin.span.end > node.span.start,
      );
      const first = own.at(0);
      const last = own.at(-1);
      if (first === undefined || last === undefined) return [];
      return [{ node, value: shortened(text.slice(first.start, last.end)) }];
    });
  }

  /** The rendered value of each variable beside it. */
  private inlineValues(document: vscode.TextDocument, viewport: vscode.Range): vscode.InlineValue[] {
    return this.valuesIn(document).flatMap(({ node, value }) => {
      const range = rangeOf(document, node.nameSpan);
      if (viewport.intersection(range) === undefined) return [];
      return [new vscode.InlineValueText(range, `${node.name} = ${value}`)];
    });
  }

  /** The debugger's own hover says it only in the file of the frame that has the focus. */
  private valueAt(document: vscode.TextDocument, offset: number): string | null {
    const found = this.valuesIn(document).find(({ node: { span } }) => span.start <= offset && offset <= span.end);
    const step = this.followed.current?.session.node.step;
    if (found === undefined || step === undefined) return null;
    return vscode.l10n.t('At step {0}: {1}', step, found.value);
  }

  private expression(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.EvaluatableExpression | undefined {
    const prompt = promptDocument(document);
    const offset = document.offsetAt(position);
    const node = prompt?.syntax.nodes.find(
      (each) => each.kind === 'variable' && each.nameSpan.start <= offset && offset <= each.nameSpan.end,
    );
    if (node?.kind !== 'variable') return undefined;
    const names: Readonly<Record<string, string>> = {
      goal: 'goal',
      observation: 'observation',
      step: 'step',
      'task.type': 'task.type',
      action: 'candidate',
      depth: 'depth',
      role: 'role',
    };
    const name = Object.hasOwn(names, node.name) ? names[node.name] : undefined;
    return name === undefined ? undefined : new vscode.EvaluatableExpression(rangeOf(document, node.nameSpan), name);
  }

  dispose(): void {
    this.subscriptions.forEach((subscription) => void subscription.dispose());
  }
}

/** Whether prompts are taken as the disk has them, or with what editors have not saved yet. */
type PromptTexts = 'saved' | 'typed';

/** A variable of a prompt, and what it renders to, shortened. */
interface VariableValue {
  readonly node: VariableNode;
  readonly value: string;
}

/** Whether a file lies in the folder of a session's prompts. */
function isPromptOf({ opened: { promptsFolder } }: SessionSource, uri: vscode.Uri): boolean {
  return uri.scheme === 'file' && promptsFolder !== null && path.dirname(uri.fsPath) === path.normalize(promptsFolder);
}

/** Some addresses (`lac-prompt:/builtin/babyai-text/critic`) tell VS Code no language, or another. */
function nameLanguage(document: vscode.TextDocument): void {
  const wanted = new Map<string, string>([
    [schemes.prompt, languages.prompt],
    [schemes.transcript, languages.transcript],
    [schemes.preview, languages.rendered],
  ]).get(document.uri.scheme);
  if (wanted !== undefined && document.languageId !== wanted) {
    void vscode.languages.setTextDocumentLanguage(document, wanted);
  }
}

function shortened(text: string): string {
  const lines = text.trimEnd().split('\n');
  const first = lines.length > 1 ? vscode.l10n.t('{0} lines, "{1}"', lines.length, lines[0]) : `"${lines[0]}"`;
  return first.length <= 80 ? first : `${first.slice(0, 77)}…`;
}
