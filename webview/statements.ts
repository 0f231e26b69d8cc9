import type { Picture } from '../src/protocol/panel';

/** A text of the environment, or of a model that imagines it, as the statements that it makes one after the other. */

const ends = /(?<=[,.;]\s|\n)(?=\S)/u;

export function statementsOf(text: string): readonly string[] {
  return text.split(ends);
}

/** What a statement says, whatever stands before and behind it in its text. */
export function said(statement: string): string {
  return statement.replace(/[\s,.;]+$/u, '').replaceAll(/\s+/gu, ' ');
}

/** What the goal is about, in the environment's words: `purple key`, `cellphone 1`. */
export function targetsOf(picture: Picture | null): readonly string[] {
  switch (picture?.kind) {
    case 'grid':
      return picture.targets.flatMap((index) => {
        const { color = null, kind } = picture.cells[index] ?? {};
        return color === null ? [] : [`${color} ${kind ?? ''}`];
      });
    case 'room':
      return [
        ...picture.receptacles.flatMap(({ name, target, known }) => [
          ...(target ? [name] : []),
          ...known.flatMap((object) => (object.target ? [object.name] : [])),
        ]),
        ...picture.holding.flatMap(({ name, target }) => (target ? [name] : [])),
      ];
    default:
      return [];
  }
}

/** True where the name stands in the statement as whole words: `drawer 1` is not in `drawer 12`. */
export function names(statement: string, name: string): boolean {
  for (let at = statement.indexOf(name); at >= 0; at = statement.indexOf(name, at + 1)) {
    const around = `${statement.charAt(at - 1)}${statement.charAt(at + name.length)}`;
    if (!/[\p{L}\p{N}]/u.test(around)) return true;
  }
  return false;
}

/** How an imagined text differs from what happened: how many of its statements did not come, and how many it lacks. */
export function differences(imagined: string, happened: string): { readonly wrong: number; readonly missed: number } {
  const [dreamt, came] = [imagined, happened].map((text) => new Set(statementsOf(text).map(said).filter(Boolean)));
  const lacks = (all: ReadonlySet<string>, some: ReadonlySet<string>): number =>
    [...some].filter((statement) => !all.has(statement)).length;
  return { wrong: lacks(came, dreamt), missed: lacks(dreamt, came) };
}
