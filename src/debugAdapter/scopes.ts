import type { DebugSession } from '../episodes/stepping/session';
import { foldDecision, type Decision, type DecisionCandidate } from '../lac/decision';
import { topGap } from '../lac/diagnostics';
import type { ActionValue, RolloutStepEvent, VerdictEvent } from '../lac/events';
import type { LabelProbability, TokenProbability } from '../lac/languageModel';
import { parameterNames, parameterSpecs, type ParameterSpec } from '../lac/parameters';
import type { DecisionEntry, NodeEntry } from '../trajectories/timeline';
import { callItems } from './callItems';
import { numeral, shortText, type Item } from './items';

/** One group of variables. */
export interface ScopeItems {
  readonly name: string;
  readonly children: () => readonly Item[];
  readonly indexed?: number;
  /** What is dear to show or rarely wanted stays closed at first. */
  readonly expensive: boolean;
}

interface ShownDecision {
  readonly entry: DecisionEntry;
  readonly decision: Decision;
  readonly title: string;
}

/** The decision that the scopes show: the one under the cursor, or where nothing is decided yet the one that led here. */
function shownDecision(session: DebugSession): ShownDecision | null {
  const here = session.decisionSoFar;
  const { node } = session;
  if (here === null) return decisionBefore(session, node);
  // No word of a probe: a client knows a scope by its name, and folds one that it does not know.
  return { ...here, title: `Decision (step ${node.step})` };
}

/** The decision whose choice led to a node. */
function decisionBefore(session: DebugSession, node: NodeEntry): ShownDecision | null {
  if (node.arrival === null) return null;
  const before = session.timeline.node(node.arrival.from);
  const entry = node.arrival.decision === null ? before?.decisions.at(-1) : before?.decisions.at(node.arrival.decision);
  if (entry === undefined || before === undefined) return null;
  return { entry, decision: foldDecision(entry.events), title: `Decision (step ${before.step}, executed)` };
}

/** The scopes at the cursor: Decision, Rollouts, Model calls, Environment, Parameters, Cost. */
export function scopesOf(session: DebugSession): readonly ScopeItems[] {
  const shown = shownDecision(session);
  const rollouts = shown?.decision.candidates.filter(({ steps, verdicts, own }) => {
    return steps.length > 0 || verdicts.length > 0 || own !== null;
  });
  const calls = callItems(session, shown?.entry ?? null);
  return [
    {
      name: shown?.title ?? 'Decision',
      children: () => (shown === null ? [plain('decision', 'not made yet')] : decisionItems(session, shown)),
      expensive: false,
    },
    {
      name: 'Rollouts',
      children: () => (rollouts ?? []).map(rolloutItem),
      indexed: rollouts?.length ?? 0,
      expensive: false,
    },
    { name: 'Model calls', children: () => calls.items(), indexed: calls.count, expensive: true },
    { name: 'Environment', children: () => environmentItems(session, session.node), expensive: false },
    { name: 'Parameters', children: () => parameterItems(session), expensive: false },
    { name: 'Cost', children: () => costItems(session), expensive: false },
  ];
}

/** The scopes of a node at which the cursor does not stand: what is recorded there. */
export function scopesElsewhere(session: DebugSession, node: NodeEntry): readonly ScopeItems[] {
  const last = node.decisions.at(-1);
  const shown =
    last === undefined
      ? decisionBefore(session, node)
      : { entry: last, decision: foldDecision(last.events), title: `Decision (step ${node.step})` };
  return [
    ...(shown === null ? [] : [{ name: shown.title, children: () => decisionItems(session, shown), expensive: false }]),
    { name: 'Environment', children: () => environmentItems(session, node), expensive: false },
  ];
}

function plain(name: string, value: string, more: Partial<Item> = {}): Item {
  return { name, value, ...more };
}

