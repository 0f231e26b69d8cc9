import path from 'node:path';
import type { Game } from '../../../src/environments/alfworld/game';
import type { GameFile } from '../../../src/environments/alfworld/gameFile';
import { householdGame, readHousehold } from '../../../src/environments/alfworld/household';
import type { EnvironmentResources } from '../../../src/environments/environment';

export const assets = path.resolve('media/data/alfworld');

export const shipped: EnvironmentResources = { assets, dataFolder: null, cacheFolder: null };

/** A game of a problem written in a test, under the rules that ship. */
export async function gameFileOf(problem: string, goal = 'put a mug in shelf.'): Promise<GameFile> {
  return householdGame(await readHousehold(assets), problem, goal);
}

export interface Lying {
  readonly kind: string;
  readonly id: string;
  /** Receptacles that list it. */
  readonly in: readonly string[];
  readonly facts?: readonly string[];
}

export interface Standing {
  readonly kind: string;
  readonly id: string;
  readonly at: string;
  readonly facts?: readonly string[];
}

/** Writes a problem: every receptacle can contain everything unless `refuses` says `Receptacle Object`. */
export function problemOf(
  standing: readonly Standing[],
  lying: readonly Lying[],
  goal: string,
  options: { readonly start?: string; readonly refuses?: readonly string[] } = {},
): string {
  const start = options.start ?? 'loc_bar_start';
  const locations = [...new Set([...standing.map((one) => one.at), start])];
  const objects = [...new Set(lying.map((one) => one.kind))];
  const receptacles = [...new Set(standing.map((one) => one.kind))];
  const facts = [
    `atLocation agent1 ${start}`,
    ...standing.flatMap(({ kind, id, at, facts: own = [] }) => [
      `receptacleType ${id} ${kind}Type`,
      `receptacleAtLocation ${id} ${at}`,
      ...own.map((fact) => `${fact} ${id}`),
    ]),
    ...lying.flatMap(({ kind, id, in: places, facts: own = [] }) => [
      `objectType ${id} ${kind}Type`,
      ...places.map((place) => `inReceptacle ${id} ${place}`),
      ...places.map((place) => `objectAtLocation ${id} ${standing.find((one) => one.id === place)?.at ?? start}`),
      ...own.map((fact) => `${fact} ${id}`),
    ]),
    ...receptacles.flatMap((receptacle) =>
      objects
        .filter((object) => options.refuses?.includes(`${receptacle} ${object}`) !== true)
        .map((object) => `canContain ${receptacle}Type ${object}Type`),
    ),
  ];
  return [
    '(define (problem small) (:domain household)',
    `(:objects agent1 - agent ${objects.map((kind) => `${kind}Type`).join(' ')} - otype`,
    ` ${receptacles.map((kind) => `${kind}Type`).join(' ')} - rtype`,
    ` ${lying.map((one) => one.id).join(' ')} - object ${standing.map((one) => one.id).join(' ')} - receptacle`,
    ` ${locations.join(' ')} - location)`,
    `(:init ${facts.map((fact) => `(${fact})`).join('\n')})`,
    `(:goal ${goal}))`,
  ].join('\n');
}

/** `o` of a type in `r` of a type, and more that is asked of `o`. */
export const placed = (object: string, receptacle: string, more = ''): string =>
  `(exists (?r - receptacle ?o - object) (and (receptacleType ?r ${receptacle}Type) (objectType ?o ${object}Type) ${more} (inReceptacle ?o ?r)))`;

export const two = (object: string, receptacle: string): string =>
  `(exists (?r - receptacle) (exists (?a - object) (and (objectType ?a ${object}Type) (receptacleType ?r ${receptacle}Type)
    (inReceptacle ?a ?r) (exists (?b - object) (and (not (= ?a ?b)) (objectType ?b ${object}Type) (inReceptacle ?b ?r))))))`;

export const lit = (object: string): string =>
  `(and (exists (?t - object ?r - receptacle ?a - agent ?l - location) (and (objectType ?t DeskLampType) (toggleable ?t)
    (isToggled ?t) (receptacleAtLocation ?r ?l) (atLocation ?a ?l) (inReceptacle ?t ?r)))
    (exists (?o - object ?a - agent) (and (objectType ?o ${object}Type) (holds ?a ?o))))`;

/** Runs commands from the start; what each was answered. */
export function answers(game: Game, commands: readonly string[]): readonly string[] {
  let state = game.start;
  return commands.map((command) => {
    const instance = game.find(state, command);
    if (instance === undefined) return 'Nothing happens.';
    const step = game.step(state, instance);
    state = step.state;
    return step.feedback;
  });
}
