import { openPrefixes, readLabels, type PrefixCompletion } from '../lac/labels';
import type {
  CallOptions,
  GenerateRequest,
  NextDistribution,
  NextRequest,
  TokenProbability,
  TokenUsage,
} from '../lac/languageModel';
import { LineAssembler, type ReportedToken } from './lineAssembler';

/** What servers that stream completions with the best tokens of each place have in common, whatever their protocol. */

/** Further calls for tokens that only begin a label; one is the rule. */
const mostCompletions = 3;
/** Samples at temperature 1 before a slot at which the model ends its text is given up. */
const endOfTextSamples = 3;

/** The best next tokens after a prompt, and what asking for them took. */
export interface ShownTop {
  readonly top: readonly TokenProbability[];
  readonly usage: TokenUsage;
}

export const noUsage: TokenUsage = { promptTokens: 0, generatedTokens: 0 };

export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    generatedTokens: a.generatedTokens + b.generatedTokens,
  };
}

/** One seed of 31 bits for a sample, so that repeated samples of one prompt differ. */
export function sampleSeed({ seed, ordinal }: Pick<GenerateRequest, 'seed' | 'ordinal'>): number {
  return seed === null ? 0 : (seed + Math.imul(ordinal, 0x9e3779b1)) & 0x7fffffff;
}

/** The same request sampled instead of greedy, by several seeds: for a slot whose best token is the end of the text. */
export function sampledInstead<R>(request: R): (R & { readonly temperature: number; readonly seed: number })[] {
  return Array.from({ length: endOfTextSamples }, (_, seed) => ({ ...request, temperature: 1, seed: seed + 1 }));
}

/** Whether as many tokens came as the server counts. The end of the text is counted and has no log-probability. */
export function countsAgree(counted: number, reported: number, atLimit: boolean): boolean {
  const missing = counted - reported;
  return missing === 0 || (!atLimit && missing === 1);
}

/**
 * Whether a line that was cut off at its newline comes again with all its tokens. Cut off there is no count to compare
 * with; asked for just these tokens, the server gives one. `ask` streams them and says whether the count agrees.
 */
export async function comesAgain(
  line: LineAssembler,
  ask: (
    take: (piece: { readonly text: string; readonly tokens: readonly ReportedToken[] }) => true,
  ) => Promise<boolean>,
): Promise<boolean> {
  const again = new LineAssembler({ terminator: 'scored', top: 0, onToken: undefined });
  const agrees = await ask(({ text, tokens }) => {
    again.add(text, tokens);
    return true;
  });
  return agrees && again.text === line.text && again.reported === line.reported;
}

/** Reads labels at the next token's place; a token that only begins a label is followed by a further question. */
export async function readNext(
  { prompt: segments, labels }: NextRequest,
  options: CallOptions,
  ask: (prompt: string, labels: readonly string[], options: CallOptions) => Promise<ShownTop>,
): Promise<NextDistribution> {
  const prompt = segments.join('');
  const { top, usage: first } = await ask(prompt, labels, options);
  let usage = first;
  const completions: PrefixCompletion[] = [];
  for (const open of openPrefixes(top, labels).slice(0, mostCompletions)) {
    if (open.token.includes('\ufffd')) continue;
    const rests = open.rests.filter((rest) => rest !== null);
    const further = await ask(prompt + open.token, rests, { signal: options.signal });
    usage = addUsage(usage, further.usage);
    const read = readLabels(further.top, rests, { complete: false, inside: true });
    const results = open.rests.map((rest) => (rest === null ? null : read[rests.indexOf(rest)]));
    completions.push({ token: open.token, labels: results });
  }
  return { kind: 'next', labels: readLabels(top, labels, { complete: false, completions }), top, usage };
}
