import type { ErrorTexts } from './texts';

/** Errors whose codes begin with `expression.`. All have `start` and `end`, offsets into the expression. */
export const expressionsErrors = {
  'expression.syntax': {
    what: "The expression can't be read at column {column}: {found}.",
    toDo: '{hint}',
  },
  'expression.unknown-name': {
    what: 'There is no "{name}" in expressions (column {column}).',
    toDo: '{hint}',
  },
  'expression.type': {
    what: 'At column {column}: {found}.',
    toDo: '{hint}',
  },
  'expression.argument': {
    what: '"{name}" is called wrongly at column {column}.',
    toDo: 'It is used as {usage}.',
  },
  'expression.pattern': {
    what: "The pattern can't be used at column {column}: {reason}.",
    toDo: 'Patterns know characters, ., [...], \\d \\w \\s \\b, ^ $, groups, |, *, +, ? and counts in braces.',
  },
  'expression.too-long': {
    what: 'The expression is too long or too deeply nested (column {column}).',
    toDo: 'Expressions have at most {maximum} characters and 100 levels of brackets.',
  },
} as const satisfies ErrorTexts;
