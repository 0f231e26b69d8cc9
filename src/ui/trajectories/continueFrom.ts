import path from 'node:path';
import * as vscode from 'vscode';
import { forecastStep, type StepForecast } from '../../episodes/continuation';
import type { CostForecast } from '../../lac/forecast';
import { LacError } from '../../errors/lacError';
import { parseParameter } from '../../lac/parameterInput';
import {
  parameterNames,
  parameterSpecs,
  type ParameterName,
  type ParameterSpec,
  type Parameters,
} from '../../lac/parameters';
import type { ModelDescription } from '../../lac/languageModel';
import type { CallLookup } from '../../trajectories/callCosts';
import type { NodeEntry, Timeline } from '../../trajectories/timeline';
import { inWords, translate } from '../log';
import type { ModelPicker } from '../models/modelPicker';
import type { ForkChange } from '../sessions/sessionOpener';
import type { LookedAt } from './trajectoryEditor';

/** A step of a recording from which somebody may go on, with what is known of it. */
export interface StepToContinue {
  readonly at: LookedAt;
  /** Holds the step's node; of a long recording only what surrounds it. */
  readonly timeline: Timeline;
  readonly node: NodeEntry;
  readonly lookup: CallLookup;
  readonly model: ModelDescription;
  /** What the next decision here costs with a change, recorded calls taken off; null where it cannot be told. */
  readonly forecast: (change: ForkChange) => Promise<CostForecast | null>;
}

export interface Continuation {
  readonly change: ForkChange;
  readonly model: string;
}

type Kind = 'nothing' | 'action' | 'parameter' | 'prompts' | 'observation';

/**
 * Asks what is to be changed at a step unless that is known, says what going on costs and asks for a yes. undefined when
 * the person gives up.
 * Throws `episode.fork-over` and `episode.fork-foreign`.
 */
export async function askContinuation(
  step: StepToContinue,
  promptsFolder: string,
  picker: ModelPicker,
  known?: ForkChange,
): Promise<Continuation | undefined> {
  const { node, model } = step;
  if (node.status !== 'running') throw new LacError('episode.fork-over', { step: step.at.step, reason: node.status });
  if (model.backend === 'unknown') throw new LacError('episode.fork-foreign', { format: model.name });
  const change = known ?? (await askChange(step, promptsFolder));
  if (change === undefined) return undefined;
  const recorded = model.backend === 'embedded' ? 'embedded' : `${model.backend}:${model.name}`;
  const name = await askModel(step, change, recorded, picker);
  return name === undefined ? undefined : { change, model: name };
}

async function askChange(step: StepToContinue, promptsFolder: string): Promise<ForkChange | undefined> {
  const { at, node } = step;
  const items: (vscode.QuickPickItem & { readonly changes: Kind })[] = [
    {
      label: vscode.l10n.t('$(debug-continue) Nothing'),
      detail: vscode.l10n.t('Decide here as it was decided; what is recorded is not asked again.'),
      changes: 'nothing',
    },
    {
      label: vscode.l10n.t('$(arrow-swap) The Action…'),
      detail: vscode.l10n.t('Execute another action than the one that was chosen.'),
      changes: 'action',
    },
    {
      label: vscode.l10n.t('$(settings) A Parameter…'),
      detail: vscode.l10n.t('Alpha, depth, candidates, method and so on, from here on.'),
      changes: 'parameter',
    },
    {
      label: vscode.l10n.t('$(edit) The Prompts'),
      detail: vscode.l10n.t('The prompt files as they are now in {0}, from here on.', promptsFolder),
      changes: 'prompts',
    },
    ...(node.arrival === null
      ? []
      : [
          {
            label: vscode.l10n.t('$(eye) The Observation…'),
            detail: vscode.l10n.t('Let the agent see something else; it is marked as edited.'),
            changes: 'observation' as const,
          },
        ]),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Continue from Step {0}: What Is to Be Changed?', at.step),
    placeHolder: vscode.l10n.t('The recording itself is not changed: a new one begins here.'),
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  switch (chosen?.changes) {
    case undefined:
      return undefined;
    case 'nothing':
      return {};
    case 'action': {
      const action = await askAction(step);
      return action === undefined ? undefined : { action };
    }
    case 'parameter': {
      const parameters = await askParameter(parametersAt(step));
      return parameters === undefined ? undefined : { parameters };
    }
    case 'prompts':
      return { prompts: 'today' };
    case 'observation': {
      const observation = await vscode.window.showInputBox({
        title: vscode.l10n.t('Observation at Step {0}', at.step),
        value: node.observation,
        ignoreFocusOut: true,
        validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('Write at least one word.') : undefined),
      });
      return observation === undefined || observation === node.observation ? undefined : { observation };
    }
  }
}

/** The parameters that were in force at the step. */
function parametersAt({ node, timeline }: StepToContinue): Parameters {
  return node.decisions.at(-1)?.parameters ?? timeline.parameters;
}

