import type { Announcements } from './announcements';
import { presentPrompts } from './consoleRuns';
import type { Debuggee } from './debuggee';
import type { MessageExchange } from './exchange';
import { frameOf } from './frames';
import type { Handlers } from './wire';

/** What a client asks to move the cursor. */
export type MovementRequest =
  'continue' | 'next' | 'stepIn' | 'stepOut' | 'stepBack' | 'reverseContinue' | 'restartFrame' | 'goto' | 'pause';

export interface MovementParts {
  /** The episode that is open when a request comes; throws where there is none. */
  readonly current: () => { readonly debuggee: Debuggee; readonly announcements: Announcements };
  readonly exchange: MessageExchange;
  /** Ends the session. */
  readonly end: () => Promise<void>;
}

/** Moves that begin once their request is answered. */
export function movements({ current, exchange, end }: MovementParts): Pick<Handlers, MovementRequest> {
  /** From another thread the cursor goes there first. */
  const moveAfter = async (request: number, thread: number, movement: () => Promise<unknown>): Promise<undefined> => {
    const { debuggee, announcements } = current();
    await announcements.decidedInPlace();
    debuggee.requireStopped();
    const { session } = debuggee;
    const branch = debuggee.branchOf(thread);
    exchange.afterwards(request, () => {
      const last = debuggee.lastCursor(branch);
      const elsewhere = branch !== session.cursor.branch && last !== undefined;
      const there = elsewhere ? [() => session.moveTo(last.node, branch)] : [];
      void announcements.move(...there, movement);
    });
    return undefined;
  };

  const session = (): Debuggee['session'] => current().debuggee.session;

  return {
    continue: async ({ threadId }, request) => {
      const { state, lastStop, nextNode } = session();
      if (state === 'stopped' && lastStop.reason === 'end' && nextNode === undefined) {
        // On from the end there is only the end of the session.
        exchange.afterwardsAsync(request, end);
      } else {
        await moveAfter(request, threadId, () => session().continue());
      }
      return { allThreadsContinued: true };
    },

    next: ({ threadId }, request) => moveAfter(request, threadId, () => session().next()),

    stepIn: ({ threadId, targetId }, request) =>
      moveAfter(request, threadId, () =>
        targetId === undefined ? session().stepIn() : session().stepInto(targetId - 1),
      ),

    stepOut: ({ threadId }, request) => moveAfter(request, threadId, () => session().stepOut()),

    stepBack: ({ threadId }, request) => moveAfter(request, threadId, () => session().stepBack()),

    reverseContinue: ({ threadId }, request) => moveAfter(request, threadId, () => session().reverseContinue()),

    restartFrame: async ({ frameId }, request) => {
      const prompts = await presentPrompts(current().debuggee.opened);
      return moveAfter(request, frameOf(frameId).thread, () => session().probe(prompts));
    },

    goto: ({ threadId, targetId }, request) => {
      const target = current().debuggee.target(targetId);
      return moveAfter(request, threadId, () =>
        target.kind === 'step' ? session().goTo(target.step, target.branch) : session().act(target.action),
      );
    },

    pause: () => {
      session().pause();
      return undefined;
    },
  };
}
