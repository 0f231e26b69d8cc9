import { createHash } from 'node:crypto';
import { formatValue, type CandidateView, type StepView } from '../../expressions';
import { foldDecision } from '../../lac/decision';
import type { Parameters } from '../../lac/parameters';
import { lengthAndReward } from '../../trajectories/outcome';
import { type NodeEntry, decisionShown } from '../../trajectories/timeline';
import type { ExchangeFormat, Recording, WriteOptions, Writing } from '../format';
import { textFile, tracksOf, type Track } from '../recordedSteps';
import { element, text, together, type Markup } from './markup';
import { styleSheet } from './style';

/** One page without any script, font or picture from elsewhere; steps fold by the browser's own means. */
export const html: ExchangeFormat = {
  id: 'html',
  title: 'One HTML page for sharing',
  extension: '.html',
  recognises: null,
  read: null,
  write,
};

function write(recording: Recording, { stem }: WriteOptions): Writing {
  const { header } = recording.contents;
  const tracks = tracksOf(recording);
  const hash = createHash('sha256').update(styleSheet).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const imported = header.source !== undefined;
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    element('title', {}, `${stem} - LAC trajectory`).markup,
    `<style>${styleSheet}</style>`,
  ].join('\n');
  const facts = definitions([
    ['Environment', `${header.environment.id} ${header.environment.version}`],
    ['Model', header.model.name],
    ['Method', imported ? 'unknown' : methodInWords(header.parameters)],
    ['Engine', header.engine],
    ...(header.source === undefined ? [] : [['Imported from', header.source.format] as const]),
  ]);
  const notes = (header.source?.losses ?? []).map((loss) => element('li', {}, loss));
  const body = together(
    element('h1', {}, stem),
    facts,
    notes.length === 0 ? null : element('ul', { class: 'soft' }, ...notes),
    ...tracks.map((track) => trackMarkup(track, imported)),
  );
  const page = `<!DOCTYPE html>\n<html lang="en">\n<head>\n${head}\n</head>\n<body>\n${body.markup}\n</body>\n</html>\n`;
  return {
    files: [textFile(`${stem}.html`, page)],
    losses: [
      'Prompts, calls, probes and distributions over tokens are left out; every branch repeats the steps before it.',
    ],
  };
}

/** As the run began: single steps may have been decided otherwise. */
function methodInWords({ method, alpha, depth }: Parameters): string {
  return method === 'lac' ? `lac, alpha ${alpha}, rollout depth ${depth}` : method;
}

function definitions(pairs: readonly (readonly [string, string])[]): Markup {
  return element('dl', {}, ...pairs.flatMap(([term, value]) => [element('dt', {}, term), element('dd', {}, value)]));
}

function trackMarkup({ timeline, name, nodes, views }: Track, imported: boolean): Markup {
  const end = nodes.at(-1)?.end ?? null;
  const outcome = end === null ? 'open' : `${end.reason} ${lengthAndReward(end)}`;
  const steps = nodes.map((node, step) => {
    const next = nodes.at(step + 1);
    return next === undefined && node.decisions.length === 0 ? null : stepMarkup(node, next, views[step], imported);
  });
  return element(
    'section',
    {},
    element('h2', {}, `${name}: ${timeline.goal}`),
    definitions([
      ['Task', `${timeline.task.environment} / ${timeline.task.id}`],
      ['Outcome', outcome],
    ]),
    ...steps,
  );
}

function stepMarkup(node: NodeEntry, next: NodeEntry | undefined, view: StepView, imported: boolean): Markup {
  const decision = decisionShown(node, next);
  const rollouts = decision === undefined ? [] : foldDecision(decision.events).candidates;
  const flags = [
    view.reward === null || view.reward === 0 ? '' : `reward ${formatValue(view.reward)}`,
    view.invalid === true ? 'invalid' : '',
    view.useless === true ? 'no effect' : '',
    next?.arrival?.by === 'person' ? 'by hand' : '',
    view.certain === false ? 'not certain' : '',
    ...(view.notes ?? []).map((note) => note.replaceAll('-', ' ')),
  ].filter((flag) => flag !== '');
  const summary = element(
    'summary',
    {},
    element('b', {}, `${view.step}`),
    element('bdi', {}, view.action ?? 'no action'),
    flags.length === 0 ? null : element('span', { class: 'soft' }, `  ${flags.join(' · ')}`),
  );
  const parts: (Markup | null)[] = [
    summary,
    block('Observation', node.observation),
    ...(view.thoughts ?? []).map((thought) => block('Thought', thought)),
    view.candidates === null
      ? element(
          'p',
          { class: 'soft' },
          imported ? 'The imported file has no candidates and no values here.' : 'No decision was recorded here.',
        )
      : candidateTable(view.candidates, view.chosen),
    ...rollouts.filter(({ steps }) => steps.length > 0).map(rolloutMarkup),
    view.outcome === null ? null : block('Outcome', view.outcome),
    view.reflection === null ? null : block('Reflection', view.reflection),
  ];
  return element('details', { open: view.step === 0 }, ...parts);
}

function block(title: string, content: string): Markup {
  return together(element('span', { class: 'soft' }, title), element('div', { class: 'text' }, text(content)));
}

function percentage(logarithm: number | null): Markup {
  if (logarithm === null) return text('unknown');
  const value = Math.exp(logarithm);
  return together(
    element('meter', { min: 0, max: 1, value: value.toFixed(4) }),
    text(` ${(100 * value).toFixed(1)} %`),
  );
}

function candidateTable(candidates: readonly CandidateView[], chosen: number | null): Markup {
  const head = [
    element('th', { scope: 'col' }, 'Candidate'),
    ...['Prior', 'Q', 'Policy'].map((title) => element('th', { scope: 'col', class: 'n' }, title)),
    element('th', { scope: 'col' }, 'Imagined'),
  ];
  const rows = candidates.map((candidate, index) => {
    const sign = candidate.bound === 'lower' ? '≥ ' : candidate.bound === 'upper' ? '≤ ' : '';
    const q = candidate.q === null ? 'unknown' : `${sign}${candidate.q.toFixed(2)}`;
    const policy = candidate.policy === null ? null : Math.log(candidate.policy);
    return element(
      'tr',
      index === chosen ? { class: 'chosen' } : {},
      element('td', {}, element('bdi', {}, candidate.action ?? ''), index === chosen ? ' (chosen)' : ''),
      element('td', { class: 'n' }, percentage(candidate.logPrior)),
      element('td', { class: 'n' }, q),
      element('td', { class: 'n' }, percentage(policy)),
      element('td', saysClass(candidate.says), candidate.says ?? ''),
    );
  });
  const table = element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows));
  return element('div', { class: 'wide' }, table);
}

function saysClass(says: CandidateView['says']): Readonly<Record<string, string>> {
  return says === 'GOOD' ? { class: 'good' } : says === 'BAD' ? { class: 'bad' } : {};
}

function rolloutMarkup(candidate: ReturnType<typeof foldDecision>['candidates'][number]): Markup {
  const lines = candidate.steps.map(({ depth, action, observation, reflection }) =>
    [`${depth}. ${action}`, observation, reflection].filter((line) => line !== null).join('\n   '),
  );
  return element(
    'details',
    {},
    element('summary', { class: 'soft' }, `Imagined after `, element('bdi', {}, candidate.action)),
    element('div', { class: 'text' }, lines.join('\n')),
  );
}
