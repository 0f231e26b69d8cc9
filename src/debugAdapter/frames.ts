import type { DebugProtocol } from '@vscode/debugprotocol';
import { inLanguage, phrase, phrases, type Phrase, type Translate } from '../errors/phrase';
import type { DebugSession } from '../episodes/stepping/session';
import type { Cursor, Inside } from '../episodes/stepping/moments';
import type { BranchId } from '../trajectories/ids';
import type { Sources } from './sources';

/** What a frame of the stack stands for. */
export type FrameKind = 'candidate' | 'phase' | 'step' | 'episode';

const frameKinds: readonly FrameKind[] = ['candidate', 'phase', 'step', 'episode'];

/** Threads are branches: `b0` is 1. */
export function threadOf(branch: BranchId): number {
  return Number(branch.slice(1)) + 1;
}

/** undefined for a number that no thread has. */
export function branchOfThread(thread: number, visited: readonly BranchId[]): BranchId | undefined {
  return visited.find((branch) => threadOf(branch) === thread);
}

export function frameId(branch: BranchId, kind: FrameKind): number {
  return threadOf(branch) * 10 + frameKinds.indexOf(kind);
}

export function frameOf(id: number): { readonly thread: number; readonly kind: FrameKind } {
  return { thread: Math.floor(id / 10), kind: frameKinds[id % 10] ?? 'step' };
}

/** The stack at the cursor, innermost first. Lines are from 1. */
export function framesAt(session: DebugSession, sources: Sources, translate: Translate): DebugProtocol.StackFrame[] {
  const { cursor, timeline, node } = session;
  const { branch, inside } = cursor;
  const transcript = sources.transcript(branch);
  const text = session.transcript(branch);
  const reflecting = inside !== null && inside.decision === null;
  const step = reflecting ? node.step - 1 : node.step;
  const stepLine = text.lineOfStep(step) + 1;
  const frames: DebugProtocol.StackFrame[] = [];
  if (inside !== null) {
    const place = session.promptPlace();
    const where =
      place === null
        ? { source: transcript, line: stepLine }
        : { source: sources.prompt(place.part), line: place.line };
    const candidate = candidateName(session, inside);
    if (candidate !== null) {
      const name = inLanguage(candidate, translate);
      frames.push({ id: frameId(branch, 'candidate'), name, ...where, column: 1 });
    }
    frames.push({ id: frameId(branch, 'phase'), name: inside.phase, ...where, column: 1, canRestart: true });
  }
  frames.push({
    id: frameId(branch, 'step'),
    name: inLanguage(phrase('step {step}', { step }), translate),
    source: transcript,
    line: stepLine,
    column: 1,
    canRestart: true,
  });
  frames.push({
    id: frameId(branch, 'episode'),
    name: `${timeline.id} ${timeline.task.id}`,
    source: transcript,
    line: 1,
    column: 1,
    canRestart: false,
    presentationHint: 'subtle',
  });
  return frames;
}

/** The stack of a branch on which the cursor does not stand: the place where it was last. */
export function framesElsewhere(
  session: DebugSession,
  sources: Sources,
  last: Cursor,
  translate: Translate,
): DebugProtocol.StackFrame[] {
  const node = session.timeline.node(last.node) ?? session.timeline.start;
  const line = session.transcript(last.branch).lineOfStep(node.step) + 1;
  return [
    {
      id: frameId(last.branch, 'step'),
      name: inLanguage(phrase('step {step}', { step: node.step }), translate),
      source: sources.transcript(last.branch),
      line,
      column: 1,
      canRestart: false,
    },
  ];
}

function candidateName(session: DebugSession, inside: Inside): Phrase | null {
  const candidate = inside.place?.candidate ?? null;
  if (candidate === null) return null;
  const action = session.decisionSoFar?.decision.candidates.find(({ index }) => index === candidate)?.action;
  const depth = inside.place?.depth ?? null;
  const number = candidate + 1;
  const name =
    action === undefined
      ? phrase('candidate {number}', { number })
      : phrase('candidate {number}: {action}', { number, action });
  return depth === null ? name : phrases([name, phrase('depth {depth}', { depth })], ' · ');
}
