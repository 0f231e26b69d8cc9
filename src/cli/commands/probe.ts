import { openEnvironment, promptSetFor, resourcesFor } from '../../episodes/launch';
import type { ChatWrap } from '../../lac/languageModel';
import type { PromptRequest } from '../../lac/transcript';
import { probeVerdictMass } from '../../models/verdictProbe';
import { diagnoseLabels, diagnosticMessage } from '../../prompts/diagnostics';
import { PromptRenderer } from '../../prompts/render';
import type { CliContext } from '../context';
import { printable } from '../terminal';

export interface ProbeOptions {
  readonly environment: string;
  readonly data?: string;
  readonly json?: boolean;
}

/**
 * `lac models probe`: how far a model expects a verdict where the critic reads one, in the first prompt of the environment's
 * first task, as plain text and in its chat template: which of the two the prompt option `wrap` should name.
 */
export async function probe(context: CliContext, name: string, options: ProbeOptions): Promise<void> {
  const { terminal, assets, signal } = context;
  const resources = resourcesFor(options.environment, assets, { data: options.data ?? null, cache: null });
  const { kind, environment } = await openEnvironment(options.environment, resources, signal);
  const { endpoints } = await context.models.open(name, signal);
  try {
    const [{ model }] = endpoints;
    const [tasks] = await kind.taskSets(resources, signal);
    const task = tasks.at(0);
    const { goal, observation } = await environment.reset(task, signal);
    const set = promptSetFor(kind.id, model.description, []);
    const [action = 'look'] = environment.admissible() ?? [];
    const request: PromptRequest = {
      role: 'critic',
      slot: 'verdict',
      transcript: { goal, firstObservation: observation, steps: [], thoughts: [] },
      imagined: [{ thoughts: [], action, observation: null, reflection: null }],
      prefix: ` ${set.options.markers.verdict}`,
    };
    const promptIn = (wrap: ChatWrap | null): readonly string[] =>
      new PromptRenderer(set, { taskType: task.type, thoughts: false, reflections: true, wrap }).render(request)
        .segments;
    const { none, chat, sharedToken } = await probeVerdictMass(model, promptIn, signal);
    if (options.json === true) {
      terminal.line(JSON.stringify({ model: model.description.name, promptSet: set.id, none, chat, sharedToken }));
      return;
    }
    terminal.line(`P(GOOD) + P(BAD) where the critic reads, prompt set ${printable(set.id)}:`);
    terminal.line(`  wrap: none  ${percent(none)}`);
    terminal.line(`  wrap: chat  ${chat === null ? 'the model has no chat template' : percent(chat)}`);
    terminal.line(adviceOn(none, chat));
    const critic = set.parts.get('critic');
    for (const found of critic === undefined ? [] : diagnoseLabels(critic, sharedToken)) {
      terminal.line(printable(diagnosticMessage(found)));
    }
  } finally {
    await Promise.all([environment.dispose(), ...endpoints.map(({ model }) => model.dispose())]);
  }
}

/** Below this a reading says little: the model expects something else there. */
const littleMass = 0.1;

function adviceOn(none: number, chat: number | null): string {
  if (Math.max(none, chat ?? 0) < littleMass) {
    return "The model hardly expects a verdict there: its action values say little. Try other words in the critic's prompt.";
  }
  const better = (chat ?? 0) > none ? 'chat' : 'none';
  return `"wrap: ${better}" in the head of the prompt set suits this model${chat === null ? '' : ' better'}.`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
