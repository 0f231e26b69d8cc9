import path from 'node:path';
import type { Task } from '../environments/environment';
import type { ParameterName } from '../lac/parameters';

/** Parameters that a variant sets; the rest is common to the campaign. */
export type Given = Readonly<Partial<Record<ParameterName, string | number>>>;

/** One way to play: a method with the parameters that tell it apart. */
export interface Variant {
  /** `lac`, `lac, loopGuard 30`: unique in its suite. */
  readonly id: string;
  readonly given: Given;
}

/** Tasks of one set, in order. */
export interface TaskGroup {
  readonly set: string;
  readonly tasks: readonly Task[];
}

/** Variants that are compared on the same tasks. */
export interface Suite {
  readonly id: string;
  readonly title: string;
  readonly groups: readonly TaskGroup[];
  readonly variants: readonly Variant[];
  /** The parameter value with which a variant's baseline differs from it, for example `method` = `prior`. */
  readonly baseline: { readonly name: ParameterName; readonly value: string | number } | null;
}

/** One variant on one task set: played in one go, recorded in one journal. */
export interface Cell {
  readonly suite: Suite;
  readonly variant: Variant;
  readonly group: TaskGroup;
  /** Path of the journal in the campaign's folder, without the ending. */
  readonly place: string;
}

/** One of several values of a parameter that are tried. */
export interface Axis {
  readonly name: ParameterName;
  readonly values: readonly (string | number)[];
}

/** All combinations of the values, the first axis slowest. */
export function crossed(axes: readonly Axis[]): readonly Variant[] {
  let all: Given[] = [{}];
  for (const { name, values } of axes) {
    all = all.flatMap((given) => values.map((value) => ({ ...given, [name]: value })));
  }
  return all.map((given) => ({ id: variantId(given), given }));
}

/** The method first and by its name alone, everything else with its parameter's name. */
function variantId({ method, ...others }: Given): string {
  const parts = Object.entries(others).map(([name, value]) => `${name} ${value}`);
  if (method !== undefined) parts.unshift(String(method));
  return parts.length === 0 ? 'as given' : parts.join(', ');
}

/** The variant that another is compared with; undefined where there is none, or it is the same. */
export function baselineOf(suite: Suite, variant: Variant): Variant | undefined {
  const { baseline } = suite;
  if (baseline === null || variant.given[baseline.name] === baseline.value) return undefined;
  const wanted = JSON.stringify(sorted({ ...variant.given, [baseline.name]: baseline.value }));
  return suite.variants.find(({ given }) => JSON.stringify(sorted(given)) === wanted);
}

function sorted(given: Given): readonly (readonly [string, unknown])[] {
  return Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The cells of a campaign, in the order in which they are played: task set by task set, so that pairs are soon complete. */
export function cellsOf(suites: readonly Suite[]): readonly Cell[] {
  return suites.flatMap((suite) =>
    suite.groups.flatMap((group) =>
      suite.variants.map((variant) => ({
        suite,
        variant,
        group,
        place: path.join(slug(suite.id), slug(variant.id), slug(group.set)),
      })),
    ),
  );
}

function slug(text: string): string {
  return text
    .replace(/[^A-Za-z0-9.=-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 100);
}

/** A share of the work: part `index` (from 1) of `count`, every part about as long. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

/** Every part gets each variant on some of the sets: variants differ most in what they cost. */
export function cellsOfPart(cells: readonly Cell[], { index, count }: Part): readonly Cell[] {
  return cells.filter(({ suite, variant, group }) => {
    const place = suite.variants.indexOf(variant) + suite.groups.indexOf(group);
    return place % count === index - 1;
  });
}
