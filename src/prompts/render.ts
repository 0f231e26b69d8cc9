import { LacError } from '../errors/lacError';
import {
  roles,
  verdicts,
  type Prompter,
  type PromptRequest,
  type RenderedPrompt,
  type Role,
  type Transcript,
} from '../lac/transcript';
import { diagnosticMessage } from './diagnostics';
import type { PromptOptions } from './options';
import { examplesPart, type PartId } from './parts';
import { optionsOf, type PromptPart, type PromptSet } from './promptSet';
import { positionAt, type PromptNode, type Span, type VariableNode } from './syntax';
import {
  observationText,
  slotMarker,
  slotPrefix,
  TranscriptWriter,
  withoutArrival,
  type LeftOut,
  type TranscriptLine,
  type WrittenLine,
} from './transcriptLines';

/** Where a piece of a rendered prompt comes from. Spans are offsets into the part's file. */
export type Origin =
  /** Literal text of a file; `\r\n` reads as a newline, `\{{` as two braces. */
  | { readonly kind: 'text'; readonly part: PartId; readonly span: Span }
  /** The value of a variable. */
  | { readonly kind: 'variable'; readonly part: PartId; readonly span: Span; readonly name: string }
  /** A line that `{{history}}` or `{{rollout}}` brought. */
  | {
      readonly kind: 'line';
      readonly part: PartId;
      readonly span: Span;
      readonly block: 'history' | 'rollout';
      readonly line: TranscriptLine;
      readonly piece: 'marker' | 'text' | 'end';
    }
  /** The marker that ends the prompt, and what of its line is already there. */
  | { readonly kind: 'slot'; readonly part: PartId; readonly span: Span; readonly piece: 'marker' | 'prefix' }
  /** Text of the model's chat template. */
  | { readonly kind: 'wrap'; readonly side: 'before' | 'after' }
  /** The line end that parts head and tail. */
  | { readonly kind: 'seam' };

/** A stretch of the rendered text, from `start` to before `end`, and its origin. Spans follow each other without gaps. */
export interface ProvenanceSpan {
  readonly start: number;
  readonly end: number;
  readonly origin: Origin;
}

export interface ExplainedPrompt extends RenderedPrompt {
  /** The concatenation of the segments. */
  readonly text: string;
  readonly spans: readonly ProvenanceSpan[];
  /** Length of what comes from the head: the text up to here is the same for all roles that share it. */
  readonly headLength: number;
  readonly leftOut: LeftOut;
}

/** Template text of a chat model around the user's turn; see the option `wrap`. */
export interface ChatWrap {
  /** Everything before the user's text. */
  readonly before: string;
  /** From the end of the user's text to where the assistant's text begins. */
  readonly after: string;
}

export interface RenderSettings {
  /** As `Task.type`; chooses the examples. */
  readonly taskType: string;
  /** False takes the `think:` lines and their answers out of the examples. */
  readonly thoughts: boolean;
  /** False takes the reflections out of the examples, for methods that neither write nor read any. */
  readonly reflections: boolean;
  /** The chat template, or null: the prompt is plain text. */
  readonly wrap: ChatWrap | null;
}

interface Piece {
  readonly text: string;
  readonly origin: Origin;
}
/** The pieces of one segment. */
interface Group {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

interface RenderedHead {
  readonly transcript: Transcript;
  readonly groups: readonly Group[];
  /** The groups' texts. */
  readonly texts: readonly string[];
  readonly leftOut: LeftOut;
}

interface Plan {
  readonly options: PromptOptions;
  readonly writer: TranscriptWriter;
  readonly head: PromptPart;
  readonly tail: PromptPart;
  /** The head for the transcript asked for last: the calls of one decision share it. */
  last: RenderedHead | null;
}

/** Throws `prompt.malformed` when the set has errors. */
export function requireSound(set: PromptSet): void {
  const error = set.diagnostics.find((diagnostic) => diagnostic.severity === 'error');
  if (error === undefined) return;
  const part = set.parts.get(error.part);
  const { line, column } = positionAt(part?.syntax.text ?? '', error.span.start);
  const args = { file: error.file, line, column, reason: diagnosticMessage(error) };
  throw new LacError('prompt.malformed', args);
}

/**
 * The `Prompter` port over a prompt set. Equal parts of successive prompts are equal segments: the head's text, the
 * examples, each line of the history, each imagined line, the slot. A prompt ends without white space, but for the line
 * end after which an observation without a marker begins.
 * Throws `prompt.malformed` when the set has errors.
 */
export class PromptRenderer implements Prompter {
  readonly verdictLead: string;
  private readonly plans: ReadonlyMap<Role, Plan>;
  private readonly examples = new Map<PromptOptions, readonly Group[]>();

