import * as vscode from 'vscode';
import { LacError } from '../../errors/lacError';
import type { SessionSource } from '../panel/sessionSource';
import type { EditorPorts } from './editorPorts';
import { trajectoryEditorType } from '../names';
import { TrajectoryEditor, type Sight } from './trajectoryEditor';

/** The editors of recordings; the panel follows the one that has the focus. */
export class TrajectoryEditors implements vscode.Disposable {
  private readonly open = new Set<TrajectoryEditor>();
  /** What editors begin with that VS Code is about to make, by file. */
  private readonly sights = new Map<string, Sight>();

  constructor(private readonly ports: EditorPorts) {}

  /** Fills an editor. VS Code draws its page only once this returns, so what takes time goes on behind it. */
  show(uri: vscode.Uri, panel: vscode.WebviewPanel): void {
    const editor = new TrajectoryEditor(uri, panel, this.ports);
    this.open.add(editor);
    panel.onDidDispose(() => {
      this.open.delete(editor);
      editor.dispose();
    });
    void editor.read();
    const sight = this.sights.get(uri.toString());
    this.sights.delete(uri.toString());
    if (sight !== undefined) void editor.show(sight);
  }

  /** Opens a recording in an editor, or goes to the one that shows it, where there is something to be seen. */
  async openAt(uri: vscode.Uri, sight: Sight): Promise<void> {
    const before = this.of(uri);
    if (before === null) this.sights.set(uri.toString(), sight);
    await vscode.commands.executeCommand('vscode.openWith', uri, trajectoryEditorType);
    await before?.show(sight);
  }

  /** The editor that has the focus, or the one whose recording the panel follows; null when there is neither. */
  get current(): TrajectoryEditor | null {
    const editors = [...this.open];
    return editors.find(({ active }) => active) ?? editors.find(({ followed }) => followed) ?? null;
  }

  /** Whether a recording can be seen in an editor now. */
  showing(source: SessionSource): boolean {
    return [...this.open].some((editor) => editor.shows(source));
  }

  /** Files that are open in editors. */
  get files(): readonly vscode.Uri[] {
    return [...new Map([...this.open].map(({ uri }) => [uri.toString(), uri])).values()];
  }

  /** The editor of a file; the one with the focus where there are several. */
  of(uri: vscode.Uri): TrajectoryEditor | null {
    const editors = [...this.open].filter((editor) => editor.uri.toString() === uri.toString());
    return editors.find(({ active }) => active) ?? editors.at(0) ?? null;
  }

  /** Lets a person choose another episode of the recording that is looked at. Throws `workbench.no-recording`. */
  async chooseEpisode(): Promise<void> {
    const { current } = this;
    if (current === null) throw new LacError('workbench.no-recording');
    await current.chooseEpisode();
  }

  dispose(): void {
    for (const editor of this.open) editor.dispose();
  }
}
