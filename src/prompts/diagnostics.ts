import { catalogue } from '../errors/catalogue';
import type { Translate } from '../errors/phrase';
import type { promptsErrors } from '../errors/prompts';
import { fillTemplate } from '../errors/texts';
import { verdicts } from '../lac/transcript';
import { defaultOptions, readOptions, type PromptOptions } from './options';
import { fileOfPart, kindOfPart, type PartId, type PartKind } from './parts';
import type { PromptFile, Span, VariableNode } from './syntax';
import { nearest, variableNames, variableOf, variables, type Place } from './variables';

export type DiagnosticCode = keyof typeof promptsErrors;

/** Something about a prompt file that its author should know. An error makes the set unusable. */
export interface Diagnostic {
  readonly part: PartId;
  readonly file: string;
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  /** Offsets into the file's text. */
  readonly span: Span;
  readonly args: Readonly<Record<string, string | number>>;
}

/** What happened and what to do, in English unless translated. */
export function diagnosticMessage(
  { code, args }: Pick<Diagnostic, 'code' | 'args'>,
  translate: Translate = (text) => text,
): string {
  const { what, toDo } = catalogue[code];
  return `${fillTemplate(translate(what), args)} ${fillTemplate(translate(toDo), args)}`;
}

/** A part may have this many characters. */
export const longestPart = 1_000_000;

interface Checked {
  readonly id: PartId;
  readonly syntax: PromptFile;
}

/** Checks one file by itself, as an editor does while it is being written. `options` are those of the shared head. */
export function diagnosePart(part: PartId, syntax: PromptFile, options: PromptOptions = defaultOptions): Diagnostic[] {
  const found: Diagnostic[] = [];
  const kind = kindOfPart(part);
  const tell = (
    severity: Diagnostic['severity'],
    code: DiagnosticCode,
    span: Span,
    args: Diagnostic['args'] = {},
  ): void => {
    found.push({ part, file: fileOfPart(part), severity, code, span, args });
  };
  const { text, nodes, body } = syntax;
  if (text.length > longestPart) {
    const args = { part: fileOfPart(part), characters: text.length, maximum: longestPart };
    tell('error', 'prompt.too-long', { start: longestPart, end: text.length }, args);
  }
  for (const problem of syntax.problems) tell('error', problem.code, problem.span);
  if (syntax.frontMatter !== null && (kind === 'tail' || kind === 'examples')) {
    tell('warning', 'prompt.option-misplaced', syntax.frontMatter, { part: fileOfPart(part) });
  } else {
    for (const problem of readOptions(syntax.options, options).problems) {
      tell('error', problem.code, problem.span, problem.args);
    }
  }
  if (text.slice(body.start, body.end).trim() === '' && syntax.problems.length === 0) {
    const severity = kind === 'examples' ? 'warning' : 'error';
    tell(severity, 'prompt.empty', { start: 0, end: text.length }, { part: fileOfPart(part) });
    return found;
  }
  for (const match of text.matchAll(/[\p{Cc}\uFFFD\u200B\u2028\u2029\uFEFF]/gu)) {
    const character = match[0];
    if ('\t\n\r'.includes(character) || (character === '\uFEFF' && match.index === 0)) continue;
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    tell('warning', 'prompt.control-character', { start: match.index, end: match.index + 1 }, { code });
  }
  for (const diagnostic of variableDiagnostics(part, kind, syntax)) found.push(diagnostic);
  const last = nodes[nodes.length - 1];
  const ending = text.slice(body.start, body.end);
  if (ending !== ending.trimEnd() && last !== undefined && kind !== 'examples') {
    const start = body.start + ending.trimEnd().length;
    tell('warning', 'prompt.trailing-space', { start, end: body.end });
  }
  return found;
}

function placeOf(kind: PartKind): Place | null {
  return kind === 'examples' ? null : kind;
}

