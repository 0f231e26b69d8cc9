import { scoreLines, type Decision } from '../src/lac/decision';
import { argmax, choiceAt, flipPoints, scoreAt, slopeOf, undefinedValue, type ScoreLine } from '../src/lac/improvement';
import { depthInForce, isLinearInAlpha, methodRules } from '../src/lac/methods';
import type { Parameters } from '../src/lac/parameters';
import { candidateValue } from '../src/lac/values';

/**
 * What would have led to another choice, from what is recorded alone: another alpha, another Q of the runner-up, a
 * rollout that ends earlier. No model is asked.
 */

/** Another alpha: on one side of `alpha` the choice is `candidate`. */
export interface AlphaFlip {
  readonly alpha: number;
  readonly candidate: number;
}

export interface WhatElse {
  /** The nearest flips on both sides; null where there is none. */
  readonly below: AlphaFlip | null;
  readonly above: AlphaFlip | null;
  /** The candidate that comes next, and the Q above which it would be chosen; null where alpha weighs no Q. */
  readonly runnerUp: { readonly candidate: number; readonly q: number } | null;
  /** The deepest shallower rollout under which the choice differs. */
  readonly shallower: { readonly depth: number; readonly candidate: number } | null;
}

/** The score lines had the rollouts ended at a depth. */
export interface DepthLines {
  readonly depth: number;
  readonly lines: readonly ScoreLine[];
}

/** Score lines by every shallower depth at which each candidate's verdict was read too; the deepest first. */
export function shallowerLines(decision: Decision, parameters: Parameters): readonly DepthLines[] {
  const { value } = methodRules[parameters.method];
  const permuted = decision.improvement?.permutation !== undefined;
  if ((value !== 'verdict' && value !== 'log-good') || permuted || decision.improvement === null) return [];
  const now = scoreLines(decision);
  const found: DepthLines[] = [];
  for (let depth = depthInForce(parameters) - 1; depth >= 1; depth--) {
    const values = decision.candidates.map((candidate) => candidateValue(candidate, { ...parameters, depth }));
    const lost = values.some(({ bound }, i) => bound === 'none' && now[i]?.value.bound !== 'none');
    if (lost || now.length !== values.length) continue;
    found.push({ depth, lines: now.map((line, i) => ({ ...line, value: values[i] ?? undefinedValue })) });
  }
  return found;
}

/** What would lead to another choice than that at an alpha; null for methods that are not linear in alpha. */
export function whatElse(
  lines: readonly ScoreLine[],
  shallower: readonly DepthLines[],
  alpha: number,
  { method, tieRule }: Pick<Parameters, 'method' | 'tieRule'>,
): WhatElse | null {
  if (!isLinearInAlpha(method) || lines.length < 2) return null;
  const winner = choiceAt(lines, alpha, tieRule);
  const flips = flipPoints(lines, tieRule);
  const under = flips.findLast((flip) => flip.alpha <= alpha && flip.from !== winner);
  const over = flips.find((flip) => flip.alpha >= alpha && flip.to !== winner);
  const other = shallower.find((each) => choiceAt(each.lines, alpha, tieRule) !== winner);
  return {
    below: under === undefined ? null : { alpha: under.alpha, candidate: under.from },
    above: over === undefined ? null : { alpha: over.alpha, candidate: over.to },
    runnerUp: runnerUp(lines, winner, alpha, tieRule),
    shallower: other === undefined ? null : { depth: other.depth, candidate: choiceAt(other.lines, alpha, tieRule) },
  };
}

function runnerUp(
  lines: readonly ScoreLine[],
  winner: number,
  alpha: number,
  tieRule: Parameters['tieRule'],
): WhatElse['runnerUp'] {
  if (!(alpha > 0) || !Number.isFinite(alpha)) return null;
  const scores = lines.map((line, i) => (i === winner ? -Infinity : scoreAt(line, alpha)));
  const candidate = argmax(scores, lines, tieRule);
  if (candidate < 0 || candidate === winner) return null;
  const gap = scoreAt(lines[winner], alpha) - scores[candidate];
  return { candidate, q: slopeOf(lines[candidate].value) + gap / alpha };
}