function decisionItems(session: DebugSession, { entry, decision }: ShownDecision): readonly Item[] {
  const { choice, improvement, candidates, thoughts } = decision;
  const here = entry.node === session.cursor.node;
  const edit = session.pendingEdit;
  const executed = here ? (session.nextNode?.arrival ?? null) : (session.node.arrival ?? null);
  const items: Item[] = [];
  if (entry.index > 0) items.push(plain('probe', String(entry.index), { type: 'number' }));
  for (const [index, thought] of thoughts.entries()) items.push(plain(`thought ${index + 1}`, shortText(thought.text)));
  if (choice !== null) {
    items.push(plain('choice', shortText(choice.action), { type: 'text', evaluateName: 'choice', data: 'choice' }));
  }
  if (here) {
    const pending = edit?.kind === 'action' && edit.node === entry.node ? `${edit.action} (when stepped on)` : null;
    const done = executed === null ? null : `${executed.action}${executed.by === 'person' ? ' (by hand)' : ''}`;
    const value = pending ?? done ?? choice?.action ?? 'not decided yet';
    items.push(plain('action', shortText(value), { type: 'text', evaluateName: 'action', target: { kind: 'action' } }));
  }
  if (choice !== null) {
    items.push(plain('agreement', choice.agreement, { type: 'text', evaluateName: 'agreement' }));
    items.push(plain('certain', String(choice.certain), { type: 'boolean', evaluateName: 'certain' }));
  }
  const policies = candidates.flatMap(({ policy }) => (policy === null ? [] : [policy]));
  if (improvement !== null) {
    items.push(plain('margin', numeral(topGap(policies)), { type: 'number', evaluateName: 'margin' }));
    items.push(flipItem(decision));
  }
  for (const candidate of candidates) items.push(candidateItem(candidate, decision, here));
  if (choice !== null && choice.notes.length > 0) items.push(plain('notes', choice.notes.join(', ')));
  return items;
}

function flipItem({ improvement, candidates }: Decision): Item {
  const flips = improvement?.flips ?? [];
  const value = `[${flips.map(({ alpha }) => numeral(alpha)).join(', ')}]`;
  const action = (index: number): string => shortText(candidates.at(index)?.action ?? '');
  return plain('flips', value, {
    type: 'numbers',
    evaluateName: 'flips',
    ...(flips.length === 0
      ? {}
      : {
          children: () =>
            flips.map(({ alpha, from, to }, index) =>
              plain(String(index), `alpha ${numeral(alpha)}: ${action(from)} -> ${action(to)}`),
            ),
          indexed: flips.length,
        }),
  });
}

/** Q with its bound: `-1.2`, `>= 0.5`, `undefined`. */
function valueText(value: ActionValue | null): string {
  if (value === null) return 'unknown';
  if (value.q === null) return 'undefined';
  const sign = value.bound === 'lower' ? '>= ' : value.bound === 'upper' ? '<= ' : '';
  return sign + numeral(value.q);
}

function candidateItem(candidate: DecisionCandidate, decision: Decision, settable: boolean): Item {
  const { action, prior, value, policy } = candidate;
  const chosen = decision.choice?.candidate === candidate.index ? ' (chosen)' : '';
  const summary = `${shortText(action, 200)}${chosen}: prior ${numeral(prior)}, Q ${valueText(value)}, policy ${numeral(policy)}`;
  const name = quoted(action);
  return plain(`candidate ${candidate.index + 1}`, summary, {
    children: () => [
      plain('text', shortText(action), {
        type: 'text',
        ...(settable ? { target: { kind: 'candidate', index: candidate.index } as const } : {}),
      }),
      plain('prior', numeral(prior), { type: 'number', evaluateName: `prior(${name})` }),
      plain('logPrior', numeral(candidate.logPrior), { type: 'number' }),
      plain('Q', valueText(value), { type: 'number', evaluateName: `Q(${name})`, data: `Q:${action}` }),
      plain('bound', value?.bound ?? 'none', { type: 'text', evaluateName: `bound(${name})` }),
      plain('penalty', numeral(candidate.penalty), { type: 'number', evaluateName: `penalty(${name})` }),
      plain('score', numeral(candidate.score), { type: 'number', evaluateName: `score(${name})` }),
      plain('policy', numeral(policy), { type: 'number', evaluateName: `policy(${name})` }),
      plain('rank', `${candidate.priorRank ?? '?'} -> ${candidate.policyRank ?? '?'}`),
      plain('source', candidate.proposal.source),
      tokenItem('tokens', candidate.proposal.tokens),
      ...(candidate.proposal.merged.length === 0 ? [] : [plain('merged', candidate.proposal.merged.join(' | '))]),
    ],
  });
}

