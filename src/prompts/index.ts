export { builtinSets, type BuiltinSet } from './builtin';
export { contentHash } from './contentHash';
export {
  diagnoseLabels,
  diagnoseLength,
  diagnosePart,
  diagnosticMessage,
  type Diagnostic,
  type DiagnosticCode,
} from './diagnostics';
export { defaultOptions, optionSpecs, type Limit, type Markers, type PromptOptions } from './options';
export { completePrompt, describePrompt, type PromptCompletion } from './editing';
export { fileOfPart, kindOfPart, partNamed, partOfFile, promptFileSuffix, type PartId, type PartKind } from './parts';
export {
  builtinSet,
  builtinText,
  openPromptSet,
  optionsOf,
  type PromptPart,
  type PromptSet,
  type PromptSource,
} from './promptSet';
export {
  PromptRenderer,
  type ChatWrap,
  type ExplainedPrompt,
  type Origin,
  type ProvenanceSpan,
  type RenderSettings,
} from './render';
export { parsePromptFile, positionAt, type PromptFile, type PromptNode, type Span } from './syntax';
export { estimateTokens, TokenRatio, usualCharactersPerToken } from './tokens';
export { variableOf, variables, type VariableSpec } from './variables';
