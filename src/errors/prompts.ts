import type { ErrorTexts } from './texts';

/** Errors and diagnostics whose codes begin with `prompt.`. */
export const promptsErrors = {
  'prompt.unknown-set': {
    what: 'There is no built-in prompt set "{set}".',
    toDo: 'Use one of: {known}.',
  },
  'prompt.malformed': {
    what: "The prompt set can't be used: {file}, line {line}, column {column}: {reason}",
    toDo: 'Correct the file, or delete it to use the built-in text.',
  },
  'prompt.unknown-variable': {
    what: 'There is no variable {{{name}}}.',
    toDo: '{hint}',
  },
  'prompt.misplaced-variable': {
    what: "The variable {{{name}}} can't stand in {part}.",
    toDo: '{hint}',
  },
  'prompt.repeated-block': {
    what: 'The block {{{name}}} stands here for the second time.',
    toDo: 'Keep one of them.',
  },
  'prompt.inline-block': {
    what: 'The block {{{name}}} brings whole lines, but other text stands on its line.',
    toDo: 'Put it on a line of its own.',
  },
  'prompt.missing-slot': {
    what: '{part} lacks {{{name}}}.',
    toDo: '{hint}',
  },
  'prompt.text-after-slot': {
    what: 'Text follows {{slot}}, but the prompt must end where the model is to go on.',
    toDo: 'Move the text before {{slot}}.',
  },
  'prompt.trailing-space': {
    what: 'The prompt would end in white space, after which most models expect another word than the one that is wanted.',
    toDo: 'Delete the white space at the end.',
  },
  'prompt.unclosed-braces': {
    what: 'The braces {{ are not closed on this line.',
    toDo: 'Close them with }}, or write \\{{ for the two braces themselves.',
  },
  'prompt.front-matter-unclosed': {
    what: 'The options begin with --- but no second --- ends them.',
    toDo: 'Put a line --- after the last option.',
  },
  'prompt.option-syntax': {
    what: 'This line of the options is not of the form "name: value".',
    toDo: 'Write, for example, history: {observations: 3, steps: all}.',
  },
  'prompt.unknown-option': {
    what: 'There is no option "{name}".',
    toDo: '{hint}',
  },
  'prompt.option-value': {
    what: 'The option "{name}" can\'t be "{value}".',
    toDo: 'It takes {expected}.',
  },
  'prompt.option-repeated': {
    what: 'The option "{name}" is set twice.',
    toDo: 'Keep one of the two lines.',
  },
  'prompt.option-misplaced': {
    what: 'Options have no effect in {part}.',
    toDo: 'Put them into head.lac-prompt.md.',
  },
  'prompt.empty': {
    what: '{part} is empty.',
    toDo: 'Write its text, or delete the file to use the built-in one.',
  },
  'prompt.control-character': {
    what: 'The character U+{code} stands here, which no reader sees and most models read badly.',
    toDo: 'Delete it.',
  },
  'prompt.too-long': {
    what: '{part} has {characters} characters; at most {maximum} are read.',
    toDo: 'Shorten it.',
  },
  'prompt.exceeds-context': {
    what: 'The prompt has about {tokens} tokens, but the model reads at most {context}.',
    toDo: 'Shorten the head or the examples, or limit the history, for example history: observations 3.',
  },
  'prompt.labels-share-token': {
    what: 'The token "{token}" begins several of the label words {words}, so that one token does not tell them apart.',
    toDo: 'Each reading costs a further call; another model, or other words before the slot, can do without.',
  },
  'prompt.head-changes': {
    what: '{{{name}}} changes from step to step, so that everything behind it in the head is read anew at each step.',
    toDo: 'Move it behind {{history}} or into a tail.',
  },
  'prompt.equal-markers': {
    what: "The markers of {first} and {second} are equal, so that the lines can't be told apart.",
    toDo: 'Give them different markers.',
  },
  'prompt.unknown-file': {
    what: '"{file}" is no part of a prompt set.',
    toDo: 'Parts are head, actor, forward, critic, reflection, head.<role>, examples and examples.<task type>, each as <part>.lac-prompt.md.',
  },
} as const satisfies ErrorTexts;
