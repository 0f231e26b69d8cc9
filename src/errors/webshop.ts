import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `webshop.`. */
export const webshopErrors = {
  'webshop.missing-file': {
    what: 'There is no {pattern} in {folder}.',
    toDo: 'Put the original files there (items_shuffle*.json, items_ins_v2*.json, items_human_ins.json) or name another folder.',
  },
  'webshop.unreadable-file': {
    what: '{file} cannot be read: {reason}.',
    toDo: 'Check the path and its permissions.',
  },
  'webshop.malformed-file': {
    what: '{file} is not as the original writes it: record {record} (byte {offset}): {reason}.',
    toDo: 'Fetch the file again, or correct that record.',
  },
  'webshop.bad-record': {
    what: '{file}: record {record} ({asin}): {reason}.',
    toDo: 'Correct or remove that record.',
  },
  'webshop.no-goals': {
    what: 'No product of {file} has an instruction of the kind "{kind}".',
    toDo: 'Check that the instruction files belong to that catalogue.',
  },
  'webshop.cache': {
    what: 'The index of the catalogue cannot be kept in {folder}: {reason}.',
    toDo: 'Free some space there, or name another folder for cached data.',
  },
} as const satisfies ErrorTexts;