  constructor(
    private readonly set: PromptSet,
    private readonly settings: RenderSettings,
  ) {
    requireSound(set);
    const plans = new Map<Role, Plan>();
    for (const role of roles) {
      const ownHead = set.parts.get(`head.${role}`);
      const head = ownHead ?? set.parts.get('head');
      const tail = set.parts.get(role);
      if (head === undefined || tail === undefined) throw new Error(`the set ${set.id} lacks a part`);
      const shared = ownHead === undefined ? [...plans.values()].find((plan) => plan.head === head) : undefined;
      const options = shared?.options ?? optionsOf(set, role);
      plans.set(role, { options, writer: shared?.writer ?? new TranscriptWriter(options), head, tail, last: null });
    }
    this.plans = plans;
    this.verdictLead = set.options.markers.verdict;
  }

  render(request: PromptRequest): RenderedPrompt {
    const plan = this.planOf(request.role);
    return { segments: this.head(plan, request).texts.concat(this.tailTexts(plan, request)) };
  }

  /** The texts of `tail`'s groups, without their origins: a decision has many tails, and few of them are looked at. */
  private tailTexts({ options, writer, tail }: Plan, request: PromptRequest): readonly string[] {
    const texts: string[] = [];
    let running = '';
    const whole = (text: string): void => {
      if (running !== '') texts.push(running);
      running = '';
      if (text !== '') texts.push(text);
    };
    for (const node of tail.syntax.nodes) {
      if (node.kind === 'text') running += node.value;
      else if (node.kind === 'variable' && node.name === 'rollout') {
        for (const { text } of writer.rollout(request)) whole(text);
      } else if (node.kind === 'variable' && node.name === 'slot') {
        whole(slotMarker(request.slot, options.markers) + slotPrefix(request, options.markers));
      } else if (node.kind === 'variable') running += this.valueOf(node.name, request, options);
    }
    whole('');
    return texts;
  }

  /** As `render`, with the origin of every character and what the history policy left out. */
  explain(request: PromptRequest): ExplainedPrompt {
    const { groups, leftOut, headGroups } = this.groups(request);
    const spans: ProvenanceSpan[] = [];
    let at = 0;
    let headLength = 0;
    groups.forEach((group, index) => {
      for (const piece of group.pieces) {
        spans.push({ start: at, end: at + piece.text.length, origin: piece.origin });
        at += piece.text.length;
      }
      if (index === headGroups - 1) headLength = at;
    });
    const segments = groups.map((group) => group.text);
    return { segments, text: segments.join(''), spans, headLength, leftOut };
  }

  private planOf(role: Role): Plan {
    const plan = this.plans.get(role);
    if (plan === undefined) throw new Error(`no role ${role}`);
    return plan;
  }

  private groups(request: PromptRequest): {
    readonly groups: readonly Group[];
    readonly headGroups: number;
    readonly leftOut: LeftOut;
  } {
    const plan = this.planOf(request.role);
    const head = this.head(plan, request);
    const groups = [...head.groups, ...this.tail(plan, request)];
    return { groups, headGroups: head.groups.length, leftOut: head.leftOut };
  }

