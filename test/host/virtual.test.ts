import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, afterEach, describe, it } from 'vitest';
import { hostTestProblem } from '../../scripts/hostTool.mjs';
import { wholeReadLimit } from '../../src/ui/trajectories/recordingFile';
import { packVirtualFiles, virtualFolderVariable } from './driver/virtualFiles';
import { atStep, repository, Workbench } from './driver/workbench';

const problem = hostTestProblem();
if (problem !== undefined) console.warn(`SKIPPED: recordings on no disk in a real VS Code, as ${problem}`);

describe.skipIf(problem !== undefined)('recordings in a file system of another extension', () => {
  let files: string;
  let workbench: Workbench;

  beforeAll(async () => {
    files = mkdtempSync(path.join(tmpdir(), 'lac-virtual-files-'));
    copyFileSync(path.join(repository, 'media/data/examples/loop.lac.jsonl'), path.join(files, 'run.lac.jsonl'));
    writeFileSync(path.join(files, 'large.lac.jsonl'), '{"type":"header"');
    truncateSync(path.join(files, 'large.lac.jsonl'), wholeReadLimit + 1);
    const extension = path.join(files, 'virtual-files.vsix');
    await packVirtualFiles(extension);
    workbench = await Workbench.open({
      workspace: null,
      env: { [virtualFolderVariable]: files },
      beside: [extension],
    });
  });

  afterAll(async () => {
    await workbench.close();
    rmSync(files, { recursive: true, force: true });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await workbench.screenshotOfFailure(task.name);
  });

  async function open(name: string): Promise<void> {
    await workbench.command('Test: Open Virtual File');
    await workbench.answer('Virtual File', name);
    await workbench.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  it('are replayed, and say that they are not on this machine where a new one would begin', async () => {
    await open('run.lac.jsonl');
    const panel = await workbench.waitForStatus('Recording');
    await panel.getByRole('button', { name: 'Next step' }).press('Enter');
    await atStep(panel, 1);
    await workbench.command('LAC: Continue from This Step');
    const told = await workbench.notifications();
    await told.getByText(/virtual:\/run\.lac\.jsonl is not on this machine/).waitFor();
    await workbench.command('Notifications: Clear All');
    await workbench.command('View: Close All Editors');
  });

  it('are refused above the size up to which they are read whole, with both sizes', async () => {
    await open('large.lac.jsonl');
    await workbench.pageWith('main#panel', /virtual:\/large\.lac\.jsonl has 51 MB.*50 MB/s);
    await workbench.command('View: Close All Editors');
  });

  it('are told of where they are gone', async () => {
    await open('gone.lac.jsonl');
    await workbench.pageWith('main#panel', /virtual:\/gone\.lac\.jsonl cannot be read/);
  });
});
