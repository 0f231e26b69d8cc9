import { foldDecision, scoreLines, type Decision } from '../src/lac/decision';
import { agreementOf, criticPick } from '../src/lac/diagnostics';
import type { ActionValue, Agreement } from '../src/lac/events';
import { argmax, choiceAt, isCertain, scoreAt, softmax, type ScoreLine } from '../src/lac/improvement';
import { isLinearInAlpha } from '../src/lac/methods';
import type { DecisionSection } from '../src/protocol/panel';
import { reachOf } from './qScale';
import { t } from './words';

/** The decision under the cursor, folded once for all that draw it. */
export interface ShownDecision {
  readonly section: DecisionSection;
  readonly decision: Decision;
  /** Score lines by candidate; empty until the prior is known. */
  readonly lines: readonly ScoreLine[];
  /** True where another alpha can be tried in the page: the method is linear in alpha and every value is in. */
  readonly alphaDecides: boolean;
  /** Values of the decision that was shown before, by action. */
  readonly ghosts: ReadonlyMap<string, ActionValue>;
  /** The |Q| at the ends of the bars. */
  readonly reach: number;
  /** Whether a Q is known or may still come: without one there is nothing that a person could be kept from seeing. */
  readonly judged: boolean;
}

/** What a decision comes to, as recorded or under another alpha. */
export interface Outlook {
  /** -1 without candidates. */
  readonly winner: number;
  readonly policy: readonly number[];
  /** 1 for the likeliest, by candidate. */
  readonly ranks: readonly number[];
  readonly agreement: Agreement;
  readonly certain: boolean;
  /** Choices of the prior and of the critic when asked alone; the critic's is null where no Q is known. */
  readonly byPrior: number;
  readonly byCritic: number | null;
}

export function showDecision(section: DecisionSection): ShownDecision {
  const decision = foldDecision(section.events);
  const lines = scoreLines(decision);
  const ghosts = new Map(
    (section.ghost === null ? [] : foldDecision(section.ghost).candidates).flatMap(({ action, value }) =>
      value === null ? [] : [[action, value] as const],
    ),
  );
  const shown = decision.candidates.flatMap(({ action, value }) => [value?.q ?? 0, ghosts.get(action)?.q ?? 0]);
  return {
    section,
    decision,
    lines,
    alphaDecides: isLinearInAlpha(section.parameters.method) && lines.length > 0 && decision.improvement !== null,
    ghosts,
    reach: reachOf(shown),
    judged: decision.choice === null || decision.candidates.some(({ value }) => (value?.q ?? null) !== null),
  };
}

/** The recorded outlook (`alpha` null), or that under an alpha; null while the decision has not come so far. */
export function outlookAt(shown: ShownDecision, alpha: number | null): Outlook | null {
  const { decision, lines, section } = shown;
  const { improvement, choice } = decision;
  const { tieRule } = section.parameters;
  if (improvement === null || lines.length === 0) return null;
  const byPrior = argmax(
    lines.map(({ logPrior }) => logPrior),
    lines,
    tieRule,
  );
  const byCritic = criticPick(lines, tieRule);
  if (alpha === null || !shown.alphaDecides) {
    if (choice === null) return null;
    const { candidate: winner, agreement, certain } = choice;
    const { policy } = improvement;
    return { winner, policy, ranks: ranksOf(improvement.scores), agreement, certain, byPrior, byCritic };
  }
  const scores = lines.map((line) => scoreAt(line, alpha));
  const winner = choiceAt(lines, alpha, tieRule);
  return {
    winner,
    policy: softmax(scores),
    ranks: ranksOf(scores),
    agreement: agreementOf(lines, winner, tieRule),
    certain: isCertain(lines, winner, { prior: 1, value: alpha }, tieRule),
    byPrior,
    byCritic,
  };
}

function ranksOf(scores: readonly number[]): number[] {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
  const ranks = scores.map(() => 0);
  order.forEach((index, place) => (ranks[index] = place + 1));
  return ranks;
}

/** The outlook in one sentence. */
export function explain(outlook: Outlook, actions: readonly string[]): string {
  const name = (index: number | null): string => (index === null ? t('none') : (actions[index] ?? t('none')));
  const chosen = name(outlook.winner);
  const sentence = (): string => {
    switch (outlook.agreement) {
      case 'both':
        return t('Prior and critic agree on {0}.', chosen);
      case 'prior':
        return outlook.byCritic === null
          ? t('The prior alone decides: {0}. No Q is known.', chosen)
          : t('The prior prevails with {0}; the critic alone would take {1}.', chosen, name(outlook.byCritic));
      case 'critic':
        return t('The critic overrules the prior: {0} instead of {1}.', chosen, name(outlook.byPrior));
      case 'neither':
        return t(
          'A compromise, {0}: the prior alone would take {1}, the critic alone {2}.',
          chosen,
          name(outlook.byPrior),
          name(outlook.byCritic),
        );
    }
  };
  return outlook.certain
    ? sentence()
    : `${sentence()} ${t('Not certain: a Q that is only bounded could still change it.')}`;
}