  private head(plan: Plan, request: PromptRequest): RenderedHead {
    if (plan.last?.transcript === request.transcript) return plan.last;
    const shared = [...this.plans.values()].find(
      (other) => other.head === plan.head && other.last?.transcript === request.transcript,
    );
    if (shared?.last) return (plan.last = shared.last);

    const { options, head } = plan;
    const history = plan.writer.history(request.transcript);
    const builder = new GroupBuilder();
    if (this.settings.wrap !== null) {
      builder.whole([{ text: this.settings.wrap.before, origin: { kind: 'wrap', side: 'before' } }]);
    }
    for (const node of head.syntax.nodes) {
      if (node.kind === 'variable' && node.name === 'history') {
        if (this.settings.wrap !== null) {
          builder.trimEnd();
          builder.whole([{ text: this.settings.wrap.after, origin: { kind: 'wrap', side: 'after' } }]);
        }
        for (const line of history.lines) builder.ready(new LineGroup(line, head.id, node, 'history'));
      } else if (node.kind === 'variable' && node.name === 'examples') {
        for (const group of this.examplesFor(options)) builder.ready(group);
      } else if (node.kind === 'variable' && node.name === 'thoughts') {
        if (this.settings.thoughts) {
          const origin = { kind: 'variable', part: head.id, span: node.span, name: node.name } as const;
          builder.add([{ text: thoughtRule(options), origin }]);
        }
      } else {
        builder.add(this.inlinePieces(node, head, request, options));
      }
    }
    if (!builder.endsLine()) builder.whole([{ text: '\n', origin: { kind: 'seam' } }]);
    const groups = builder.finish();
    const texts = groups.map((group) => group.text);
    return (plan.last = { transcript: request.transcript, groups, texts, leftOut: history.leftOut });
  }

  private tail(plan: Plan, request: PromptRequest): readonly Group[] {
    const { options, tail } = plan;
    const builder = new GroupBuilder();
    for (const node of tail.syntax.nodes) {
      if (node.kind === 'variable' && node.name === 'rollout') {
        for (const line of plan.writer.rollout(request)) builder.ready(new LineGroup(line, tail.id, node, 'rollout'));
      } else if (node.kind === 'variable' && node.name === 'slot') {
        const origin = { kind: 'slot', part: tail.id, span: node.span } as const;
        builder.whole([
          { text: slotMarker(request.slot, options.markers), origin: { ...origin, piece: 'marker' } },
          { text: slotPrefix(request, options.markers), origin: { ...origin, piece: 'prefix' } },
        ]);
      } else {
        builder.add(this.inlinePieces(node, tail, request, options));
      }
    }
    return builder.finish();
  }

  /** The examples of the task's type, a segment each file, without what the settings take out. */
  private examplesFor(options: PromptOptions): readonly Group[] {
    const known = this.examples.get(options);
    if (known !== undefined) return known;
    const part = this.set.parts.get(examplesPart(this.settings.taskType)) ?? this.set.parts.get('examples');
    const builder = new GroupBuilder();
    if (part !== undefined) {
      builder.whole(keptExamplePieces(textPieces(part), options, this.settings));
      if (!builder.endsLine()) builder.whole([{ text: '\n', origin: { kind: 'seam' } }]);
    }
    const groups = builder.finish();
    this.examples.set(options, groups);
    return groups;
  }

  private inlinePieces(
    node: PromptNode,
    part: PromptPart,
    request: PromptRequest,
    options: PromptOptions,
  ): readonly Piece[] {
    switch (node.kind) {
      case 'text':
        return [{ text: node.value, origin: { kind: 'text', part: part.id, span: node.span } }];
      case 'comment':
        return [];
      case 'variable': {
        const text = this.valueOf(node.name, request, options);
        return [{ text, origin: { kind: 'variable', part: part.id, span: node.span, name: node.name } }];
      }
    }
  }

  /** The text of a value variable in a prompt; empty for a name that is none. */
  valueOf(name: string, request: PromptRequest, options: PromptOptions = this.set.options): string {
    const { transcript, imagined } = request;
    switch (name) {
      case 'goal':
        return transcript.goal.trim();
      case 'task.type':
        return this.settings.taskType;
      case 'environment':
        return this.set.environment;
      case 'verdicts':
        return `${verdicts.slice(0, -1).join(', ')} or ${verdicts[verdicts.length - 1] ?? ''}`;
      case 'step':
        return String(transcript.steps.length);
      case 'observation': {
        const last = [...transcript.steps].reverse().find((step) => step.observation !== null);
        return observationText(last?.observation ?? transcript.firstObservation, options);
      }
      case 'action':
        return imagined[0]?.action ?? '';
      case 'depth':
        return String(imagined.filter((step) => step.observation !== null).length);
      case 'role':
        return request.role;
      default:
        return '';
    }
  }
}

/** What `{{thoughts}}` says. */
function thoughtRule({ markers }: PromptOptions): string {
  return `A line "${markers.action} think: ..." is a thought: it changes nothing and is answered "OK."\n`;
}

/** Collects pieces into segments: running text in one, whatever is `whole` in one of its own. */
class GroupBuilder {
  private readonly groups: Group[] = [];
  private running: Piece[] = [];

