import type { Episode } from '../../src/environments/babyai/episode';
import { describeView } from '../../src/environments/babyai/descriptions';
import {
  actionNames,
  DROP,
  EMPTY,
  FORWARD,
  PICK_UP,
  TOGGLE,
  TURN_LEFT,
  TURN_RIGHT,
  type World,
} from '../../src/environments/babyai/world';
import type { Random } from '../../src/lac/random';
import { copyEpisode } from './episodes';
import { Knowledge, viewOf, type View } from './knowledge';
import { spoil } from './imagination';
import { actionCount, uniform, type Policy } from './policies';
import { before, describeStep } from './reflection';
import { remainingActions } from './remaining';

/** Observations that a prompt holds: the history policy of the embedded prompt set. */
export const observationsKept = 3;
export const horizon = 30;

/** What the verdict of a step is to be; null: nothing is learnt from it. */
type Label = 'GOOD' | 'BAD' | null;

export interface Step {
  readonly action: number;
  readonly observation: string;
  /** The reflection up to its verdict. */
  readonly account: string;
  /** The verdict as a reader of the transcript meets it; says nothing that the agent cannot know. */
  readonly shown: 'GOOD' | 'BAD';
  readonly label: Label;
}

export interface Moment {
  readonly episode: Episode;
  readonly knowledge: Knowledge;
  readonly observation: string;
  /** How the moment came about; null at the start. */
  readonly step: Step | null;
}

function textOf(view: View, world: World): string {
  return describeView(view.codes, world.carrying === 0 ? EMPTY : (world.codes[world.carrying] ?? EMPTY)).join(', ');
}

/** How many new cells make a look worth something. */
const freshEnough = 3;

/** Where an episode begins. */
export function firstMoment(episode: Episode): Moment {
  const observation = textOf(viewOf(episode.world), episode.world);
  return { episode, knowledge: Knowledge.atStart(episode), observation, step: null };
}

/** Plays one action on a copy; `hidden` leaves things out of what is then seen, as an imagined observation does. */
export function advance(from: Moment, action: number, random: Random, hidden?: (id: number) => boolean): Moment {
  const episode = copyEpisode(from.episode);
  const knowledge = from.knowledge.clone();
  const was = before(episode.world);
  const leftBefore = remainingActions(episode);
  const blind = from.knowledge.current(episode) < 0;
  episode.step(action);
  const left = remainingActions(episode);
  const view = viewOf(episode.world, hidden);
  const moved = action === FORWARD && episode.world.cell !== was.cell;
  const fresh = knowledge.observe(episode, view, moved);
  const observation = textOf(view, episode.world);
  const account = describeStep(episode, knowledge, action, was);
  const label = ((): Label => {
    if (left === Infinity && leftBefore === Infinity) return null;
    if (left < leftBefore) return 'GOOD';
    // Where the target was unknown, a look at much that is new helps even when the target lies elsewhere.
    if (!blind || fresh < freshEnough || left === Infinity) return 'BAD';
    const found = knowledge.current(episode) >= 0;
    return random.next() < (found ? 0.7 : 0.35) ? 'GOOD' : 'BAD';
  })();
  const coin = random.next();
  const shown = label === null ? 'BAD' : blind || coin < 0.05 ? ((coin * 20) % 1 < 0.5 ? 'GOOD' : 'BAD') : label;
  return { episode, knowledge, observation, step: { action, observation, account, shown, label } };
}

export interface Recording {
  readonly goal: string;
  readonly moments: readonly Moment[];
  /** The actor learns from this episode's actions. */
  readonly demonstration: boolean;
  /** Reflections and actions are learnt, not the observations alone. */
  readonly judged: boolean;
}

export function record(
  episode: Episode,
  phases: readonly { readonly policy: Policy; readonly steps: number }[],
  demonstration: boolean,
  judged: boolean,
  random: Random,
): Recording {
  let moment = firstMoment(episode);
  const moments = [moment];
  for (const { policy, steps } of phases) {
    for (let n = 0; n < steps && moments.length <= horizon && moment.episode.outcome === 'continue'; n++) {
      moment = advance(moment, policy(moment.episode, moment.knowledge), random);
      moments.push(moment);
    }
  }
  return { goal: episode.goal, moments, demonstration, judged };
}

/** Actions with which the same window ends, each in a text of its own. */
const endings = 3;

/** What a recording's texts are to be: of all forms, or judged from the action alone. */
export type Forms = 'all' | 'action alone';

/** How the critic is asked: after a whole history, after one without reflections, or from the action alone. */
function drawForm(forms: Forms, random: Random): 'whole' | 'bare' | 'bare, judged' | 'action alone' {
  if (forms === 'action alone') return forms;
  const draw = random.next();
  return draw < 0.76 ? 'whole' : draw < 0.86 ? 'bare' : draw < 0.96 ? 'bare, judged' : 'action alone';
}

/**
 * Training texts as lines, each its mark and its text (`training/README.md` lists the marks): the goal, the last
 * observations with what lies between them, and one more step. The texts differ in that step alone.
 */
