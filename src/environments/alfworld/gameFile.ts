import { LacError } from '../../errors/lacError';

/** An ALFWorld game as its file holds it (`game.tw-pddl`, JSON). */
export interface GameFile {
  /** PDDL of the rules. */
  readonly pddl_domain: string;
  /** Texts in TextWorld's twl2, the goal sentence among them. */
  readonly grammar: string;
  /** PDDL of the start and the goal. */
  readonly pddl_problem: string;
  readonly solvable: boolean;
  /** Commands that win from the start; absent in files of the older format. */
  readonly walkthrough?: readonly string[];
}

/** Reads the text of a game file; `file` names it in errors (`alfworld.game-json`, `alfworld.game-field`). */
export function readGameFile(text: string, file: string): GameFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LacError('alfworld.game-json', { file, reason: error instanceof Error ? error.message : String(error) });
  }
  const wrong = (field: string, expected: string): LacError =>
    new LacError('alfworld.game-field', { file, field, expected });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong('pddl_domain', 'a text');
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const textOf = (field: string): string => {
    const found = fields[field];
    if (typeof found !== 'string') throw wrong(field, 'a text');
    return found;
  };
  const solvable = fields['solvable'] ?? true;
  if (typeof solvable !== 'boolean') throw wrong('solvable', 'true or false');
  const game = {
    pddl_domain: textOf('pddl_domain'),
    grammar: textOf('grammar'),
    pddl_problem: textOf('pddl_problem'),
    solvable,
  };
  const walkthrough = fields['walkthrough'];
  if (walkthrough === undefined || walkthrough === null) return game;
  const isText = (command: unknown): command is string => typeof command === 'string';
  if (!Array.isArray(walkthrough) || !walkthrough.every(isText)) throw wrong('walkthrough', 'a list of texts');
  return { ...game, walkthrough };
}

const goalSentence = /Your task is to: ((?:[^"\\]|\\.)*)"/;

/** The goal sentence of a grammar (the text after "Your task is to: "), or undefined where it has none. */
export function goalOf(grammar: string): string | undefined {
  const written = goalSentence.exec(grammar)?.[1];
  if (written === undefined) return undefined;
  return written.replace(/\\(["\\/])/g, '$1');
}
