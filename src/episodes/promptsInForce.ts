import { methodRules, thoughtsInForce } from '../lac/methods';
import type { Parameters } from '../lac/parameters';
import { PromptRenderer, type ChatWrap } from '../prompts/render';
import type { PromptSet } from '../prompts/promptSet';
import type { PromptsLine } from '../trajectories/schema';

/** A prompt set as an episode uses it: recorded once, rendered for the task's type and the method's needs. */
export class PromptsInForce {
  /** The line that records the set; its id is the beginning of the set's hash. */
  readonly line: PromptsLine;
  private readonly renderers = new Map<string, PromptRenderer>();

  constructor(
    readonly set: PromptSet,
    private readonly taskType: string,
    /** The model's chat template, where the set asks for it. */
    private readonly wrap: ChatWrap | null,
  ) {
    this.line = {
      type: 'prompts',
      id: set.hash.slice(0, 16),
      name: set.id,
      parts: Object.fromEntries([...set.parts.values()].map((part) => [part.file, part.syntax.text])),
    };
  }

  /** Throws `prompt.malformed` when the set has errors. */
  renderer(parameters: Parameters): PromptRenderer {
    const thoughts = thoughtsInForce(parameters) !== 'off';
    const { reflections, rollouts } = methodRules[parameters.method];
    const settings = {
      taskType: this.taskType,
      thoughts,
      reflections: reflections || rollouts === 'reflected',
      wrap: this.set.options.wrap === 'chat' ? this.wrap : null,
    };
    const key = JSON.stringify([settings.thoughts, settings.reflections]);
    let renderer = this.renderers.get(key);
    if (renderer === undefined) {
      renderer = new PromptRenderer(this.set, settings);
      this.renderers.set(key, renderer);
    }
    return renderer;
  }
}
