import type { ExplainedPrompt } from '../../prompts/render';
import type { PartId } from '../../prompts/parts';
import type { PromptSet } from '../../prompts/promptSet';
import { positionAt } from '../../prompts/syntax';
import type { ComingCall } from './callGate';

/** A line of a prompt file, from 1. */
export interface PromptPlace {
  readonly part: PartId;
  readonly line: number;
}

const explained = new WeakMap<ComingCall, ExplainedPrompt>();

/** The prompt of a coming call with the origin of every character; null where it was not rendered on its own. */
export function explainCall(coming: ComingCall): ExplainedPrompt | null {
  if (coming.source === null) return null;
  let known = explained.get(coming);
  if (known === undefined) {
    known = coming.source.renderer.explain(coming.source.request);
    explained.set(coming, known);
  }
  return known;
}

/** Whether the prompt holds anything that a line of a file brought. */
export function rendersLine(prompt: ExplainedPrompt, set: PromptSet, part: PartId, line: number): boolean {
  const text = set.parts.get(part)?.syntax.text;
  const bounds = text === undefined ? null : lineBounds(text, line);
  if (bounds === null) return false;
  return prompt.spans.some(
    ({ start, end, origin }) =>
      end > start &&
      'part' in origin &&
      origin.part === part &&
      origin.span.start < bounds.end &&
      origin.span.end > bounds.start,
  );
}

/** Offsets of a line with its line end; null where there is no such line. */
function lineBounds(text: string, line: number): { readonly start: number; readonly end: number } | null {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const newline = text.indexOf('\n', start);
    if (newline === -1) return null;
    start = newline + 1;
  }
  const newline = text.indexOf('\n', start);
  return { start, end: newline === -1 ? text.length : newline + 1 };
}

/** The line of a role's tail at which the model goes on: that of `{{slot}}`. */
export function slotPlace(set: PromptSet, part: PartId): PromptPlace {
  const syntax = set.parts.get(part)?.syntax;
  const slot = syntax?.nodes.find((node) => node.kind === 'variable' && node.name === 'slot');
  if (syntax === undefined || slot === undefined) return { part, line: 1 };
  return { part, line: positionAt(syntax.text, slot.span.start).line };
}

/** The lines of a prompt file that bring text into prompts, from 1, ascending. */
export function renderingLines(set: PromptSet, part: PartId): readonly number[] {
  const syntax = set.parts.get(part)?.syntax;
  if (syntax === undefined) return [];
  const lines = new Set<number>();
  for (const node of syntax.nodes) {
    if (node.kind !== 'comment') lines.add(positionAt(syntax.text, node.span.start).line);
  }
  return [...lines].sort((a, b) => a - b);
}