function variableDiagnostics(part: PartId, kind: PartKind, syntax: PromptFile): Diagnostic[] {
  const found: Diagnostic[] = [];
  const file = fileOfPart(part);
  const tell = (
    severity: Diagnostic['severity'],
    code: DiagnosticCode,
    span: Span,
    args: Diagnostic['args'] = {},
  ): void => {
    found.push({ part, file, severity, code, span, args });
  };
  const place = placeOf(kind);
  const uses = syntax.nodes.filter((node): node is VariableNode => node.kind === 'variable');
  const seen = new Set<string>();
  for (const use of uses) {
    const spec = variableOf(use.name);
    const span = use.nameSpan.end > use.nameSpan.start ? use.nameSpan : use.span;
    if (spec === undefined) {
      const near = nearest(use.name, variableNames);
      const here = place === null ? [] : variables.filter((known) => known.places.includes(place));
      const known = here.map((variable) => variable.name).join(', ');
      const hint = near !== null ? `Did you mean {{${near}}}?` : `Known here are: ${known === '' ? 'none' : known}.`;
      tell('error', 'prompt.unknown-variable', span, { name: use.name.slice(0, 80), hint });
      continue;
    }
    if (place === null || !spec.places.includes(place)) {
      const where = spec.places.map(
        (known) => ({ head: 'the head', 'role-head': "a role's own head", tail: 'a tail' })[known],
      );
      const hint = place === null ? 'Examples are plain text.' : `It belongs into ${where.join(' or ')}.`;
      tell('error', 'prompt.misplaced-variable', span, { name: use.name, part: file, hint });
      continue;
    }
    if (spec.kind === 'block') {
      if (!use.standalone) tell('error', 'prompt.inline-block', span, { name: use.name });
      if (seen.has(use.name)) tell('error', 'prompt.repeated-block', span, { name: use.name });
      seen.add(use.name);
    } else if (spec.changes === 'step' && kind !== 'tail' && !seen.has('history')) {
      tell('warning', 'prompt.head-changes', span, { name: use.name });
    }
  }
  const end = { start: Math.max(syntax.body.start, syntax.body.end - 1), end: syntax.body.end };
  if (kind === 'tail') {
    if (!seen.has('slot')) {
      tell('error', 'prompt.missing-slot', end, {
        part: file,
        name: 'slot',
        hint: 'End the file with a line {{slot}}.',
      });
    }
    if (!seen.has('rollout')) {
      const hint = 'Without it this role does not see the candidate action and what was imagined.';
      const severity = part === 'actor' || part === 'reflection' ? 'warning' : 'error';
      tell(severity, 'prompt.missing-slot', end, { part: file, name: 'rollout', hint });
    }
    const slot = syntax.nodes.findIndex((node) => node.kind === 'variable' && node.name === 'slot');
    const after = slot === -1 ? [] : syntax.nodes.slice(slot + 1);
    const first = after.find((node) => node.kind === 'variable' || (node.kind === 'text' && node.value.trim() !== ''));
    if (first !== undefined) tell('error', 'prompt.text-after-slot', first.span);
  } else if (kind !== 'examples' && !seen.has('history')) {
    const hint = 'Put {{history}} on a line of its own where the transcript is to stand.';
    tell('error', 'prompt.missing-slot', end, { part: file, name: 'history', hint });
  }
  return found;
}

/** Checks all parts of a set, and what concerns several of them. */
export function diagnoseSet(parts: readonly Checked[], options: PromptOptions): Diagnostic[] {
  const found = parts.flatMap((part) =>
    diagnosePart(part.id, part.syntax, part.id === 'head' ? defaultOptions : options),
  );
  const head = parts.find((part) => part.id === 'head');
  if (head !== undefined) found.push(...markerDiagnostics(head.syntax, options));
  return found;
}

function markerDiagnostics(head: PromptFile, options: PromptOptions): Diagnostic[] {
  const found: Diagnostic[] = [];
  const byMarker = new Map<string, string>();
  for (const [name, marker] of Object.entries<string>({ ...options.markers })) {
    const first = byMarker.get(marker);
    if (first === undefined) {
      byMarker.set(marker, name);
      continue;
    }
    const entry = head.options.find((option) => option.name === `markers.${name}`);
    found.push({
      part: 'head',
      file: fileOfPart('head'),
      severity: 'error',
      code: 'prompt.equal-markers',
      span: entry?.valueSpan ?? { start: 0, end: 0 },
      args: { first, second: name },
    });
  }
  return found;
}

/**
 * Tells that one token begins several of the label words, so that one next-token distribution does not tell them apart.
 * `token` null: there is none.
 */
export function diagnoseLabels(critic: Checked, token: string | null): Diagnostic[] {
  if (token === null) return [];
  const slot = critic.syntax.nodes.find((node) => node.kind === 'variable' && node.name === 'slot');
  return [
    {
      part: critic.id,
      file: fileOfPart(critic.id),
      severity: 'warning',
      code: 'prompt.labels-share-token',
      span: slot?.span ?? critic.syntax.body,
      args: { words: verdicts.join(', '), token },
    },
  ];
}

/** Tells when a rendered prompt is longer than the model reads. `contextLength` null: unknown, nothing is told. */
export function diagnoseLength(head: Checked, tokens: number, contextLength: number | null): Diagnostic[] {
  if (contextLength === null || tokens <= contextLength) return [];
  return [
    {
      part: head.id,
      file: fileOfPart(head.id),
      severity: 'error',
      code: 'prompt.exceeds-context',
      span: head.syntax.body,
      args: { tokens, context: contextLength },
    },
  ];
}
