import type { Environment } from '../environments/environment';
import type { ModelCalls } from '../lac/calls';
import { openPromptSet, type PromptSet } from '../prompts/promptSet';
import type { ChatWrap } from '../prompts/render';
import { MemoryJournal, type JournalContents } from '../trajectories/journal';
import { eventText } from '../trajectories/lineText';
import type { DecisionEntry, Timeline } from '../trajectories/timeline';
import { Episode, type EpisodeEvent, type Settings } from './episode';
import { PromptsInForce } from './promptsInForce';

/** The first thing that did not come out as it was recorded. */
export interface Difference {
  readonly episode: string;
  /** For people: `step 4, decision 0, event 7`. */
  readonly where: string;
  readonly recorded: string;
  readonly now: string;
}

export interface ReplayReport {
  readonly episodes: number;
  readonly decisions: number;
  readonly steps: number;
  readonly difference: Difference | null;
}

export interface ReplayPorts {
  readonly environment: Environment;
  /** Answers from the recording alone. */
  readonly calls: ModelCalls;
  readonly wrap: ChatWrap | null;
}

/**
 * Computes a recording again from its calls and the environment, every decision, probe and branch of it, and compares each
 * event, step and reflection with what was recorded. No model is asked.
 */
export async function replayJournal(
  recorded: JournalContents,
  ports: ReplayPorts,
  signal: AbortSignal,
): Promise<ReplayReport> {
  let decisions = 0;
  let steps = 0;
  for (const timeline of recorded.episodes) {
    const replay = new EpisodeReplay(recorded, timeline, ports, signal);
    const difference = await replay.run();
    decisions += replay.decisions;
    steps += replay.steps;
    if (difference !== null) return { episodes: recorded.episodes.length, decisions, steps, difference };
  }
  return { episodes: recorded.episodes.length, decisions, steps, difference: null };
}

class EpisodeReplay {
  decisions = 0;
  steps = 0;
  private readonly prompts = new Map<string, PromptsInForce>();

  constructor(
    private readonly recorded: JournalContents,
    private readonly timeline: Timeline,
    private readonly ports: ReplayPorts,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<Difference | null> {
    const { timeline, signal } = this;
    const journal = new MemoryJournal();
    const truth = timeline.start.state.truth !== null;
    const ports = { environment: this.ports.environment, calls: this.ports.calls, sink: journal, state: { truth } };
    const settings = this.settings(timeline.prompts, timeline.parameters);
    const episode = await Episode.start(timeline.id, timeline.task, settings, ports, new Set(), signal);
    const first = episode.timeline.start;
    const start = this.compare('the start', pick(timeline.start), pick(first));
    if (start !== null) return start;
    for (const node of timeline.nodes) {
      if (node.arrival !== null) {
        const { from, action, by, decision, edited } = node.arrival;
        const observation = edited === null ? {} : { observation: node.observation };
        await episode.act(from, { action, by, decision, ...observation }, signal);
        this.steps++;
        const now = episode.node(node.id);
        const difference = this.compare(`step ${node.step}`, pick(node), pick(now));
        if (difference !== null) return difference;
      }
      if (node.reflection !== null) {
        const reflecting = this.settings(
          this.promptsAt(node.arrival?.from ?? 0),
          this.parametersAt(node.arrival?.from ?? 0),
        );
        await drain(episode.reflect(node.id, reflecting, signal));
        const now = episode.node(node.id).reflection;
        const difference = this.compare(`step ${node.step}, reflection`, node.reflection, now);
        if (difference !== null) return difference;
      }
      for (const entry of node.decisions) {
        const difference = await this.decideAgain(episode, entry, node.step);
        if (difference !== null) return difference;
      }
    }
    return null;
  }

  private async decideAgain(episode: Episode, entry: DecisionEntry, step: number): Promise<Difference | null> {
    if (!entry.complete) return null;
    this.decisions++;
    const settings = this.settings(entry.prompts, entry.parameters);
    const hand = { added: entry.added, resample: entry.resample };
    await drain(episode.decide(entry.node, settings, this.signal, hand));
    const now = episode.node(entry.node).decisions.at(-1)?.events ?? [];
    for (const [index, event] of entry.events.entries()) {
      const where = `step ${step}, decision ${entry.index}, event ${index} (${event.type})`;
      const again = now.at(index);
      const difference = this.compareTexts(where, eventText(event), again === undefined ? 'nothing' : eventText(again));
      if (difference !== null) return difference;
    }
    return null;
  }

  private promptsAt(node: number): string {
    return this.timeline.node(node)?.decisions.at(-1)?.prompts ?? this.timeline.prompts;
  }

  private parametersAt(node: number): Settings['parameters'] {
    return this.timeline.node(node)?.decisions.at(-1)?.parameters ?? this.timeline.parameters;
  }

  private settings(prompts: string, parameters: Settings['parameters']): Settings {
    let inForce = this.prompts.get(prompts);
    if (inForce === undefined) {
      inForce = recordedPrompts(this.recorded, prompts, this.timeline.task.type, this.ports.wrap);
      this.prompts.set(prompts, inForce);
    }
    return { parameters, prompts: inForce };
  }

  private compare(where: string, recorded: unknown, now: unknown): Difference | null {
    return this.compareTexts(where, JSON.stringify(recorded), JSON.stringify(now));
  }

  private compareTexts(where: string, recorded: string, now: string): Difference | null {
    return recorded === now ? null : { episode: this.timeline.id, where, recorded, now };
  }
}

/** A prompt set from the texts that a recording holds; undefined where it lacks them. */
export function recordedPromptSet(recorded: Pick<JournalContents, 'promptSets'>, id: string): PromptSet | undefined {
  const line = recorded.promptSets.get(id);
  if (line === undefined) return undefined;
  return openPromptSet(
    line.name,
    Object.entries(line.parts).map(([name, text]) => ({ name, text })),
  );
}

/** As `recordedPromptSet`, for the tasks of one type; a recording that lacks it was damaged. */
export function recordedPrompts(
  recorded: Pick<JournalContents, 'promptSets'>,
  id: string,
  taskType: string,
  wrap: ChatWrap | null,
): PromptsInForce {
  const set = recordedPromptSet(recorded, id);
  if (set === undefined) throw new Error(`the recording lacks the prompt set ${id}`);
  return new PromptsInForce(set, taskType, wrap);
}

function pick({ observation, status, state, arrival }: Timeline['start']): unknown {
  const { hash, admissible, truth } = state;
  return { observation, status, hash, admissible, truth, arrival };
}

async function drain(events: AsyncGenerator<EpisodeEvent, unknown>): Promise<void> {
  for (;;) if ((await events.next()).done === true) return;
}
