import { phrase, type Phrase } from '../errors/phrase';
import type { DebugSession } from '../episodes/stepping/session';
import { foldDecision, type Decision, type DecisionCandidate } from '../lac/decision';
import { topGap } from '../lac/diagnostics';
import type { ActionValue, RolloutStepEvent, VerdictEvent } from '../lac/events';
import type { LabelProbability, TokenProbability } from '../lac/languageModel';
import { parameterNames, parameterSpecs, type ParameterSpec } from '../lac/parameters';
import type { Arrival, DecisionEntry, NodeEntry } from '../trajectories/timeline';
import { callItems, tokenText } from './callItems';
import { figure, numeral, shortText, type Item } from './items';

/** One group of variables. */
export interface ScopeItems {
  readonly name: Phrase;
  readonly children: () => readonly Item[];
  readonly indexed?: number;
  /** What is dear to show or rarely wanted stays closed at first. */
  readonly expensive: boolean;
}

interface ShownDecision {
  readonly entry: DecisionEntry;
  readonly decision: Decision;
  readonly title: Phrase;
}

/** The decision that the scopes show: the one under the cursor, or where nothing is decided yet the one that led here. */
function shownDecision(session: DebugSession): ShownDecision | null {
  const here = session.decisionSoFar;
  const { node } = session;
  if (here === null) return decisionBefore(session, node);
  // No word of a probe: a client knows a scope by its name, and folds one that it does not know.
  return { ...here, title: phrase('Decision (step {step})', { step: node.step }) };
}

/** The decision whose choice led to a node. */
function decisionBefore(session: DebugSession, node: NodeEntry): ShownDecision | null {
  if (node.arrival === null) return null;
  const before = session.timeline.node(node.arrival.from);
  const entry = node.arrival.decision === null ? before?.decisions.at(-1) : before?.decisions.at(node.arrival.decision);
  if (entry === undefined || before === undefined) return null;
  const title = phrase('Decision (step {step}, executed)', { step: before.step });
  return { entry, decision: foldDecision(entry.events), title };
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
      name: shown?.title ?? phrase('Decision'),
      children: () => (shown === null ? [plain('decision', phrase('not made yet'))] : decisionItems(session, shown)),
      expensive: false,
    },
    {
      name: phrase('Rollouts'),
      children: () => (rollouts ?? []).map(rolloutItem),
      indexed: rollouts?.length ?? 0,
      expensive: false,
    },
    { name: phrase('Model calls'), children: () => calls.items(), indexed: calls.count, expensive: true },
    { name: phrase('Environment'), children: () => environmentItems(session, session.node), expensive: false },
    { name: phrase('Parameters'), children: () => parameterItems(session), expensive: false },
    { name: phrase('Cost'), children: () => costItems(session), expensive: false },
  ];
}

/** The scopes of a node at which the cursor does not stand: what is recorded there. */
export function scopesElsewhere(session: DebugSession, node: NodeEntry): readonly ScopeItems[] {
  const last = node.decisions.at(-1);
  const shown =
    last === undefined
      ? decisionBefore(session, node)
      : {
          entry: last,
          decision: foldDecision(last.events),
          title: phrase('Decision (step {step})', { step: node.step }),
        };
  return [
    ...(shown === null ? [] : [{ name: shown.title, children: () => decisionItems(session, shown), expensive: false }]),
    { name: phrase('Environment'), children: () => environmentItems(session, node), expensive: false },
  ];
}

function plain(name: string, value: string | Phrase, more: Partial<Item> = {}): Item {
  return { name, value, ...more };
}

/** What takes the place of a text when the session steps on. */
export function whenSteppedOn(text: string): Phrase {
  return phrase('{text} (when stepped on)', { text: shortText(text) });
}

function actionBy({ action, by }: Pick<Arrival, 'action' | 'by'>): string | Phrase {
  return by === 'person' ? phrase('{action} (by hand)', { action: shortText(action) }) : shortText(action);
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
    const pending = edit?.kind === 'action' && edit.node === entry.node ? whenSteppedOn(edit.action) : null;
    const done = executed === null ? null : actionBy(executed);
    const value = pending ?? done ?? (choice === null ? phrase('not decided yet') : shortText(choice.action));
    items.push(plain('action', value, { type: 'text', evaluateName: 'action', target: { kind: 'action' } }));
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
  const value = `[${flips.map(({ alpha }) => figure(alpha)).join(', ')}]`;
  const action = (index: number): string => shortText(candidates.at(index)?.action ?? '');
  return plain('flips', value, {
    type: 'numbers',
    evaluateName: 'flips',
    ...(flips.length === 0
      ? {}
      : {
          children: () =>
            flips.map(({ alpha, from, to }, index) =>
              plain(String(index), `alpha ${figure(alpha)}: ${action(from)} -> ${action(to)}`),
            ),
          indexed: flips.length,
        }),
  });
}

/** Q with its bound: `-1.2`, `>= 0.5`, `undefined`. */
function valueText(value: ActionValue | null): string | Phrase {
  if (value === null) return phrase('unknown');
  if (value.q === null) return phrase('undefined');
  const sign = value.bound === 'lower' ? '>= ' : value.bound === 'upper' ? '<= ' : '';
  return sign + figure(value.q);
}

