import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `exchange.`. */
export const exchangeErrors = {
  'exchange.unknown-format': {
    what: '{file} is in no format that can be read: {reason}.',
    toDo: 'Formats that can be read: LAC, ATIF, AgentTraj-L/ETO/FastChat conversations, SWE-agent .traj and Inspect .eval or .json.',
  },
  'exchange.malformed': {
    what: '{file} looks like {format}, but {place}: {reason}.',
    toDo: 'Export it again from the program that wrote it.',
  },
  'exchange.version': {
    what: '{file} is written in {format} {version}; this program reads {supported}.',
    toDo: 'Export it in an older version of the format, or update LAC Debugger.',
  },
  'exchange.too-large': {
    what: '{file}: {what} is beyond the limit of {limit}.',
    toDo: 'Split the file, or raise the limit with --limit-mb if you trust it.',
  },
  'exchange.too-deep': {
    what: '{file} nests objects and lists more than {limit} deep.',
    toDo: 'No known writer does that; check where the file comes from.',
  },
  'exchange.zip': {
    what: '{file} is no readable zip archive: {reason}.',
    toDo: 'Copy or export it again; the archive is damaged or uses a feature that Inspect never does.',
  },
  'exchange.empty': {
    what: '{file} is {format}, but holds no steps.',
    toDo: 'Choose a file with at least one action of an agent.',
  },
  'exchange.no-writer': {
    what: 'There is no export named "{format}".',
    toDo: 'Exports: {known}.',
  },
  'exchange.unwritable': {
    what: 'The file {file} cannot be written: {reason}.',
    toDo: 'Choose another place with --out, or --force to replace a file.',
  },
} as const satisfies ErrorTexts;
