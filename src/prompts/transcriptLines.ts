import type { PromptRequest, Slot, Transcript, TranscriptStep } from '../lac/transcript';
import type { Limit, Markers, PromptOptions } from './options';

/** What a line of a transcript says. `answer` is the `OK.` that a thought gets. */
export type LineContent =
  'goal' | 'observation' | 'thought' | 'answer' | 'action' | 'reward' | 'reflection' | 'subgoal';

/** One line of a transcript, in the form in which all roles read it. */
export interface TranscriptLine {
  readonly content: LineContent;
  /** Step that the line belongs to: 0 for goal and first observation, k for the k-th action and what follows it. */
  readonly step: number;
  readonly imagined: boolean;
  /** What begins the line; empty where nothing does. */
  readonly marker: string;
  /** What follows marker and blank. */
  readonly text: string;
  /** What ends the line where the marker goes round the text (`Your task is to: {}.`); else empty. */
  readonly closing: string;
}

/** What the history policy kept out of the prompt; step numbers from 0 (the first observation). */
export interface LeftOut {
  /** Steps of which nothing is shown. */
  readonly steps: number;
  /** Observations that are not shown, those of left out steps included. */
  readonly observations: number;
  /** First step of which something is shown. */
  readonly firstStep: number;
}

/** A line with the text that the prompt gets, line end included. */
export interface WrittenLine {
  readonly line: TranscriptLine;
  readonly text: string;
}

function written(line: TranscriptLine): WrittenLine {
  const gap = line.marker === '' || line.text === '' ? '' : ' ';
  return { line, text: `${line.marker}${gap}${line.text}${line.closing}\n` };
}

/** An observation as it stands in a prompt: post-processed, on one line unless the option `lines` keeps the breaks. */
export function observationText(observation: string, options: PromptOptions): string {
  const text = options.observations === 'react' ? withoutArrival(observation) : observation;
  switch (options.lines) {
    case 'keep':
      return text.trim().replace(/\r\n?/g, '\n');
    case 'blank':
      return joined(text, ' ');
    case 'comma':
      return joined(text, ', ');
  }
}

/** ReAct's rule: a text that begins with "You arrive at loc " loses everything up to the first ". ". */
export function withoutArrival(text: string): string {
  if (!text.startsWith('You arrive at loc ')) return text;
  const stop = text.indexOf('. ');
  return stop === -1 ? text : text.slice(stop + 2);
}

/** Whether two observations are the same to a model: as prompts show them, which ReAct's rule and line breaks do not part. */
export function sameObservation(a: string, b: string): boolean {
  const shown = (text: string): string => withoutArrival(text.trim()).replace(/\s+/gu, ' ');
  return shown(a) === shown(b);
}

function joined(text: string, separator: string): string {
  if (!/[\r\n]/.test(text)) return text.trim();
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(separator);
}

/** A first observation without the parts that the prompt says otherwise: a welcome line and the task line. */
function firstObservationText(observation: string, options: PromptOptions): string {
  if (options.opening === 'goal') return observationText(observation, options);
  const goalWords = options.markers.goal.split('{}')[0]?.trim() ?? '';
  const kept = observation
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('-= ') && (goalWords === '' || !line.startsWith(goalWords)));
  return observationText(kept.join('\n'), options);
}

function oneLine(text: string): string {
  return /[\r\n]/.test(text) ? joined(text, ' ') : text.trim();
}

function line(
  content: LineContent,
  step: number,
  imagined: boolean,
  marker: string,
  text: string,
  closing = '',
): TranscriptLine {
  return { content, step, imagined, marker, text, closing };
}

function goalLine(goal: string, markers: Markers): TranscriptLine {
  const place = markers.goal.indexOf('{}');
  if (place === -1) return line('goal', 0, false, markers.goal, oneLine(goal));
  const closing = markers.goal.slice(place + 2);
  const text = oneLine(goal);
  const bare = closing !== '' && text.endsWith(closing) ? text.slice(0, -closing.length) : text;
  return line('goal', 0, false, markers.goal.slice(0, place).trimEnd(), bare, closing);
}

function thoughtLines(
  thoughts: readonly string[],
  step: number,
  imagined: boolean,
  markers: Markers,
): TranscriptLine[] {
  return thoughts.flatMap((thought) => [
    line('thought', step, imagined, markers.action, oneLine(thought)),
    line('answer', step, imagined, markers.observation, 'OK.'),
  ]);
}

interface Shown {
  /** Thoughts and action. */
  readonly action: boolean;
  readonly observation: boolean;
}

const all: Shown = { action: true, observation: true };

