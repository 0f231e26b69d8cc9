import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { folder, stop, Stops, until } from './sessions';

const promptFile = (part: string): string =>
  path.join(folder().uri.fsPath, '.lac', 'prompts', 'babyai-text', `${part}.lac-prompt.md`);
const critic = (): string => promptFile('critic');

const builtin = vscode.Uri.parse('lac-prompt:/builtin/babyai-text/critic');

/** The prompts that were sent for the decision that is shown. */
async function sentPrompts(session: vscode.DebugSession): Promise<readonly string[]> {
  const loaded: unknown = await session.customRequest('loadedSources');
  const { sources } = loaded as DebugProtocol.LoadedSourcesResponse['body'];
  return Promise.all(
    sources.map(async ({ sourceReference = 0 }) => {
      try {
        const answer: unknown = await session.customRequest('source', { sourceReference });
        return (answer as DebugProtocol.SourceResponse['body']).content;
      } catch (error) {
        // A newer decision has taken the place of the one that sent it.
        if (!String(error).includes('There is no document under')) throw error;
        return '';
      }
    }),
  );
}

describe('the prompts of an episode', () => {
  const stops = new Stops();
  let session: vscode.DebugSession;

  before(async () => {
    session = await stops.launch({ parameters: { candidates: 2, depth: 1, horizon: 6 } });
    await stops.move(session, 'next');
    await stops.move(session, 'stepBack');
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await stop(session);
    stops.dispose();
  });

  it('are previewed for the step under the cursor, with what they cost and what the history left out', async () => {
    await vscode.commands.executeCommand('lac.previewPrompt', builtin);
    const preview = await until('the preview', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'lac-preview'),
    );
    const [role, tokens, leftOut] = preview.getText().split('\n');
    assert.match(role, /critic at step 0/);
    assert.match(tokens, /^about [1-9]\d* tokens, [1-9]\d* of them in the shared head$/);
    assert.match(leftOut, /left out \d+ observations and \d+ steps$/);
    assert.match(preview.getText(), /Goal.*key[^]*This step is$/);
  });

  it('are compared with the built-in ones and set back to them', async () => {
    await vscode.commands.executeCommand('lac.editPrompt', builtin);
    const editor = await until('the prompt', () =>
      vscode.window.visibleTextEditors.find(({ document }) => document.uri.fsPath === critic()),
    );
    writeFileSync(critic(), `Think of the goal.\n${readFileSync(critic(), 'utf8')}`);
    await until('the changed prompt', () =>
      editor.document.lineAt(0).text === 'Think of the goal.' ? true : undefined,
    );
    await vscode.commands.executeCommand('lac.comparePrompt', builtin);
    const input = await until('the comparison', () => {
      const shown: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return shown instanceof vscode.TabInputTextDiff ? shown : undefined;
    });
    assert.equal(input.original.scheme, 'lac-prompt');
    assert.equal(input.modified.fsPath, critic());
    await vscode.commands.executeCommand('lac.resetPrompt', builtin);
    const [own, original] = await Promise.all(
      [input.modified, input.original].map((uri) => vscode.workspace.openTextDocument(uri)),
    );
    assert.equal(own.getText(), original.getText());
    assert.equal(own.isDirty, false);
    assert.ok(existsSync(critic()));
  });

  it('are those of the disk, where another program has written or deleted them', async () => {
    const sentence = 'Another program wrote this.';
    const sends = async (): Promise<boolean> => (await sentPrompts(session)).some((text) => text.includes(sentence));
    writeFileSync(critic(), `${sentence}\n${readFileSync(critic(), 'utf8')}`);
    await until('what was written is sent', async () => ((await sends()) ? true : undefined));
    rmSync(critic());
    await until('the built-in prompt is sent again', async () => ((await sends()) ? undefined : true));
  });

  it('are saved as they are edited, and sent, while the episode is paused', async () => {
    const sentence = 'An editor wrote this.';
    const file = promptFile('forward');
    await vscode.commands.executeCommand('lac.editPrompt', builtin.with({ path: '/builtin/babyai-text/forward' }));
    const uri = vscode.Uri.file(file);
    const document = await vscode.workspace.openTextDocument(uri);
    for (let time = 1; time <= 3; time++) {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(uri, new vscode.Position(0, 0), `${sentence} ${time}.\n`);
      assert.equal(await vscode.workspace.applyEdit(edit), true);
      assert.equal(await document.save(), true);
      assert.ok(readFileSync(file, 'utf8').startsWith(`${sentence} ${time}.`));
    }
    await until('what was saved last is sent', async () =>
      (await sentPrompts(session)).some((text) => text.includes(`${sentence} 3.`)) ? true : undefined,
    );
  });

  it('are decided with as they are saved, where another file is written in the middle of typing', async () => {
    // In a browser VS Code saves by itself after a second.
    await vscode.workspace.getConfiguration('files').update('autoSave', 'off', vscode.ConfigurationTarget.Workspace);
    const uri = vscode.Uri.file(promptFile('forward'));
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), 'Half a sen');
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    assert.equal(document.isDirty, true);
    const sentence = 'It was written meanwhile.';
    const text = (await vscode.workspace.openTextDocument(builtin)).getText();
    writeFileSync(critic(), `${sentence}\n${text}`);
    const sent = await until('what was written is sent', async () => {
      const prompts = await sentPrompts(session);
      return prompts.some((prompt) => prompt.includes(sentence)) ? prompts : undefined;
    });
    assert.ok(sent.some((prompt) => prompt.includes('An editor wrote this. 3.')));
    assert.ok(!sent.some((prompt) => prompt.includes('Half a sen')));
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('are those of the disk in a folder beyond the workspace too', async () => {
    const beyond = mkdtempSync(path.join(tmpdir(), 'lac-beyond-'));
    const elsewhere = await stops.launch({ prompts: beyond, parameters: { candidates: 2, depth: 1, horizon: 6 } });
    await stops.move(elsewhere, 'next');
    await stops.move(elsewhere, 'stepBack');
    const sentence = 'This lies beyond.';
    const text = (await vscode.workspace.openTextDocument(builtin)).getText();
    writeFileSync(path.join(beyond, 'critic.lac-prompt.md'), `${sentence}\n${text}`);
    await until('what was written there is sent', async () =>
      (await sentPrompts(elsewhere)).some((prompt) => prompt.includes(sentence)) ? true : undefined,
    );
    await stop(elsewhere);
    rmSync(beyond, { recursive: true });
  });

  it('cannot be written where they are built in', async () => {
    assert.notEqual(vscode.workspace.fs.isWritableFileSystem(builtin.scheme), true);
    await assert.rejects(async () => vscode.workspace.fs.writeFile(builtin, Buffer.from('x')));
  });
});