/** A text as the expression language writes it. */
export function quoted(text: string): string {
  return `"${text.replace(/["\\]/gu, (character) => `\\${character}`)}"`;
}

function tokenItem(name: string, tokens: readonly { readonly token: string; readonly logprob: number | null }[]): Item {
  return plain(name, `${tokens.length} tokens`, {
    children: () =>
      tokens.map(({ token, logprob }, index) => plain(String(index), `${shortText(token)}  ${numeral(logprob)}`)),
    indexed: tokens.length,
  });
}

function rolloutItem(candidate: DecisionCandidate, index: number): Item {
  const last = candidate.steps.at(-1);
  const depth = `${candidate.steps.length} imagined ${candidate.steps.length === 1 ? 'step' : 'steps'}`;
  const says = last?.says === null || last?.says === undefined ? '' : `, ${last.says}`;
  return plain(String(index), `${shortText(candidate.action, 200)}: ${depth}${says}`, {
    children: () => [
      ...candidate.verdicts.filter(({ depth: at }) => at === 0).map(verdictItem),
      ...candidate.steps.flatMap((step) => [
        stepItem(step),
        ...candidate.verdicts.filter(({ depth: at }) => at === step.depth).map(verdictItem),
      ]),
      ...(candidate.own === null
        ? []
        : [plain('value', `${valueText(candidate.own.value)}: ${candidate.own.explanation}`)]),
    ],
  });
}

function stepItem(step: RolloutStepEvent): Item {
  return plain(`depth ${step.depth}`, `${shortText(step.action, 200)} -> ${shortText(step.observation, 400)}`, {
    children: () => [
      plain('action', shortText(step.action)),
      plain('observation', shortText(step.observation)),
      ...(step.reflection === null ? [] : [plain('reflection', shortText(step.reflection))]),
      ...(step.says === null ? [] : [plain('says', step.forced ? `${step.says} (read, not written)` : step.says)]),
      ...(step.reward === undefined ? [] : [plain('reward', numeral(step.reward))]),
      ...(step.actionLogprob === null ? [] : [plain('log probability of the action', numeral(step.actionLogprob))]),
    ],
  });
}

function verdictItem(verdict: VerdictEvent): Item {
  const label = ({ logprob, bound }: LabelProbability): string =>
    logprob === null ? `below ${numeral(Math.exp(bound))}` : numeral(Math.exp(logprob));
  return plain(`Q at depth ${verdict.depth}`, valueText(verdict.value), {
    children: () => [
      plain('P(GOOD)', label(verdict.good)),
      plain('P(BAD)', label(verdict.bad)),
      plain('P(UNKNOWN)', label(verdict.unknown)),
      plain('mass', numeral(verdict.mass)),
      topItem(verdict.top),
    ],
  });
}

function topItem(top: readonly TokenProbability[]): Item {
  return plain('top tokens', top.map(({ token }) => shortText(token, 20)).join(' | '), {
    children: () =>
      top.map(({ token, logprob }, index) =>
        plain(String(index), `${shortText(token)}  ${numeral(Math.exp(logprob))} (log ${numeral(logprob)})`),
      ),
    indexed: top.length,
  });
}

