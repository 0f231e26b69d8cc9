import type { DebugProtocol } from '@vscode/debugprotocol';
import { inLanguage, type Translate } from '../errors/phrase';
import { completionsAt, describeCompletion } from '../expressions';
import { parameterNames } from '../lac/parameters';
import { consoleCommands } from './console';

/** What can be typed in the debug console at an offset: commands, their arguments, and the expression language. */
export function completeConsole(
  text: string,
  offset: number,
  actions: readonly string[],
  translate: Translate,
): DebugProtocol.CompletionItem[] {
  const before = text.slice(0, offset);
  const item = (
    typed: string,
    label: string,
    more: Partial<DebugProtocol.CompletionItem> = {},
  ): DebugProtocol.CompletionItem => ({ label, start: offset - typed.length, length: typed.length, ...more });
  const fitting = (typed: string, all: readonly string[]): readonly string[] =>
    all.filter((each) => each.toLowerCase().startsWith(typed.toLowerCase()));

  const action = /^\s*(?:act|try|add)\s+(.*)$/u.exec(before)?.[1];
  if (action !== undefined) return fitting(action, actions).map((each) => item(action, each));
  const parameter = /^\s*set\s+(\w*)$/u.exec(before)?.[1];
  if (parameter !== undefined) {
    return fitting(parameter, parameterNames).map((each) => item(parameter, each, { type: 'property' }));
  }
  const word = before.trimStart();
  const commands = /\s/u.test(word)
    ? []
    : consoleCommands
        .filter(({ name }) => name.startsWith(word))
        .map(({ name, description }) =>
          item(word, name, { detail: inLanguage(description, translate), type: 'keyword' }),
        );
  const names = completionsAt(text, offset, actions).map((completion): DebugProtocol.CompletionItem => {
    const { label, insert, replace, kind } = completion;
    return {
      label,
      ...(insert === label ? {} : { text: insert }),
      detail: describeCompletion(completion, translate),
      type: kind === 'function' ? 'function' : kind === 'name' ? 'variable' : 'value',
      start: replace.start,
      length: replace.end - replace.start,
    };
  });
  return [...commands, ...names];
}
