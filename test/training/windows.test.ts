import { describe, expect, it } from 'vitest';
import { actionNames } from '../../src/environments/babyai/world';
import { seededRandom } from '../../src/lac/random';
import type { PromptRequest, TranscriptStep } from '../../src/lac/transcript';
import { openPromptSet, PromptRenderer } from '../../src/prompts';
import { startEpisode, taskTypes } from '../../training/data/episodes';
import { offeredActions } from '../../training/data/player';
import { explorer, naiveDemonstrator } from '../../training/data/policies';
import { demonstrationAt, horizon, record, windowsAt, type Recording } from '../../training/data/windows';

const firstSeed = 1_000_000;
const settings = { taskType: 'go to', thoughts: false, reflections: true, wrap: null } as const;
const renderer = new PromptRenderer(openPromptSet('babyai-text-embedded'), settings);

function recordings(demonstration: boolean): readonly Recording[] {
  return taskTypes.map((type, index) => {
    const random = seededRandom(firstSeed + index);
    const policy = demonstration ? naiveDemonstrator(random) : explorer(random, 0.12);
    return record(startEpisode(type, firstSeed), [{ policy, steps: horizon }], demonstration, true, random);
  });
}

function states({ moments }: Recording): readonly number[] {
  return moments.slice(0, -1).map((_, at) => at);
}

/** What the product asks in the state after `at` steps. */
function asked({ goal, moments }: Recording, at: number, reflected: boolean, change: Partial<PromptRequest>): string {
  const steps = moments.slice(1, at + 1).flatMap(({ step, observation }): TranscriptStep[] => {
    if (step === null) return [];
    const reflection = reflected ? `${step.account} This step is ${step.shown}.` : null;
    return [{ thoughts: [], action: actionNames[step.action] ?? '', observation, reflection }];
  });
  const transcript = { goal, firstObservation: moments[0]?.observation ?? '', steps, thoughts: [] };
  const request: PromptRequest = { role: 'actor', slot: 'action', transcript, imagined: [], prefix: '', ...change };
  return renderer.render(request).segments.join('');
}

const markers: Readonly<Record<string, string>> = { G: 'Goal:', O: 'Observation:', A: 'Action:' };

/** Lines of a training text as the model reads them. */
function read(lines: readonly string[]): string {
  return lines
    .map((line) => `${markers[line.charAt(0).toUpperCase()] ?? 'Critic:'} ${line.slice(1).replaceAll('~', '')}\n`)
    .join('');
}

describe('a text to learn actions from', () => {
  it("holds the product's question to a prior without reflections, and what the demonstrator did", () => {
    for (const recording of recordings(true)) {
      for (const at of states(recording)) {
        const lines = demonstrationAt(recording, at) ?? [];
        const action = actionNames[recording.moments[at + 1]?.step?.action ?? -1] ?? 'none';
        expect(read(lines)).toBe(`${asked(recording, at, false, {})} ${action}\n`);
        expect(lines.filter((line) => /^[OPMNgb]/.test(line))).toEqual([]);
      }
    }
  });

  it('is not made of what others did, or of an episode from which observations alone are learnt', () => {
    for (const recording of recordings(false)) expect(demonstrationAt(recording, 0)).toBeNull();
    for (const recording of recordings(true)) expect(demonstrationAt({ ...recording, judged: false }, 0)).toBeNull();
  });
});

describe('texts with verdicts on an action alone', () => {
  it("hold the product's question to a critic without rollouts, for every action once", () => {
    const random = seededRandom(firstSeed);
    for (const recording of recordings(false)) {
      for (const at of states(recording)) {
        const texts = windowsAt(recording, at, random, 'action alone');
        const actions = texts.map((lines) => lines.at(-2)?.slice(1) ?? '');
        expect([...actions].sort()).toEqual([...offeredActions].sort());
        texts.forEach((lines, index) => {
          const imagined = [{ thoughts: [], action: actions[index] ?? '', observation: null, reflection: null }];
          const question = asked(recording, at, true, { role: 'critic', slot: 'verdict', imagined });
          const verdict = lines.at(-1) ?? '';
          expect(read(lines.slice(0, -1))).toBe(question.replace('Critic: This step is', ''));
          expect(verdict).toMatch(/^(gGOOD|bBAD|nBAD)$/);
        });
      }
    }
  });
});
