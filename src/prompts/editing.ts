import { optionSpec, optionSpecs } from './options';
import { kindOfPart, type PartId } from './parts';
import type { PromptFile, Span } from './syntax';
import { variableOf, variables } from './variables';

/** One thing that can be written at a place. */
export interface PromptCompletion {
  readonly label: string;
  readonly kind: 'variable' | 'option' | 'value';
  readonly insert: string;
  readonly replace: Span;
  readonly description: string;
}

/** What can be written at an offset: variables behind `{{`, names and values of options in the front matter. */
export function completePrompt(part: PartId, file: PromptFile, offset: number): readonly PromptCompletion[] {
  const kind = kindOfPart(part);
  const lineStart = file.text.lastIndexOf('\n', offset - 1) + 1;
  const line = file.text.slice(lineStart, offset);
  if (offset > 0 && insideFrontMatter(file, offset)) return completeOption(file, line, lineStart, offset);
  if (kind === 'examples') return [];
  const open = line.lastIndexOf('{{');
  if (open === -1 || line.indexOf('}}', open) !== -1 || line[open - 1] === '\\') return [];
  const word = line.slice(open + 2).trimStart();
  const closed = /^[\w.]*\s*\}\}/.test(file.text.slice(offset, offset + 80));
  const rest = /^[\w.]*/.exec(file.text.slice(offset, offset + 80))?.[0] ?? '';
  const replace = { start: offset - word.length, end: offset + rest.length };
  return variables
    .filter((variable) => variable.places.includes(kind) && variable.name.startsWith(word))
    .map((variable) => ({
      label: variable.name,
      kind: 'variable',
      insert: closed ? variable.name : `${variable.name}}}`,
      replace,
      description: variable.description,
    }));
}

function insideFrontMatter(file: PromptFile, offset: number): boolean {
  const unclosed = file.problems.some((problem) => problem.code === 'prompt.front-matter-unclosed');
  return file.frontMatter === null
    ? unclosed && offset > 3
    : offset > file.frontMatter.start + 3 && offset < file.frontMatter.end;
}

function completeOption(file: PromptFile, line: string, lineStart: number, offset: number): PromptCompletion[] {
  const flow = /^\s*([\w.]+)\s*:\s*\{(?:[^{}]*,)?\s*([\w.]*)(\s*:\s*)?([\w.]*)$/.exec(line);
  const plain = /^(\s*)([\w.]*)(\s*:\s*)?([\w.]*)$/.exec(line);
  if (flow !== null) {
    const [, parent, key, colon, value] = flow;
    return colon ? optionValues(`${parent}.${key}`, value, offset) : optionNames(`${parent}.`, key, offset);
  }
  if (plain === null) return [];
  const [, indent, key, colon, value] = plain;
  const parent = indent === '' ? '' : parentOf(file.text.slice(0, lineStart));
  return colon ? optionValues(parent + key, value, offset) : optionNames(parent, key, offset);
}

/** The nearest line above that is not indented, as the beginning of a nested name. */
function parentOf(before: string): string {
  const lines = before.split('\n').reverse();
  const name = /^([\w.]+)\s*:/.exec(lines.find((line) => /^\S/.test(line)) ?? '')?.[1];
  return name === undefined ? '' : `${name}.`;
}

function optionNames(parent: string, word: string, offset: number): PromptCompletion[] {
  return optionSpecs
    .filter((spec) => spec.name.startsWith(parent + word))
    .map((spec) => ({
      label: spec.name.slice(parent.length),
      kind: 'option',
      insert: `${spec.name.slice(parent.length)}: `,
      replace: { start: offset - word.length, end: offset },
      description: spec.description,
    }));
}

function optionValues(name: string, word: string, offset: number): PromptCompletion[] {
  return (optionSpec(name)?.values ?? [])
    .filter((value) => value.startsWith(word))
    .map((value) => ({
      label: value,
      kind: 'value',
      insert: value,
      replace: { start: offset - word.length, end: offset },
      description: optionSpec(name)?.description ?? '',
    }));
}

/** What stands at an offset: a variable or an option, with its description; null where there is neither. */
export function describePrompt(
  file: PromptFile,
  offset: number,
): { readonly span: Span; readonly name: string; readonly description: string } | null {
  const within = (span: Span): boolean => span.start <= offset && offset < span.end;
  for (const option of file.options) {
    if (!within({ start: option.nameSpan.start, end: option.valueSpan.end })) continue;
    const spec = optionSpec(option.name);
    const span = { start: option.nameSpan.start, end: option.valueSpan.end };
    return spec === undefined ? null : { span, name: option.name, description: spec.description };
  }
  for (const node of file.nodes) {
    if (node.kind !== 'variable' || !within(node.span)) continue;
    const span = { start: node.nameSpan.start, end: node.nameSpan.end };
    const description = variableOf(node.name)?.description;
    return description === undefined ? null : { span, name: node.name, description };
  }
  return null;
}
