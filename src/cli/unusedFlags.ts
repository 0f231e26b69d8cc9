import type { Command } from 'commander';
import { LacError } from '../errors/lacError';

/** Whether a flag (`--out`) stands on the command line; its default does not count. */
export function isGiven(command: Command, flag: string): boolean {
  const option = command.options.find(({ long }) => long === flag);
  if (option === undefined) throw new Error(`${command.name()} has no ${flag}`);
  return command.getOptionValueSource(option.attributeName()) === 'cli';
}

/** Refuses flags that would be passed over beside another. Throws `cli.conflict`. */
export function refuseBeside(command: Command, beside: string, flags: readonly string[], hint: string): void {
  const unused = flags.find((flag) => isGiven(command, flag));
  if (unused !== undefined) throw new LacError('cli.conflict', { first: beside, second: unused, hint });
}

/** Refuses flags that would be passed over where another is missing. Throws `cli.needs`. */
export function refuseWithout(command: Command, needed: string, flags: readonly string[]): void {
  if (isGiven(command, needed)) return;
  const unused = flags.find((flag) => isGiven(command, flag));
  if (unused !== undefined) throw new LacError('cli.needs', { flag: unused, needed });
}
