import * as vscode from 'vscode';
import { LacError } from '../../errors/lacError';
import { completionsAt, describeCompletion, type ExpressionCompletion } from '../../expressions';
import { inWords, translate } from '../log';
import { completionsIn } from './stepSearch';

export interface AskedExpression {
  readonly title: string;
  readonly placeholder: string;
  readonly value: string;
  /** Throws `expression.*` for a text that cannot be taken. */
  readonly check: (text: string) => unknown;
  /** Whether expressions stand in braces, in a text of any other kind. */
  readonly message: boolean;
  /** Actions that may be named. */
  readonly actions: readonly string[];
}

interface Row extends vscode.QuickPickItem {
  /** null: takes the text as it stands. */
  readonly completion: ExpressionCompletion | null;
}

/**
 * Asks for an expression: what is wrong with it and where stands below it while it is typed, and then what could be written
 * next, which the arrow keys reach. undefined when the person gives up.
 */
export function askExpression(asked: AskedExpression): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = asked.title;
  pick.placeholder = asked.placeholder;
  pick.value = asked.value;
  pick.ignoreFocusOut = true;
  const offer = (): void => {
    pick.items = rowsFor(pick.value, asked);
  };
  offer();
  return new Promise((resolve) => {
    pick.onDidChangeValue(offer);
    pick.onDidAccept(() => {
      const text = pick.value;
      const completion = pick.activeItems.at(0)?.completion ?? null;
      // The list may be that of a text that was typed on since.
      if (completion !== null && completion.replace.end === text.length) {
        pick.value = text.slice(0, completion.replace.start) + completion.insert;
        offer();
      } else if (problemOf(text, asked) === null) {
        resolve(text);
        pick.hide();
      }
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function rowsFor(text: string, asked: AskedExpression): readonly Row[] {
  const problem = problemOf(text, asked);
  const own: Row = {
    label: text === '' ? '…' : text,
    iconPath: new vscode.ThemeIcon(problem === null ? 'search' : 'error'),
    ...(problem === null ? {} : { detail: problem }),
    alwaysShow: true,
    completion: null,
  };
  const completions = asked.message
    ? completionsIn(text, asked.actions)
    : completionsAt(text, text.length, asked.actions);
  return [
    own,
    ...completions
      .filter(({ insert, replace }) => text.slice(replace.start) !== insert)
      .map((completion): Row => ({
        label: completion.label,
        description: describeCompletion(completion, translate),
        iconPath: new vscode.ThemeIcon(icons[completion.kind]),
        alwaysShow: true,
        completion,
      })),
  ];
}

const icons = {
  name: 'symbol-variable',
  function: 'symbol-function',
  operator: 'symbol-operator',
  value: 'symbol-constant',
} as const satisfies Readonly<Record<ExpressionCompletion['kind'], string>>;

/** What is wrong with a text, with its place; null when nothing is. */
function problemOf(text: string, { check }: AskedExpression): string | null {
  try {
    check(text);
    return null;
  } catch (error) {
    if (!(error instanceof LacError)) throw error;
    return inWords(error);
  }
}