function candidateItem(candidate: DecisionCandidate, decision: Decision, settable: boolean): Item {
  const { action, prior, value, policy } = candidate;
  const facts = {
    action: shortText(action, 200),
    prior: numeral(prior),
    q: valueText(value),
    policy: numeral(policy),
  };
  const summary =
    decision.choice?.candidate === candidate.index
      ? phrase('{action} (chosen): prior {prior}, Q {q}, policy {policy}', facts)
      : phrase('{action}: prior {prior}, Q {q}, policy {policy}', facts);
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
  return plain(name, phrase('{count} tokens', { count: tokens.length }), {
    children: () => tokens.map(({ token, logprob }, index) => plain(String(index), tokenText(token, logprob))),
    indexed: tokens.length,
  });
}

function rolloutItem(candidate: DecisionCandidate, index: number): Item {
  const last = candidate.steps.at(-1);
  const count = candidate.steps.length;
  const imagined = count === 1 ? phrase('1 imagined step') : phrase('{count} imagined steps', { count });
  const args = { action: shortText(candidate.action, 200), imagined };
  const says = last?.says ?? null;
  const summary: Phrase =
    says === null
      ? { text: '{action}: {imagined}', args }
      : { text: '{action}: {imagined}, {says}', args: { ...args, says } };
  return plain(String(index), summary, {
    children: () => [
      ...candidate.verdicts.filter(({ depth: at }) => at === 0).map(verdictItem),
      ...candidate.steps.flatMap((step) => [
        stepItem(step),
        ...candidate.verdicts.filter(({ depth: at }) => at === step.depth).map(verdictItem),
      ]),
      ...(candidate.own === null
        ? []
        : [
            plain('value', {
              text: '{q}: {explanation}',
              args: { q: valueText(candidate.own.value), explanation: candidate.own.explanation },
            }),
          ]),
    ],
  });
}

function stepItem(step: RolloutStepEvent): Item {
  return plain(`depth ${step.depth}`, `${shortText(step.action, 200)} -> ${shortText(step.observation, 400)}`, {
    children: () => [
      plain('action', shortText(step.action)),
      plain('observation', shortText(step.observation)),
      ...(step.reflection === null ? [] : [plain('reflection', shortText(step.reflection))]),
      ...(step.says === null
        ? []
        : [plain('says', step.forced ? phrase('{says} (read, not written)', { says: step.says }) : step.says)]),
      ...(step.reward === undefined ? [] : [plain('reward', numeral(step.reward))]),
      ...(step.actionLogprob === null ? [] : [plain('log probability of the action', numeral(step.actionLogprob))]),
    ],
  });
}

function verdictItem(verdict: VerdictEvent): Item {
  const label = ({ logprob, bound }: LabelProbability): string | Phrase =>
    logprob === null ? phrase('below {bound}', { bound: figure(Math.exp(bound)) }) : figure(Math.exp(logprob));
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
        plain(String(index), `${shortText(token)}  ${figure(Math.exp(logprob))} (log ${figure(logprob)})`),
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
    plain('observation', edited === null ? shortText(node.observation) : whenSteppedOn(edited), {
      type: 'text',
      ...(arrival === null || node.id !== session.cursor.node ? {} : { target: { kind: 'observation' } as const }),
    }),
    plain('status', node.status, { type: 'text' }),
    plain('branch', node.branch, { type: 'text' }),
  ];
  if (arrival !== null) {
    items.push(
      plain('last action', actionBy(arrival)),
      plain('reward', arrival.unknown?.includes('reward') === true ? phrase('unknown') : numeral(arrival.reward), {
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
      plain('admissible', phrase('{count} actions', { count: admissible.length }), {
        children: () => admissible.map((action, index) => plain(String(index), shortText(action))),
        indexed: admissible.length,
      }),
    );
  }
  if (state.truth !== null) {
    const { remaining, bestReward, exact } = state.truth;
    const steps =
      remaining === null ? phrase('success is out of reach') : phrase('{remaining} steps to success', { remaining });
    const args = { steps, reward: figure(bestReward) };
    items.push(
      plain(
        'truth',
        exact
          ? phrase('{steps}, best reward {reward}', args)
          : phrase('{steps}, best reward {reward} (not exact)', args),
      ),
    );
  }
  for (const outcome of node.outcomes) {
    const { action, invalid, useless, observation } = outcome;
    const effect = invalid ? phrase('no action here') : useless ? phrase('changed nothing') : shortText(observation);
    const value = phrase('{effect}, reward {reward}', { effect, reward: figure(outcome.reward) });
    items.push(plain(`tried: ${shortText(action, 60)}`, value));
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
    const value =
      then !== undefined && then !== now ? phrase('{now} (this decision: {then})', { now, then }) : `${now}`;
    return plain(name, value, {
      type: spec.kind === 'choice' ? 'text' : 'number',
      target: { kind: 'parameter', name },
    });
  });
}

/** What was asked of models. */
export function costPhrase(calls: number, reused: number, tokens: number): Phrase {
  return phrase('{calls} calls, {reused} reused, {tokens} tokens', { calls, reused, tokens });
}

function costItems(session: DebugSession): readonly Item[] {
  const { calls, reused, promptTokens, generatedTokens } = session.spending;
  const step = session.view()?.cost ?? null;
  const items = [
    plain('session', costPhrase(calls, reused, promptTokens + generatedTokens), {
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
      plain('step', costPhrase(step.calls, step.reused, step.promptTokens + step.generatedTokens), {
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
