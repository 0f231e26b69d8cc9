import * as vscode from 'vscode';
import type { AdapterHost, OpenedSession as AdaptedSession, SessionDocuments } from '../../debugAdapter/host';
import { PromptsInForce } from '../../episodes/promptsInForce';
import { promptSetFor } from '../../episodes/launch';
import { LacError } from '../../errors/lacError';
import type { PartId } from '../../prompts/parts';
import { partOfFile } from '../../prompts/parts';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promptFilesIn } from '../places';
import { builtinUri, readBuiltinUri } from '../prompts/promptDocument';
import type { PromptFiles } from '../prompts/promptFiles';
import { readTranscriptUri, transcriptUri } from '../transcripts/transcriptUri';
import { translate } from '../log';
import { commands } from '../names';
import type { OpenedSession } from './openedSession';
import type { ForkRequest, SessionOpener } from './sessionOpener';

/** Field of a configuration that goes on with a recording: `{ trajectory, episode, model }`. Set by the extension alone. */
export const resumeField = '__resume';

/** Field of a configuration that goes on from a step in a new journal: a `ForkRequest`. Set by the extension alone. */
export const forkField = '__fork';

/** What the extension itself has put into a configuration. */
function forkedBy(configuration: vscode.DebugConfiguration): ForkRequest | null {
  const given: unknown = configuration[forkField];
  return typeof given === 'object' && given !== null && 'from' in given ? (given as ForkRequest) : null;
}

interface Resumed {
  readonly trajectory: string;
  readonly episode: string | null;
  readonly model: string | null;
}

function resumedBy(configuration: vscode.DebugConfiguration): Resumed | null {
  const given: unknown = configuration[resumeField];
  if (typeof given !== 'object' || given === null || !('trajectory' in given)) return null;
  const { trajectory, episode, model } = given as { readonly [K in keyof Resumed]?: unknown };
  if (typeof trajectory !== 'string') return null;
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { trajectory, episode: text(episode), model: text(model) };
}

/** What the extension does with a session that the debug adapter has opened. */
export interface SessionKeeper {
  /** A session is being opened, in words. */
  starting(what: string, debugSession: vscode.DebugSession): void;
  /** It could not be opened, or the person stopped it before it was. */
  failed(error: unknown, debugSession: vscode.DebugSession): void;
  opened(opened: OpenedSession, debugSession: vscode.DebugSession): void;
  closed(opened: OpenedSession): Promise<void>;
}

/** The prompts of a live session as their files are now. */
export function currentPrompts({ session, model, promptsFolder, wrap }: OpenedSession): PromptsInForce | null {
  if (promptsFolder === null) return null;
  const { task } = session.timeline;
  const set = promptSetFor(task.environment, model, promptFilesIn(promptsFolder));
  return new PromptsInForce(set, task.type, wrap);
}

