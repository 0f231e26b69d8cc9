export type { Requirements, Value } from './compile';
export { completionsAt, describeCompletion, type ExpressionCompletion } from './completion';
export {
  compileCondition,
  compileMessage,
  Expression,
  formatValue,
  messageRequires,
  requires,
  type ExplainedPart,
} from './expression';
export { type Span } from './failure';
export { functions, names, type Column, type FunctionSpec, type NameSpec, type ValueType } from './names';
export { glob, type Matcher } from './pattern';
export {
  decisionView,
  unknownStep,
  type CandidateView,
  type CostView,
  type CursorView,
  type DecisionView,
  type StepView,
} from './stepView';