function stepLines(
  step: TranscriptStep,
  number: number,
  imagined: boolean,
  shown: Shown,
  options: PromptOptions,
): TranscriptLine[] {
  const { markers } = options;
  const lines: TranscriptLine[] = [];
  if (shown.action) {
    lines.push(...thoughtLines(step.thoughts, number, imagined, markers));
    lines.push(line('action', number, imagined, markers.action, oneLine(step.action)));
  }
  if (step.observation !== null && shown.observation) {
    lines.push(line('observation', number, imagined, markers.observation, observationText(step.observation, options)));
  }
  if (step.reward !== undefined) lines.push(line('reward', number, imagined, markers.reward, String(step.reward)));
  if (step.reflection !== null) {
    lines.push(line('reflection', number, imagined, markers.critic, oneLine(step.reflection)));
  }
  return lines;
}

function limited(limit: Limit, count: number): number {
  return limit === 'all' ? count : Math.min(limit, count);
}

interface WrittenStep {
  readonly number: number;
  readonly imagined: boolean;
  readonly lines: readonly WrittenLine[];
}

/**
 * Writes transcripts under one set of options. The lines of a step that is shown whole are written once for as long as the
 * step lives, since every prompt of a rollout repeats all before it.
 */
export class TranscriptWriter {
  private readonly known = new WeakMap<TranscriptStep, WrittenStep>();

  constructor(private readonly options: PromptOptions) {}

  /** The real part of a transcript under the history policy. */
  history(transcript: Transcript): { readonly lines: readonly WrittenLine[]; readonly leftOut: LeftOut } {
    const { options } = this;
    const { steps } = transcript;
    const withObservation = steps.filter((step) => step.observation !== null).length;
    /** Observations count from the first one, number 0. */
    const observations = withObservation + 1;
    const firstStep = observations - limited(options.history.steps, observations);
    const firstObservation = Math.max(firstStep, observations - limited(options.history.observations, observations));

    const goal = goalLine(transcript.goal, options.markers);
    const opening: TranscriptLine[] = [];
    if (firstObservation === 0) {
      const text = firstObservationText(transcript.firstObservation, options);
      opening.push(line('observation', 0, false, options.markers.observation, text));
    }
    const lines = (options.opening === 'goal' ? [goal, ...opening] : [...opening, goal]).map(written);
    for (let index = Math.max(0, firstStep - 1); index < steps.length; index += 1) {
      const step = steps[index];
      if (step === undefined) continue;
      const number = index + 1;
      const shown = { action: number > firstStep, observation: number >= firstObservation };
      if (shown.action && shown.observation) lines.push(...this.step(step, number, false));
      else lines.push(...stepLines(step, number, false, shown, options).map(written));
    }
    lines.push(...thoughtLines(transcript.thoughts, steps.length + 1, false, options.markers).map(written));
    return { lines, leftOut: { steps: firstStep, observations: firstObservation, firstStep } };
  }

  /** The imagined part of a request, and the sub-goals that its slot asks about. */
  rollout({ transcript, imagined, subgoals = [] }: PromptRequest): readonly WrittenLine[] {
    const real = transcript.steps.length;
    const lines: WrittenLine[] = [];
    for (let index = 0; index < imagined.length; index += 1) {
      for (const line of this.step(imagined[index], real + index + 1, true)) lines.push(line);
    }
    for (const subgoal of subgoals) {
      lines.push(
        written(line('subgoal', real + imagined.length, true, this.options.markers.subgoal, oneLine(subgoal))),
      );
    }
    return lines;
  }

  private step(step: TranscriptStep, number: number, imagined: boolean): readonly WrittenLine[] {
    const known = this.known.get(step);
    if (known?.number === number && known.imagined === imagined) return known.lines;
    const lines = stepLines(step, number, imagined, all, this.options).map(written);
    this.known.set(step, { number, imagined, lines });
    return lines;
  }
}

/** The marker of the line at which a prompt stops. */
export function slotMarker(slot: Slot, markers: Markers): string {
  switch (slot) {
    case 'action':
      return markers.action;
    case 'observation':
      return markers.observation;
    case 'reflection':
    case 'verdict':
      return markers.critic;
    case 'probability':
      return markers.probability;
    case 'reward':
      return markers.reward;
    case 'subgoal':
      return markers.subgoal;
    case 'satisfied':
      return markers.satisfied;
  }
}

/** What of the slot's line is already there. A verdict's slot always ends in the verdict's lead. */
export function slotPrefix(request: PromptRequest, markers: Markers): string {
  if (request.slot !== 'verdict' || request.prefix.endsWith(markers.verdict)) return request.prefix;
  return `${request.prefix.trimEnd()} ${markers.verdict}`;
}
