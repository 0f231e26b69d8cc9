import { qSamples } from '../episodes/stepping/resamples';
import type { Probe } from '../episodes/stepping/session';
import type { CostForecast } from '../lac/forecast';
import { helpText, type ConsoleCommand } from './console';
import type { Debuggee } from './debuggee';
import type { OpenedSession } from './host';
import { numeral, shortText } from './items';

/** Runs a console command and says what came of it and what it cost. */
export async function runCommand(debuggee: Debuggee, command: ConsoleCommand): Promise<string> {
  if (command.kind === 'help') return helpText();
  debuggee.requireStopped();
  const { session, opened } = debuggee;
  const before = session.spending;
  const told = await carryOut(opened, command);
  const { calls, reused, promptTokens, generatedTokens } = session.spending;
  const tokens = promptTokens + generatedTokens - before.promptTokens - before.generatedTokens;
  const asked = calls - before.calls;
  const again = reused - before.reused;
  if (asked === 0 && again === 0) return `${told}\n(no model was asked)`;
  return `${told}\n(${asked} calls, ${again} reused, ${tokens} tokens)`;
}

async function carryOut(opened: OpenedSession, command: Exclude<ConsoleCommand, { kind: 'help' }>): Promise<string> {
  const { session } = opened;
  switch (command.kind) {
    case 'act':
      await session.act(command.action);
      return `${capital(session.lastStop.description)}: ${shortText(session.node.observation)}`;
    case 'try': {
      const outcome = await session.tryOut(command.action);
      const effect = outcome.invalid ? 'no action here; ' : outcome.useless ? 'no effect; ' : '';
      const { observation, reward, status } = outcome;
      return `${effect}${shortText(observation)} (reward ${numeral(reward)}, ${status})`;
    }
    case 'add':
      return decided(opened, { added: [command.action] });
    case 'decide':
      return decided(opened, await presentPrompts(opened));
    case 'set': {
      const change: Probe = { parameters: { [command.name]: command.value } };
      if (session.decision !== undefined && session.node.status === 'running') return decided(opened, change);
      session.setSettings({ parameters: { ...session.settings.parameters, ...change.parameters } });
      return `${command.name} is ${command.value} from the next decision on`;
    }
    case 'observe':
      session.setObservation(command.observation);
      return 'The observation is replaced when you step on; that begins a branch.';
    case 'resample':
      return resampled(opened, command.times, command.temperature);
    case 'goto':
      return capital((await session.goTo(command.step)).description);
    case 'forecast':
      return `Deciding here again would take ${costText(await session.forecast(await presentPrompts(opened)))}.`;
  }
}

async function decided({ session }: OpenedSession, probe: Probe): Promise<string> {
  return capital((await session.probe(probe)).description);
}

async function resampled({ session }: OpenedSession, times: number, temperature: number): Promise<string> {
  const decisions = await session.resample(times, temperature);
  const rows = qSamples(decisions).map(({ action, values, mean, low, high }) => {
    const range = low === null || high === null ? '' : ` (95%: ${numeral(low)} to ${numeral(high)})`;
    return `${shortText(action, 60)}: Q ${numeral(mean)}${range}, ${values.length} samples`;
  });
  return rows.join('\n');
}

/** The prompt files as they are now, to decide with. */
export async function presentPrompts(opened: OpenedSession): Promise<Probe> {
  const prompts = await opened.currentPrompts();
  return prompts === null ? {} : { prompts };
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function costText({ calls, reused }: CostForecast): string {
  const range = calls.min === calls.max ? String(calls.max) : `${calls.min} to ${calls.max}`;
  return `${range} calls, ${reused} reused`;
}
