import { roles } from '../lac/transcript';
import type { Row } from './summary';
import type { Suite } from './plan';

/** A table for people; the first column is text, the others are set to the right. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const nothing = '-';

/** `.84`, `1.00`. */
function share(value: number | null): string {
  if (value === null) return nothing;
  return value >= 0.995 ? '1.00' : value.toFixed(2).slice(1);
}

/** `+.20`. */
function difference(value: number): string {
  const size = Math.abs(value);
  return `${value < 0 ? '-' : '+'}${size >= 0.995 ? '1.00' : size.toFixed(2).slice(1)}`;
}

function number(value: number | null, digits: number): string {
  return value === null ? nothing : value.toFixed(digits);
}

function probability(p: number): string {
  if (p >= 0.0095) return p.toFixed(2);
  return p < 0.0001 ? p.toExponential(0) : p.toPrecision(1);
}

function successText({ success, interval, episodes }: Row): string {
  if (success === null || interval === null) return nothing;
  return `${share(success)} [${share(interval.low)}, ${share(interval.high)}] n=${episodes}`;
}

function comparisonText({ comparison }: Row): string {
  if (comparison === null) return nothing;
  const { interval, p, onlyFirst, onlySecond } = comparison;
  const range = `[${difference(interval.low)}, ${difference(interval.high)}]`;
  return `${difference(comparison.difference)} ${range} ${onlyFirst}:${onlySecond} p=${probability(p)}`;
}

/** The tables of a suite: success, comparison with the baseline, cost, and what the values were worth. */
export function tablesOf(suite: Suite, rows: readonly Row[]): readonly Table[] {
  const own = rows.filter((row) => row.suite === suite.id);
  const types = [...new Set(own.map(({ type }) => type))];
  const last = types.at(-1);
  const variants = suite.variants
    .map(({ id }) => id)
    .filter((id) => own.some((row) => row.variant === id && row.episodes > 0));
  const at = (variant: string, type: string | undefined): Row | undefined =>
    own.find((row) => row.variant === variant && row.type === type);
  const cells = (text: (row: Row) => string) =>
    variants.map((variant) => [
      variant,
      ...types.map((type) => {
        const row = at(variant, type);
        return row === undefined ? nothing : text(row);
      }),
    ]);
  const wholes = variants.flatMap((variant) => at(variant, last) ?? []);
  const tables: Table[] = [
    { title: `${suite.title}: success (95 % interval)`, head: ['variant', ...types], rows: cells(successText) },
  ];
  if (wholes.some(({ comparison }) => comparison !== null)) {
    const { baseline } = suite;
    const name = baseline === null ? '' : `${baseline.name} ${baseline.value}`;
    tables.push({
      title: `${suite.title}: difference to ${name} (95 % interval), tasks that only it : only the other solved, exact McNemar`,
      head: ['variant', ...types],
      rows: cells(comparisonText).filter(([, ...texts]) => texts.some((text) => text !== nothing)),
    });
  }
  tables.push({
    title: `${suite.title}: cost and loops for each episode, ${last ?? ''}`,
    head: [
      'variant',
      'steps',
      'reward',
      'calls',
      'tokens',
      'seconds',
      's/decision (median)',
      'repeats',
      'looping',
      ...roles.map((role) => `${role} calls/tokens`),
      'failed',
    ],
    rows: wholes.map((row) => [
      row.variant,
      number(row.steps, 1),
      number(row.reward, 3),
      number(row.calls, 0),
      number(row.tokens, 0),
      number(row.seconds, 2),
      number(row.decisionSeconds, 3),
      number(row.loops, 1),
      share(row.loopingShare),
      ...roles.map((role) => {
        const { calls, promptTokens, generatedTokens } = row.cost[role];
        const n = Math.max(1, row.episodes);
        return `${(calls / n).toFixed(0)}/${((promptTokens + generatedTokens) / n).toFixed(0)}`;
      }),
      String(row.failed),
    ]),
  });
  const valued = wholes.filter(({ agreement }) => agreement !== null);
  if (valued.length > 0) {
    tables.push({
      title: `${suite.title}: which source alone would have chosen the same, ${last ?? ''}`,
      head: ['variant', 'both', 'prior only', 'critic only', 'neither'],
      rows: valued.map(({ variant, agreement }) => [
        variant,
        share(agreement?.both ?? null),
        share(agreement?.prior ?? null),
        share(agreement?.critic ?? null),
        share(agreement?.neither ?? null),
      ]),
    });
  }
  const foreseeing = wholes.filter(({ foresight }) => foresight.length > 0);
  if (foreseeing.length > 0) {
    const groups = [...new Set(foreseeing.flatMap(({ foresight }) => foresight.map(({ group }) => group)))];
    tables.push({
      title: `${suite.title}: does Q tell the actions that bring success nearer? Area under the curve, that of the prior behind it, ${last ?? ''}`,
      head: ['variant', ...groups, 'judged'],
      rows: foreseeing.map(({ variant, foresight }) => [
        variant,
        ...groups.map((group) => {
          const found = foresight.find((each) => each.group === group);
          return found === undefined ? nothing : `${number(found.q, 3)} / ${number(found.prior, 3)}`;
        }),
        String((foresight[0]?.nearer ?? 0) + (foresight[0]?.others ?? 0)),
      ]),
    });
  }
  const imagining = wholes.filter(({ fidelity }) => fidelity.length > 0);
  if (imagining.length > 0) {
    const columns = [
      ...new Set(imagining.flatMap(({ fidelity }) => fidelity.map(({ depth, group }) => `${depth} ${group}`))),
    ];
    tables.push({
      title: `${suite.title}: imagined observations that are exactly the real ones, by depth and action, ${last ?? ''}`,
      head: ['variant', ...columns, 'imagined'],
      rows: imagining.map(({ variant, fidelity }) => [
        variant,
        ...columns.map((column) => {
          const found = fidelity.find(({ depth, group }) => `${depth} ${group}` === column);
          return found === undefined ? nothing : share(found.exact / found.imagined);
        }),
        String(fidelity.filter(({ group }) => group === 'all').reduce((sum, { imagined }) => sum + imagined, 0)),
      ]),
    });
  }
  return tables;
}

export function plainTable({ title, head, rows }: Table): readonly string[] {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd();
  return [title, line(head), ...rows.map(line)];
}

export function markdownTable({ title, head, rows }: Table): readonly string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [`**${title}**`, '', line(head), line(rule), ...rows.map(line)];
}