async function askAction({ node, at }: StepToContinue): Promise<string | undefined> {
  const known = new Map<string, string>();
  for (const event of node.decisions.flatMap(({ events }) => events)) {
    if (event.type === 'proposal') known.set(event.action, vscode.l10n.t('candidate'));
  }
  for (const action of node.state.admissible ?? [])
    if (!known.has(action)) known.set(action, vscode.l10n.t('admissible'));
  const typed = { label: vscode.l10n.t('$(pencil) Type an Action…'), description: '', action: null };
  const items = [...known].map(([action, description]) => ({ label: action, description, action }));
  const chosen = await vscode.window.showQuickPick([...items, typed], {
    title: vscode.l10n.t('Action at Step {0}', at.step),
    // The page gets the focus back from the list before, and would close this one by it.
    ignoreFocusOut: true,
  });
  if (chosen === undefined || chosen.action !== null) return chosen?.action;
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Action at Step {0}', at.step),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? vscode.l10n.t('Write at least one word.') : undefined),
  });
  return text?.trim();
}

async function askParameter(now: Parameters): Promise<Partial<Parameters> | undefined> {
  const names = parameterNames.filter((name) => name !== 'seed');
  const items = names.map((name) => ({
    label: name,
    description: String(now[name]),
    detail: translate(parameterSpecs[name].description),
    name,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Parameter to Change'),
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  if (chosen === undefined) return undefined;
  const value = await askValue(chosen.name, now);
  return value === undefined ? undefined : { [chosen.name]: parseParameter(chosen.name, value, 'panel') };
}

async function askValue(name: ParameterName, now: Parameters): Promise<string | undefined> {
  const spec: ParameterSpec = parameterSpecs[name];
  const title = vscode.l10n.t('{0}, now {1}', name, String(now[name]));
  if (spec.kind === 'choice') return vscode.window.showQuickPick([...spec.choices], { title, ignoreFocusOut: true });
  return vscode.window.showInputBox({
    title,
    value: String(now[name]),
    ignoreFocusOut: true,
    validateInput: (text) => {
      try {
        parseParameter(name, text, 'panel');
        return undefined;
      } catch (error) {
        if (!(error instanceof LacError)) throw error;
        return inWords(error);
      }
    },
  });
}

/** Says what going on costs; the model that is to be asked, or undefined. */
async function askModel(
  step: StepToContinue,
  change: ForkChange,
  recorded: string,
  picker: ModelPicker,
): Promise<string | undefined> {
  const parameters = { ...parametersAt(step), ...change.parameters };
  const { timeline, lookup, node } = step;
  const each = forecastStep(timeline, lookup, parameters, node.state.admissible?.length ?? null);
  const here = change.action === undefined && change.observation === undefined ? await step.forecast(change) : null;
  const go = vscode.l10n.t('Continue');
  const other = vscode.l10n.t('Choose Another Model…');
  const detail = [
    ...(here === null ? [] : [vscode.l10n.t('The decision at this step: {0}.', costInWords(here))]),
    vscode.l10n.t('Each step after it: {0}.', stepInWords(each)),
    vscode.l10n.t('Model: {0}. Recorded calls are used again; another model has none.', recorded),
    vscode.l10n.t('A new recording begins; {0} stays as it is.', path.basename(step.at.file)),
  ].join('\n');
  const title = vscode.l10n.t('Continue from step {0} with {1}?', step.at.step, changeInWords(change));
  const chosen = await vscode.window.showInformationMessage(title, { modal: true, detail }, go, other);
  if (chosen === go) return recorded;
  return chosen === other ? picker.pick() : undefined;
}

function changeInWords({ parameters, prompts, action, observation }: ForkChange): string {
  if (action !== undefined) return vscode.l10n.t('the action "{0}"', action);
  if (observation !== undefined) return vscode.l10n.t('another observation');
  if (prompts !== undefined) return vscode.l10n.t('today’s prompts');
  const [name] = Object.entries(parameters ?? {});
  return name === undefined ? vscode.l10n.t('nothing changed') : `${name[0]} ${String(name[1])}`;
}

function costInWords({ calls, promptTokens, generatedTokens, reused }: CostForecast): string {
  const count =
    Math.round(calls.min) === Math.round(calls.max)
      ? String(Math.round(calls.max))
      : vscode.l10n.t('{0} to {1}', Math.round(calls.min), Math.round(calls.max));
  const tokens = (promptTokens?.expected ?? 0) + (generatedTokens?.expected ?? 0);
  const words = [vscode.l10n.t('{0} model calls', count)];
  if (tokens > 0) words.push(vscode.l10n.t('about {0} tokens', Math.round(tokens).toLocaleString()));
  if (reused > 0) words.push(vscode.l10n.t('{0} recorded calls used again', reused));
  return words.join(', ');
}

function stepInWords({ cost, seconds }: StepForecast): string {
  const words = costInWords(cost);
  return seconds === null ? words : vscode.l10n.t('{0}, about {1} s', words, Number(seconds.toPrecision(2)));
}
