import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `alfworld.`. */
export const alfworldErrors = {
  'alfworld.unreadable': {
    what: 'The game file {file} cannot be read: {reason}.',
    toDo: 'Check that the file exists and may be read.',
  },
  'alfworld.game-json': {
    what: 'The game file {file} is not valid JSON: {reason}.',
    toDo: 'The file may be cut off; fetch it again.',
  },
  'alfworld.game-field': {
    what: 'The file {file} is no ALFWorld game: its field "{field}" is not {expected}.',
    toDo: 'A game.tw-pddl file holds pddl_domain, grammar, pddl_problem and solvable.',
  },
  'alfworld.pddl': {
    what: 'In {part} of {file}, line {line}, column {column}: {reason}.',
    toDo: 'Only the PDDL that ALFWorld games use can be played; correct the file at that place.',
  },
  'alfworld.grammar': {
    what: 'In the grammar of {file}, line {line}, column {column}: {reason}.',
    toDo: 'Correct the grammar at that place.',
  },
  'alfworld.unsolvable': {
    what: 'The game {file} is marked as unsolvable.',
    toDo: 'Choose another game; such games are left out of task sets.',
  },
  'alfworld.folder': {
    what: 'The folder {folder} holds no ALFWorld games: {reason}.',
    toDo: 'Name the folder that holds the game.tw-pddl files, for example json_2.1.1.',
  },
  'alfworld.shipped': {
    what: 'The games that ship with the extension cannot be read from {file}: {reason}.',
    toDo: 'Install the extension again, or name a folder of games.',
  },
  'alfworld.generate': {
    what: 'No {type} game could be generated for a {room} from seed {seed}.',
    toDo: 'Choose another room, task type or seed.',
  },
} as const satisfies ErrorTexts;