  add(pieces: readonly Piece[]): void {
    for (const piece of pieces) if (piece.text !== '') this.running.push(piece);
  }

  whole(pieces: readonly Piece[]): void {
    this.flush();
    this.add(pieces);
    this.flush();
  }

  /** A segment that was put together before. */
  ready(group: Group): void {
    this.flush();
    this.groups.push(group);
  }

  /** Takes white space off the end of what is there. */
  trimEnd(): void {
    this.flush();
    for (;;) {
      const group = this.groups.pop();
      if (group === undefined) return;
      const pieces = [...group.pieces];
      for (let last = pieces.pop(); last !== undefined; last = pieces.pop()) {
        const text = last.text.trimEnd();
        if (text === '') continue;
        pieces.push({ ...last, text });
        this.whole(pieces);
        return;
      }
    }
  }

  /** True at the beginning and after a line end. */
  endsLine(): boolean {
    const last = this.running[this.running.length - 1]?.text ?? this.groups[this.groups.length - 1]?.text;
    return last === undefined || last.endsWith('\n');
  }

  finish(): readonly Group[] {
    this.flush();
    return this.groups;
  }

  private flush(): void {
    if (this.running.length === 0) return;
    this.groups.push({ text: this.running.map((piece) => piece.text).join(''), pieces: this.running });
    this.running = [];
  }
}

/** A transcript's line. Its pieces are made when they are asked for: whoever only renders needs the text. */
class LineGroup implements Group {
  readonly text: string;

  constructor(
    private readonly written: WrittenLine,
    private readonly part: PartId,
    private readonly node: VariableNode,
    private readonly block: 'history' | 'rollout',
  ) {
    this.text = written.text;
  }

  get pieces(): readonly Piece[] {
    const { part, node, block } = this;
    const { line } = this.written;
    const gap = line.marker === '' || line.text === '' ? '' : ' ';
    const origin = { kind: 'line', part, span: node.span, block, line } as const;
    const pieces: readonly Piece[] = [
      { text: line.marker + gap, origin: { ...origin, piece: 'marker' } },
      { text: line.text, origin: { ...origin, piece: 'text' } },
      { text: `${line.closing}\n`, origin: { ...origin, piece: 'end' } },
    ];
    return pieces.filter(({ text }) => text !== '');
  }
}

function textPieces(part: PromptPart): Piece[] {
  return part.syntax.nodes.flatMap((node): Piece[] =>
    node.kind === 'text' ? [{ text: node.value, origin: { kind: 'text', part: part.id, span: node.span } }] : [],
  );
}

/** Takes thoughts (with their answers), reflections and arrivals out of the lines of an examples file, as asked. */
function keptExamplePieces(pieces: readonly Piece[], options: PromptOptions, settings: RenderSettings): Piece[] {
  const { markers } = options;
  const kept: Piece[] = [];
  let line: Piece[] = [];
  let answerFollows = false;
  const endLine = (): void => {
    const text = line
      .map((piece) => piece.text)
      .join('')
      .trimEnd();
    const thought = text.startsWith(`${markers.action} think:`);
    const dropped =
      (!settings.thoughts && (thought || (answerFollows && text.endsWith('OK.')))) ||
      (!settings.reflections && text.startsWith(`${markers.critic} `));
    answerFollows = thought;
    if (!dropped) kept.push(...(options.observations === 'react' ? line.map(arrived) : line));
    line = [];
  };
  for (const piece of pieces) {
    line.push(piece);
    if (piece.text === '\n') endLine();
  }
  if (line.length > 0) endLine();
  return kept;
}

function arrived(piece: Piece): Piece {
  const text = withoutArrival(piece.text);
  if (text === piece.text || piece.origin.kind !== 'text') return piece;
  const { span } = piece.origin;
  const start = span.start + (piece.text.length - text.length);
  return { text, origin: { ...piece.origin, span: { start, end: span.end } } };
}
