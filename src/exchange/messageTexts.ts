import { booleanOf, fieldsOf, isFields, listOf, textOf, type Fields } from './fields';

/** What a chat message says, whatever form its content has. */
export interface MessageTexts {
  readonly text: string;
  /** Reasoning parts, which no environment sees. */
  readonly reasoning: readonly string[];
  /** Kinds of parts that are no text, such as `image`. */
  readonly left: readonly string[];
}

/** The texts of a message's content: a string, or a list of typed parts. */
export function messageTexts(content: unknown): MessageTexts {
  if (typeof content === 'string') return { text: content, reasoning: [], left: [] };
  const texts: string[] = [];
  const reasoning: string[] = [];
  const left: string[] = [];
  for (const part of listOf(content)) {
    const fields = fieldsOf(part);
    const type = textOf(fields['type']) ?? 'part';
    const thought = textOf(fields['reasoning']) ?? textOf(fields['thinking']);
    if (typeof part === 'string') texts.push(part);
    else if (thought !== null) {
      if (booleanOf(fields['redacted']) !== true && thought !== '') reasoning.push(thought);
    } else if (textOf(fields['text']) !== null) texts.push(textOf(fields['text']) ?? '');
    else left.push(type);
  }
  return { text: texts.join('\n'), reasoning, left };
}

/** A tool call as one line: the tool's name and its arguments as JSON; the text itself where there is but one text. */
export function toolCallText(name: string, given: unknown): string {
  const args = typeof given === 'string' ? parsedArguments(given) : given;
  if (name === 'act' && isFields(args) && typeof args['action'] === 'string') return args['action'];
  return `${name} ${typeof args === 'string' ? args : JSON.stringify(args ?? {})}`;
}

function parsedArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/** The marked parts of a ReAct message, or null when it has no action. */
export function reactParts(text: string): { readonly thought: string | null; readonly action: string } | null {
  const action = /(?:^|\n)[ \t]*Action[ \t]*:[ \t]*([\s\S]*)$/i.exec(text);
  if (action === null) return null;
  const before = text
    .slice(0, action.index)
    .replace(/^\s*Thought[ \t]*:[ \t]*/i, '')
    .trim();
  return { thought: before === '' ? null : before, action: (action[1] ?? '').trim() };
}

/** The goal that a first observation states, in the words of the environments that agents are trained on. */
export function goalIn(text: string): string {
  const stated =
    /Your task is to:?[ \t]*([^\n]+)/i.exec(text) ??
    /(?:Your )?goal(?: is)?[ \t]*:[ \t]*([^\n]+)/i.exec(text) ??
    /Instruction:?\s*(?:\[SEP\])?\s*([^\n[]+)/i.exec(text) ??
    /Task:[ \t]*([^\n]+)/.exec(text);
  if (stated?.[1] !== undefined) return stated[1].trim().slice(0, 1000);
  return text.trim().split('\n', 1)[0].slice(0, 1000);
}

/** The fields of each item of a list that are objects. */
export function objectsOf(value: unknown): readonly Fields[] {
  return listOf(value).filter(isFields);
}
