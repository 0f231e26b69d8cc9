import { inLanguage, phrase, phrases, type Phrase, type Translate } from '../errors/phrase';
import { noiseOf } from '../episodes/stepping/resamples';
import type { Probe } from '../episodes/stepping/session';
import type { CostForecast } from '../lac/forecast';
import { helpText, type ConsoleCommand } from './console';
import type { Debuggee } from './debuggee';
import type { OpenedSession } from './host';
import { figure, numeral, shortText } from './items';
import { costPhrase } from './scopes';

/** Runs a console command and says what came of it and what it cost. */
export async function runCommand(debuggee: Debuggee, command: ConsoleCommand, translate: Translate): Promise<string> {
  if (command.kind === 'help') return helpText(translate);
  debuggee.requireStopped();
  const { session, opened } = debuggee;
  const before = session.spending;
  const said: Said = (what) => inLanguage(what, translate);
  const outcome = await carryOut(opened, command, said);
  const { calls, reused, promptTokens, generatedTokens } = session.spending;
  const tokens = promptTokens + generatedTokens - before.promptTokens - before.generatedTokens;
  const asked = calls - before.calls;
  const again = reused - before.reused;
  const cost = asked === 0 && again === 0 ? phrase('no model was asked') : costPhrase(asked, again, tokens);
  return `${outcome}\n(${said(cost)})`;
}

type Said = (what: Phrase) => string;

async function carryOut(
  opened: OpenedSession,
  command: Exclude<ConsoleCommand, { kind: 'help' }>,
  said: Said,
): Promise<string> {
  const { session } = opened;
  switch (command.kind) {
    case 'act':
      await session.act(command.action);
      return `${capital(said(session.lastStop.description))}: ${shortText(session.node.observation)}`;
    case 'try': {
      const outcome = await session.tryOut(command.action);
      const { invalid, useless, status } = outcome;
      const args = { observation: shortText(outcome.observation), reward: figure(outcome.reward), status };
      const what = phrase('{observation} (reward {reward}, {status})', args);
      if (invalid) return said(phrase('no action here; {what}', { what }));
      return said(useless ? phrase('changed nothing; {what}', { what }) : what);
    }
    case 'add':
      return capital(said(await decided(opened, { added: [command.action] })));
    case 'decide':
      return capital(said(await decided(opened, await presentPrompts(opened))));
    case 'set': {
      const change: Probe = { parameters: { [command.name]: command.value } };
      if (session.decision !== undefined && session.node.status === 'running')
        return capital(said(await decided(opened, change)));
      session.setSettings({ parameters: { ...session.settings.parameters, ...change.parameters } });
      const { name, value } = command;
      return said(phrase('{name} is {value} from the next decision on', { name, value }));
    }
    case 'observe':
      session.setObservation(command.observation);
      return said(phrase('The observation is replaced when you step on; that begins a branch.'));
    case 'resample':
      return said(await resampled(opened, command.times, command.temperature));
    case 'goto':
      return capital(said((await session.goTo(command.step)).description));
    case 'forecast': {
      const cost = forecastPhrase(await session.forecast(await presentPrompts(opened)));
      return said(phrase('Deciding here again would take {cost}.', { cost }));
    }
  }
}

async function decided({ session }: OpenedSession, probe: Probe): Promise<Phrase> {
  return (await session.probe(probe)).description;
}

async function resampled({ session }: OpenedSession, times: number, temperature: number): Promise<Phrase> {
  const last = (await session.resample(times, temperature)).at(-1);
  const noise = last === undefined ? null : noiseOf(session.node, last);
  const rows = (noise?.actions ?? []).map(({ action, values, mean, low, high, before, standsOut }) => {
    const args = { action: shortText(action, 60), mean: numeral(mean), count: values.length };
    const row =
      low === null || high === null
        ? phrase('{action}: Q {mean}, {count} samples', args)
        : phrase('{action}: Q {mean} (95%: {low} to {high}), {count} samples', {
            ...args,
            low: figure(low),
            high: figure(high),
          });
    if (standsOut === null || before === null) return row;
    return standsOut
      ? phrase('{row}; {before} before the edit, which is more than noise', { row, before: figure(before) })
      : phrase('{row}; {before} before the edit, which is within the noise', { row, before: figure(before) });
  });
  return phrases(rows, '\n');
}

/** The prompt files as they are now, to decide with. */
export async function presentPrompts(opened: OpenedSession): Promise<Probe> {
  const prompts = await opened.currentPrompts();
  return prompts === null ? {} : { prompts };
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function forecastPhrase({ calls, reused }: CostForecast): Phrase {
  return calls.min === calls.max
    ? phrase('{calls} calls, {reused} reused', { calls: calls.max, reused })
    : phrase('{min} to {max} calls, {reused} reused', { min: calls.min, max: calls.max, reused });
}
