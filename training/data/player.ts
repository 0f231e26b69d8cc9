import type { Episode } from '../../src/environments/babyai/episode';
import { actionNames } from '../../src/environments/babyai/world';
import type { EmbeddedModel } from '../../src/models/embedded/embeddedModel';
import { actionCount } from './policies';
import { observationsKept } from './windows';

/**
 * Plays with a model file while it is being trained, much simpler than the product's engine: all six actions are
 * candidates, rollouts are greedy and one step deep.
 */
export interface Method {
  readonly name: string;
  readonly reflects: boolean;
  readonly critic: boolean;
  /** Weight of log prior and of Q. */
  readonly prior: number;
  readonly alpha: number;
  /** Taken off an action's score for each time that it was used after the same observation. */
  readonly guard: number;
}

export interface PastStep {
  readonly action: string;
  readonly observation: string;
  readonly reflection: string | null;
}

/** What the model makes of one action. */
export interface Imagined {
  readonly q: number;
  readonly observation: string;
}

const lead = 'This step is';
export const offeredActions = actionNames.slice(0, actionCount);

export class Player {
  readonly steps: PastStep[] = [];
  private readonly first: string;
  private readonly uses = new Map<string, number>();
  private here: string;

  constructor(
    private readonly model: EmbeddedModel,
    private readonly method: Method,
    private readonly episode: Episode,
    private readonly signal: AbortSignal,
  ) {
    this.first = observationOf(episode);
    this.here = this.first;
  }

  /** Each action's score, and what was imagined of it where the method asks the critic. */
  async judge(): Promise<readonly { readonly score: number; readonly imagined: Imagined | null }[]> {
    const { prior, critic, alpha, guard } = this.method;
    const history = this.transcript();
    return Promise.all(
      offeredActions.map(async (action) => {
        let score = -guard * (this.uses.get(this.use(action)) ?? 0);
        if (prior > 0) {
          const request = { kind: 'score', prompt: [`${history}Action:`], continuation: ` ${action}\n` } as const;
          score += prior * (await this.model.score(request, { signal: this.signal })).logprob;
        }
        const imagined = critic ? await this.imagine(history, action) : null;
        if (imagined !== null) score += alpha * imagined.q;
        return { score, imagined };
      }),
    );
  }

  /** Plays an action by its number and has the model reflect upon it. */
  async play(number: number): Promise<void> {
    const action = offeredActions[number];
    if (action === undefined) throw new RangeError(`there is no action ${number}`);
    const history = this.transcript();
    this.uses.set(this.use(action), (this.uses.get(this.use(action)) ?? 0) + 1);
    this.episode.step(number);
    this.here = observationOf(this.episode);
    const reflects = this.method.reflects && this.episode.outcome === 'continue';
    const prompt = `${history}Action: ${action}\nObservation: ${this.here}\nCritic:`;
    this.steps.push({ action, observation: this.here, reflection: reflects ? await this.line(prompt) : null });
  }

  private use(action: string): string {
    return `${this.here}|${action}`;
  }

  private transcript(): string {
    const { steps, first } = this;
    const from = Math.max(0, steps.length + 1 - observationsKept);
    let text = `Goal: ${this.episode.goal}\n`;
    for (let k = from; k <= steps.length; k++) {
      const step = steps[k - 1];
      if (k > from && step !== undefined) text += `Action: ${step.action}\n`;
      text += `Observation: ${step?.observation ?? first}\n`;
      if (step !== undefined && step.reflection !== null) text += `Critic: ${step.reflection}\n`;
    }
    return text;
  }

  private async imagine(history: string, action: string): Promise<Imagined> {
    const acted = `${history}Action: ${action}\nObservation:`;
    const observation = await this.line(acted);
    const seen = `${acted} ${observation}\nCritic:`;
    const account = (await this.line(seen)).split(lead)[0]?.trim() ?? '';
    const prompt = [`${seen} ${account} ${lead}`];
    const { labels } = await this.model.next(
      { kind: 'next', prompt, labels: ['GOOD', 'BAD'] },
      { signal: this.signal },
    );
    const [good, bad] = labels.map(({ logprob, bound }) => logprob ?? bound);
    return { q: (good ?? 0) - (bad ?? 0), observation };
  }

  private async line(prompt: string): Promise<string> {
    const request = { kind: 'generate', prompt: [prompt], maxTokens: 120, terminator: 'unscored' } as const;
    const answer = await this.model.generate(
      { ...request, temperature: 0, seed: 0, ordinal: 0, top: 0 },
      { signal: this.signal },
    );
    return answer.text.trim();
  }
}

export function observationOf(episode: Episode): string {
  return episode.texts().join(', ');
}