/** The surroundings of one debug session in VS Code. */
export function adapterHost(
  debugSession: vscode.DebugSession,
  opener: SessionOpener,
  keeper: SessionKeeper,
  files: PromptFiles,
  facts: { readonly version: string; readonly autoRunCalls: number },
): AdapterHost {
  const adapted = (opened: OpenedSession, notes: readonly string[]): AdaptedSession => {
    keeper.opened(opened, debugSession);
    return {
      session: opened.session,
      documents: documentsOf(opened, files),
      notes,
      currentPrompts: () => Promise.resolve(currentPrompts(opened)),
      close: async () => {
        try {
          await opened.close();
        } finally {
          await keeper.closed(opened);
        }
      },
    };
  };
  return {
    ...facts,
    translate,
    launch: async (configuration, progress, signal) => {
      const { environment, task, variant, model, parameters, prompts, trajectory } = configuration;
      const required = (field: string, value: string | null): string => {
        if (value !== null) return value;
        throw new LacError('workbench.launch', { name: debugSession.name, field, reason: 'is missing' });
      };
      const resumed = resumedBy(debugSession.configuration);
      const forked = forkedBy(debugSession.configuration);
      const starting =
        forked !== null
          ? vscode.l10n.t('Bringing {0} to the step', forked.environment)
          : resumed === null
            ? vscode.l10n.t('Opening {0} and {1}', environment, model)
            : vscode.l10n.t('Going on with {0}', resumed.trajectory);
      progress(starting);
      keeper.starting(starting, debugSession);
      try {
        if (forked !== null) {
          const opened = await opener.fork(forked, signal);
          return adapted(opened, notesOn(opened));
        }
        if (resumed !== null) {
          const opened = await opener.resume(resumed, resumed.model, signal);
          return adapted(opened, notesOn(opened));
        }
        const opened = await opener.launch(
          {
            environment,
            task: required('task', task),
            variant,
            model,
            parameters,
            prompts: required('prompts', prompts),
            trajectory: required('trajectory', trajectory),
          },
          signal,
        );
        return adapted(opened, notesOn(opened));
      } catch (error) {
        keeper.failed(error, debugSession);
        throw error;
      }
    },
    replay: async ({ trajectory, episode }, progress, signal) => {
      const onProgress = (fraction: number): void =>
        progress(vscode.l10n.t('Indexing the recording: {0} %', Math.round(fraction * 100)));
      return adapted(await opener.replay({ trajectory, episode }, signal, onProgress), []);
    },
    confirm: async (change, { calls, promptTokens, generatedTokens }) => {
      const run = vscode.l10n.t('Run');
      const tokens = (promptTokens?.expected ?? 0) + (generatedTokens?.expected ?? 0);
      const detail = vscode.l10n.t(
        '{0} model calls ({1} to {2}), about {3} tokens',
        Math.round(calls.expected),
        Math.round(calls.min),
        Math.round(calls.max),
        Math.round(tokens),
      );
      if (debugSession.configuration.request !== 'replay') {
        return (await vscode.window.showInformationMessage(`${change}: ${detail}`, run)) === run;
      }
      const onward = vscode.l10n.t('Continue from This Step…');
      const words = vscode.l10n.t('{0}: {1}. A recording is replayed, which calls nothing.', change, detail);
      // The adapter's answer need not wait until somebody has read it.
      void vscode.window.showInformationMessage(words, onward).then(async (chosen) => {
        if (chosen === onward) await vscode.commands.executeCommand(commands.continueFromStep);
      });
      return false;
    },
  };
}

function notesOn({ modelName, file, notes }: OpenedSession): readonly string[] {
  return [
    ...(modelName === 'embedded'
      ? [vscode.l10n.t('Model: the embedded one, which ships with the extension and knows BabyAI-Text.')]
      : [vscode.l10n.t('Model: {0}.', modelName ?? '')]),
    ...(file === null ? [] : [vscode.l10n.t('Recorded in {0}.', file)]),
    ...notes,
  ];
}

/** Prompts as files or read-only built-ins, branches as transcripts. */
function documentsOf(opened: OpenedSession, files: PromptFiles): SessionDocuments {
  const { session, promptsFolder } = opened;
  const set = (): string => session.promptsHere.set.id;
  return {
    prompt: (part) => {
      const uri =
        promptsFolder === null
          ? builtinUri(set(), part)
          : files.currentUri({ set: set(), folder: promptsFolder }, part);
      const own = uri.scheme === 'file' && existsSync(uri.fsPath);
      return { kind: 'path', path: own ? uri.fsPath : uri.toString(true) };
    },
    transcript: (branch) => {
      const { file } = opened;
      if (file === null) return { kind: 'text', name: `${branch}.lac-transcript` };
      return { kind: 'path', path: transcriptUri({ file, episode: session.timeline.id, branch }).toString(true) };
    },
    partOf: (given) => partOfPath(given, promptsFolder, set()),
    branchOf: (given) => {
      const address = given.startsWith('lac-transcript:') ? readTranscriptUri(vscode.Uri.parse(given)) : null;
      return address !== null && address.file === opened.file && address.episode === session.timeline.id
        ? address.branch
        : null;
    },
  };
}

function partOfPath(given: string, folder: string | null, set: string): PartId | null {
  if (given.startsWith('lac-prompt:')) {
    const named = readBuiltinUri(vscode.Uri.parse(given));
    return named?.set === set ? named.part : null;
  }
  const file = given.startsWith('file:') ? vscode.Uri.parse(given).fsPath : given;
  return folder !== null && path.dirname(file) === path.normalize(folder) ? partOfFile(file) : null;
}