export function windowsAt(recording: Recording, at: number, random: Random, forms: Forms): string[][] {
  const { moments, demonstration, judged } = recording;
  const form = drawForm(forms, random);
  const bare = form === 'bare' || form === 'bare, judged';
  const kept = keptAt(moments, at);
  const present = moments[at];
  if (present === undefined) throw new RangeError(`the recording has no moment ${at}`);
  const here = bare ? forgetful(kept) : present;

  const acts = demonstration && judged;
  const beginning = [`G${recording.goal}`];
  kept.forEach((moment, index) => {
    if (index > 0 && moment.step !== null) beginning.push(`${acts ? 'A' : 'a'}${actionNames[moment.step.action]}`);
    const previous = kept[index - 1];
    beginning.push(
      previous === undefined
        ? `o${moment.observation}`
        : `O${marked(moment, imaginedWithout(kept.slice(0, index), bare ? forgetful(kept.slice(0, index)) : previous))}`,
    );
    if (!bare && moment.step !== null) beginning.push(reflectionLine(moment.step, index > 0 && judged));
  });

  const hidden = imaginedWithout(kept, here);
  const ending = (action: number, learnt: boolean): string[] => {
    const imagined = random.next() < 0.5;
    const spoilt = imagined && random.next() < 0.45;
    const after = advance(here, action, random, imagined ? hidden : undefined);
    const last = after.step;
    if (last === null) throw new Error('a step was played and is missing');
    const lines = [`${learnt ? 'A' : 'a'}${actionNames[action]}`];
    if (form === 'action alone') {
      lines.push(`${last.label === null || !judged ? 'n' : last.label === 'GOOD' ? 'g' : 'b'}${last.label ?? 'BAD'}`);
      return lines;
    }
    lines.push(
      spoilt ? `o${spoil(last.observation, random)}` : `O${imagined ? last.observation : marked(after, hidden)}`,
    );
    if (form !== 'bare') lines.push(reflectionLine(last, judged));
    return lines;
  };

  const chosen = moments[at + 1]?.step?.action;
  const own = chosen !== undefined && random.next() < 0.5;
  const texts = [];
  const actions = new Set<number>();
  // A verdict costs two tokens: all actions are judged where nothing else is learnt.
  while (actions.size < (forms === 'action alone' ? actionCount : endings)) {
    const learnt = own && actions.size === 0;
    const action = learnt ? chosen : (tried[uniform(random, tried.length)] ?? FORWARD);
    if (actions.has(action)) continue;
    actions.add(action);
    texts.push([...beginning, ...ending(action, learnt && acts)]);
  }
  return texts;
}

/**
 * What the demonstrator did, as a training text without reflections; null where there is none to learn from. Nothing but the
 * actions is learnt: beside all that is easier, a model learns last what to do.
 */
export function demonstrationAt({ goal, moments, demonstration, judged }: Recording, at: number): string[] | null {
  const next = moments[at + 1]?.step ?? null;
  if (!demonstration || !judged || next === null) return null;
  const lines = [`G${goal}`];
  keptAt(moments, at).forEach(({ step, observation }, index) => {
    if (index > 0 && step !== null) lines.push(`A${actionNames[step.action]}`);
    lines.push(`o${observation}`);
  });
  return [...lines, `A${actionNames[next.action]}`];
}

/** The moments whose observations a prompt holds. */
function keptAt(moments: readonly Moment[], at: number): readonly Moment[] {
  return moments.slice(Math.max(0, at - observationsKept + 1), at + 1);
}

/** The lines before the last action; texts that follow each other and have the same ones are learnt together. */
export function beginningOf(lines: readonly string[]): readonly string[] {
  return lines.slice(
    0,
    lines.findLastIndex((line) => line.startsWith('a') || line.startsWith('A')),
  );
}

/** A reflection with its mark. */
export function reflectionLine({ account, shown, label }: Step, learnt: boolean): string {
  const mark = !learnt ? 'c' : label === null ? 'N' : label === 'GOOD' ? 'P' : 'M';
  return `${mark}${account} This step is ${shown}.`;
}

/** The last of some moments, known only as far as the observations of these moments tell. */
function forgetful(kept: readonly Moment[]): Moment {
  const [start] = kept;
  const last = kept[kept.length - 1];
  if (start === undefined || last === undefined) throw new RangeError('no moment is kept');
  const knowledge = Knowledge.atStart(start.episode);
  for (let index = 1; index < kept.length; index++) {
    const moment = kept[index];
    const previous = kept[index - 1];
    if (moment === undefined || previous === undefined) break;
    const moved = moment.step?.action === FORWARD && moment.episode.world.cell !== previous.episode.world.cell;
    knowledge.observe(moment.episode, viewOf(moment.episode.world), moved);
  }
  return { ...last, knowledge };
}

/** Actions for the last step of a text, as often as they are hard to judge. */
export const tried = [
  ...[TURN_LEFT, TURN_LEFT, TURN_LEFT, TURN_RIGHT, TURN_RIGHT, TURN_RIGHT, FORWARD, FORWARD, FORWARD],
  ...[PICK_UP, DROP, TOGGLE],
];

/** A moment's observation, `~` before each sentence about a thing that could not be foreseen. */
export function marked({ episode, observation }: Moment, unforeseen: (id: number) => boolean): string {
  const { world } = episode;
  const foreseen = new Set(textOf(viewOf(world, unforeseen), world).split(', '));
  return observation
    .split(', ')
    .map((sentence) => (foreseen.has(sentence) ? sentence : `~${sentence}`))
    .join(', ');
}

/** What cannot be foreseen: things that none of the kept observations shows and that no reflection places. */
export function imaginedWithout(kept: readonly Moment[], here: Moment): (id: number) => boolean {
  const familiar = new Set<number>();
  for (const { episode } of kept) {
    for (const { id } of viewOf(episode.world).sights) familiar.add(id);
    familiar.add(episode.world.carrying);
  }
  for (const cell of here.knowledge.known) {
    if (cell >= 0) familiar.add(here.episode.world.cells[cell] ?? 0);
  }
  return (id) => !familiar.has(id);
}
