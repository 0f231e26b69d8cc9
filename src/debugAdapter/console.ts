import { LacError } from '../errors/lacError';
import { inLanguage, phrase, type Phrase, type Translate } from '../errors/phrase';
import { actionKey } from '../lac/actionText';
import { parseParameter } from '../lac/parameterInput';
import { parameterNames, type ParameterName } from '../lac/parameters';

/** What can be typed in the debug console besides expressions. */
export type ConsoleCommand =
  | { readonly kind: 'act'; readonly action: string }
  | { readonly kind: 'try'; readonly action: string }
  | { readonly kind: 'add'; readonly action: string }
  | { readonly kind: 'observe'; readonly observation: string }
  | { readonly kind: 'decide' }
  | { readonly kind: 'set'; readonly name: ParameterName; readonly value: string | number }
  | { readonly kind: 'resample'; readonly times: number; readonly temperature: number }
  | { readonly kind: 'goto'; readonly step: number }
  | { readonly kind: 'forecast' }
  | { readonly kind: 'help' };

/** The commands with what they do, in the order in which help and completion show them. */
export const consoleCommands: readonly {
  readonly name: string;
  readonly usage: string;
  readonly description: Phrase;
}[] = [
  { name: 'act', usage: 'act <action>', description: phrase('execute an action here and reflect on it') },
  { name: 'try', usage: 'try <action>', description: phrase('what an action really leads to, taken back afterwards') },
  { name: 'add', usage: 'add <action>', description: phrase('decide here again with one more candidate') },
  { name: 'decide', usage: 'decide', description: phrase("decide here again with today's prompts and parameters") },
  { name: 'set', usage: 'set <parameter> <value>', description: phrase('change a parameter and decide here again') },
  { name: 'observe', usage: 'observe <text>', description: phrase('replace the observation when stepped on') },
  {
    name: 'resample',
    usage: 'resample <times> [temperature]',
    description: phrase('the rollouts again, so many times, to see how much is noise'),
  },
  { name: 'goto', usage: 'goto <step>', description: phrase('put the cursor on a step of this branch') },
  { name: 'forecast', usage: 'forecast', description: phrase('what deciding here again would cost') },
  { name: 'help', usage: 'help', description: phrase('this list') },
];

export function helpText(translate: Translate): string {
  const width = Math.max(...consoleCommands.map(({ usage }) => usage.length));
  const lines = consoleCommands.map(({ usage, description }) => {
    return `${usage.padEnd(width)}  ${inLanguage(description, translate)}`;
  });
  const rest = phrase('Everything else is an expression: {examples}', {
    examples: 'Q, policy(alpha=2), flips, choice@3, cost.tokens',
  });
  return [...lines, inLanguage(rest, translate)].join('\n');
}

/** The command that a text is; null for an expression. Throws `debugger.command`, and what parameters throw. */
export function parseCommand(text: string): ConsoleCommand | null {
  const trimmed = text.trim();
  const [word = ''] = trimmed.split(/\s/u, 1);
  const rest = trimmed.slice(word.length).trim();
  const known = consoleCommands.find(({ name }) => name === word);
  if (known === undefined) return null;
  const need = (): string => {
    if (rest === '') throw new LacError('debugger.command', { usage: known.usage });
    return rest;
  };
  switch (word) {
    case 'act':
      return { kind: 'act', action: need() };
    case 'try':
      return { kind: 'try', action: need() };
    case 'add':
      return { kind: 'add', action: need() };
    case 'observe':
      return { kind: 'observe', observation: need() };
    case 'decide':
      return { kind: 'decide' };
    case 'set': {
      const match = /^(\w+)(?:\s*=\s*|\s+)(.+)$/u.exec(need());
      if (match === null) throw new LacError('debugger.command', { usage: known.usage });
      const name = parameterNames.find((each) => each === match[1]);
      // parseParameter names what is near to a misspelt parameter.
      const value = parseParameter(name ?? match[1], match[2], 'debug console');
      if (name === undefined) throw new LacError('debugger.command', { usage: known.usage });
      return { kind: 'set', name, value };
    }
    case 'resample': {
      const match = /^(\d{1,3})(?:\s+(\d+(?:\.\d+)?))?$/u.exec(need());
      const times = Number(match?.[1] ?? 0);
      if (match === null || times < 1) throw new LacError('debugger.command', { usage: known.usage });
      return { kind: 'resample', times, temperature: Number(match[2] ?? 1) };
    }
    case 'goto': {
      if (!/^\d{1,9}$/u.test(need())) throw new LacError('debugger.command', { usage: known.usage });
      return { kind: 'goto', step: Number(rest) };
    }
    case 'forecast':
      return { kind: 'forecast' };
    default:
      return { kind: 'help' };
  }
}

/** Candidates and other actions without repeats, for completion. */
export function distinctActions(...lists: readonly (readonly string[])[]): readonly string[] {
  const seen = new Map<string, string>();
  for (const action of lists.flat()) if (!seen.has(actionKey(action))) seen.set(actionKey(action), action);
  return [...seen.values()];
}