function environmentItems(session: DebugSession, node: NodeEntry): readonly Item[] {
  const { timeline, pendingEdit } = session;
  const { arrival, state } = node;
  const edited = pendingEdit?.kind === 'observation' && pendingEdit.node === node.id ? pendingEdit.observation : null;
  const admissible = state.admissible;
  const items: Item[] = [
    plain('goal', shortText(timeline.goal), { type: 'text', evaluateName: 'goal' }),
    plain('task', timeline.task.id, { type: 'text' }),
    plain('step', String(node.step), { type: 'number' }),
    plain('observation', edited === null ? shortText(node.observation) : `${shortText(edited)} (when stepped on)`, {
      type: 'text',
      ...(arrival === null || node.id !== session.cursor.node ? {} : { target: { kind: 'observation' } as const }),
    }),
    plain('status', node.status, { type: 'text' }),
    plain('branch', node.branch, { type: 'text' }),
  ];
  if (arrival !== null) {
    items.push(
      plain('last action', `${shortText(arrival.action)}${arrival.by === 'person' ? ' (by hand)' : ''}`),
      plain('reward', arrival.unknown?.includes('reward') === true ? 'unknown' : numeral(arrival.reward), {
        type: 'number',
      }),
    );
    if (arrival.invalid) items.push(plain('invalid', 'true', { type: 'boolean' }));
    if (arrival.useless) items.push(plain('useless', 'true', { type: 'boolean' }));
    if (arrival.edited !== null) items.push(plain('real observation', shortText(arrival.edited.observation)));
  }
  if (node.reflection !== null) items.push(plain('reflection', shortText(node.reflection.text)));
  if (admissible !== null) {
    items.push(
      plain('admissible', `${admissible.length} actions`, {
        children: () => admissible.map((action, index) => plain(String(index), shortText(action))),
        indexed: admissible.length,
      }),
    );
  }
  if (state.truth !== null) {
    const { remaining, bestReward, exact } = state.truth;
    const steps = remaining === null ? 'out of reach' : `${remaining} steps to success`;
    items.push(plain('truth', `${steps}, best reward ${numeral(bestReward)}${exact ? '' : ' (not exact)'}`));
  }
  for (const outcome of node.outcomes) {
    const effect = outcome.invalid ? 'no action here' : outcome.useless ? 'no effect' : shortText(outcome.observation);
    items.push(plain(`tried: ${shortText(outcome.action, 60)}`, `${effect}, reward ${numeral(outcome.reward)}`));
  }
  return items;
}

function parameterItems(session: DebugSession): readonly Item[] {
  const { parameters } = session.settings;
  const made = session.decision?.parameters;
  return parameterNames.map((name) => {
    const spec: ParameterSpec = parameterSpecs[name];
    const now = parameters[name];
    const then = made?.[name];
    const differs = then !== undefined && then !== now ? ` (this decision: ${then})` : '';
    return plain(name, `${now}${differs}`, {
      type: spec.kind === 'choice' ? 'text' : 'number',
      target: { kind: 'parameter', name },
    });
  });
}

function costItems(session: DebugSession): readonly Item[] {
  const { calls, reused, promptTokens, generatedTokens } = session.spending;
  const step = session.view()?.cost ?? null;
  const items = [
    plain('session', `${calls} calls, ${reused} reused, ${promptTokens + generatedTokens} tokens`, {
      children: () => [
        plain('calls', String(calls), { type: 'number' }),
        plain('reused', String(reused), { type: 'number' }),
        plain('promptTokens', String(promptTokens), { type: 'number' }),
        plain('generatedTokens', String(generatedTokens), { type: 'number' }),
      ],
    }),
  ];
  if (step !== null) {
    items.push(
      plain('step', `${step.calls} calls, ${step.reused} reused, ${step.promptTokens + step.generatedTokens} tokens`, {
        children: () => [
          plain('calls', String(step.calls), { type: 'number', evaluateName: 'cost.calls' }),
          plain('reused', String(step.reused), { type: 'number', evaluateName: 'cost.reused' }),
          plain('promptTokens', String(step.promptTokens), { type: 'number' }),
          plain('generatedTokens', String(step.generatedTokens), { type: 'number' }),
          plain('seconds', numeral(step.seconds), { type: 'number', evaluateName: 'cost.seconds' }),
        ],
      }),
    );
  }
  return items;
}
