import { LacError } from '../errors/lacError';
import { inLanguage, phrase, type Translate } from '../errors/phrase';
import type { Probe } from '../episodes/stepping/session';
import { parseParameter } from '../lac/parameterInput';
import { parameterNames } from '../lac/parameters';
import { forecastPhrase } from './consoleRuns';
import type { Debuggee } from './debuggee';
import type { MessageExchange } from './exchange';
import type { AdapterHost } from './host';
import type { Target } from './items';
import { whenSteppedOn } from './scopes';
import type { Handlers } from './wire';

export interface ChangeParts {
  /** The episode that is open when a request comes; throws where there is none. */
  readonly current: () => Debuggee;
  readonly exchange: MessageExchange;
  readonly host: Pick<AdapterHost, 'autoRunCalls' | 'confirm'>;
  readonly translate: Translate;
}

/** What putting a text in the place of a variable does. */
export function changes({
  current,
  exchange,
  host,
  translate,
}: ChangeParts): Pick<Handlers, 'setVariable' | 'setExpression'> {
  /** The value that the variable then has. */
  const change = async (request: number, target: Target, text: string): Promise<string> => {
    const { session } = current();
    switch (target.kind) {
      case 'parameter': {
        const value = parseParameter(target.name, text.trim(), 'the debugger');
        await probeAfter(request, `${target.name} = ${value}`, { parameters: { [target.name]: value } });
        return String(value);
      }
      case 'candidate': {
        if (text.trim() === '') throw new LacError('debugger.empty-text', { what: 'candidate' });
        await probeAfter(request, inLanguage(phrase('candidate "{text}"', { text }), translate), {
          added: [text.trim()],
        });
        return text.trim();
      }
      case 'action': {
        await decided();
        const chosen = session.decisionSoFar?.decision.choice?.action;
        session.setAction(text === chosen && session.nextNode === undefined ? null : text);
        return inLanguage(whenSteppedOn(text), translate);
      }
      case 'observation':
        await decided();
        session.setObservation(text);
        return inLanguage(whenSteppedOn(text), translate);
    }
  };

  /** Waits for a probe under way, which what is edited here leaves as it is. */
  const decided = async (): Promise<void> => {
    const { session } = current();
    if (session.isProbing) await session.standstill;
  };

  /**
   * Puts a change in force and decides here again, when that is cheap or the user says so. It takes the place of a probe
   * under way: of several changes the last one is decided on.
   */
  const probeAfter = async (request: number, what: string, probe: Probe): Promise<void> => {
    const debuggee = current();
    const { session } = debuggee;
    const gaveUp = await session.giveUpProbe();
    debuggee.requireStopped();
    const decides = (session.decision !== undefined || probe.added !== undefined) && session.node.status === 'running';
    if (decides) {
      const forecast = await session.forecast(probe);
      if (forecast.calls.expected <= host.autoRunCalls || (await host.confirm(what, forecast))) {
        exchange.afterwardsAsync(request, () => session.probe(probe));
        return;
      }
      const said = phrase(
        '{what} is in force from the next decision on. Deciding here again would take {cost}; "decide" does it.',
        { what, cost: forecastPhrase(forecast) },
      );
      exchange.say(inLanguage(said, translate));
    }
    exchange.afterwardsAsync(request, async () => {
      if (gaveUp) await session.probe();
      session.setSettings({ parameters: { ...session.settings.parameters, ...probe.parameters } });
    });
  };

  return {
    setVariable: async ({ variablesReference, name, value }, request) => {
      const item = current()
        .references.items(variablesReference)
        ?.find((each) => each.name === name);
      if (item === undefined) throw new LacError('debugger.no-variable', { name: name.slice(0, 60) });
      if (item.target === undefined) throw new LacError('debugger.read-only', { name });
      return { value: await change(request, item.target, value) };
    },

    setExpression: async ({ expression, value }, request) => {
      return { value: await change(request, targetNamed(expression.trim()), value) };
    },
  };
}

function targetNamed(name: string): Target {
  const parameter = parameterNames.find((each) => each === name);
  if (parameter !== undefined) return { kind: 'parameter', name: parameter };
  if (name === 'action' || name === 'observation') return { kind: name };
  const candidate = /^candidates?\s*\[?(\d{1,3})\]?$/u.exec(name);
  if (candidate !== null) return { kind: 'candidate', index: Number(candidate[1]) };
  throw new LacError('debugger.read-only', { name: name.slice(0, 60) });
}
