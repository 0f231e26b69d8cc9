import { LacError } from '../../errors/lacError';
import type { Task, TaskSet } from '../environment';
import type { BorrowedCatalogue } from './catalogueShelf';
import type { Goal } from './goals';

/** The goal of a task's id, `<kind>/<index>`. Throws `environment.unknown-task`. */
export function goalOfTask(borrowed: BorrowedCatalogue, id: string): Goal {
  const match = /^(\w+)\/(\d+)$/.exec(id);
  const kind = borrowed.kinds.find((each) => each === match?.[1]);
  if (match === null || kind === undefined) {
    const hint = `Tasks are named <kind>/<index>; kinds are: ${borrowed.kinds.join(', ')}.`;
    throw new LacError('environment.unknown-task', { environment: 'WebShop', task: id, hint });
  }
  const goals = borrowed.goals(kind);
  const index = Number(match[2]);
  if (index >= goals.size) {
    const hint = goals.size === 0 ? `There are none of kind ${kind}.` : `They end with ${kind}/${goals.size - 1}.`;
    throw new LacError('environment.unknown-task', { environment: 'WebShop', task: id, hint });
  }
  return goals.at(index);
}

export function taskOf(borrowed: BorrowedCatalogue, id: string): Task {
  const { instruction } = goalOfTask(borrowed, id);
  return { environment: 'webshop', id, type: id.startsWith('synthetic/') ? 'synthetic' : 'human', title: instruction };
}

/** One set for each kind of goal that has any. Throws `webshop.no-goals` where none has. */
export function taskSetsOf(borrowed: BorrowedCatalogue): readonly TaskSet[] {
  const sets = borrowed.kinds
    .map((kind) => ({
      id: kind,
      title: titleOf(kind),
      size: borrowed.goals(kind).size,
      at: (index: number) => taskOf(borrowed, `${kind}/${index}`),
    }))
    .filter((set) => set.size > 0);
  if (sets.length === 0) {
    const file = borrowed.catalogue.files.products;
    throw new LacError('webshop.no-goals', { file, kind: borrowed.kinds.join('", "') });
  }
  return sets;
}

function titleOf(kind: string): string {
  if (kind === 'human') return 'Instructions by people';
  if (kind === 'synthetic') return 'Instructions made from attributes';
  return `Instructions by people (${kind.replace(/^human_?/, '')})`;
}
