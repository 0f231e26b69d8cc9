import { LacError } from '../errors/lacError';
import { chatEpisode } from './chat';
import { fieldsOf, isFields, nameOf, textOf, without, type Fields } from './fields';
import { readingOf, type ForeignEpisode, type ForeignStep } from './foreignEpisode';
import type { ExchangeFormat, Reading, Recording, WriteOptions, Writing } from './format';
import { goalIn, messageTexts, objectsOf } from './messageTexts';
import { jsonFile, tracksOf } from './recordedSteps';

/** SWE-agent writes `trajectory`, mini-SWE-agent `trajectory_format: mini-swe-agent-1...` with `messages`. */
function isSteps(document: unknown): document is Fields {
  return isFields(document) && objectsOf(document['trajectory']).some((step) => 'action' in step || 'response' in step);
}

function isMini(document: unknown): document is Fields {
  return isFields(document) && textOf(document['trajectory_format'])?.startsWith('mini-swe-agent') === true;
}

/** SWE-agent's `.traj` and mini-SWE-agent's `.traj.json`. */
export const sweAgent: ExchangeFormat = {
  id: 'swe-agent',
  title: 'SWE-agent (.traj)',
  extension: '.traj',
  recognises: (document) => isSteps(document) || isMini(document),
  read,
  write,
};

function read(file: string, documents: readonly unknown[]): Reading {
  const losses = new Set<string>([
    'The patch and the statistics of the run stay with the episode and are not replayed.',
  ]);
  const episodes: ForeignEpisode[] = [];
  let version: string | null = null;
  let model: string | null = null;
  for (const document of documents.filter(isFields)) {
    version = textOf(document['trajectory_format']) ?? version;
    model = modelOf(document) ?? model;
    const episode = isMini(document) ? miniEpisode(document, losses) : stepsEpisode(document);
    if (episode !== null) episodes.push(episode);
  }
  if (episodes.length === 0) throw new LacError('exchange.empty', { file, format: 'a SWE-agent trajectory' });
  const agent = version === null ? 'SWE-agent' : 'mini-SWE-agent';
  return readingOf({ format: 'swe-agent', version, agent, model, episodes }, [...losses]);
}

function modelOf(document: Fields): string | null {
  const config = fieldsOf(fieldsOf(fieldsOf(document['info'])['config'])['model']);
  return textOf(config['model_name']) ?? textOf(config['name']);
}

/** Ends that mean that the agent finished, not that it was right: only tests can tell that, and the file has none. */
function common(document: Fields): Pick<ForeignEpisode, 'environment' | 'id' | 'type' | 'success' | 'reward'> {
  const id = nameOf(document['instance_id']) ?? nameOf(document['environment']) ?? 'swe-agent';
  const info = fieldsOf(document['info']);
  const resolved = info['resolved'];
  return {
    environment: nameOf(document['environment']) ?? 'swe-agent',
    id,
    type: 'software issue',
    success: typeof resolved === 'boolean' ? resolved : null,
    reward: null,
  };
}

function stepsEpisode(document: Fields): ForeignEpisode | null {
  const entries = objectsOf(document['trajectory']);
  const first = firstObservation(document);
  const steps = entries.map((entry): ForeignStep => {
    const thought = textOf(entry['thought'])?.trim() ?? '';
    return {
      thoughts: thought === '' ? [] : [thought],
      action: (textOf(entry['action']) ?? textOf(entry['response']) ?? '').trim(),
      observation: textOf(entry['observation']),
      reward: null,
      rest: without(entry, ['thought', 'action', 'observation', 'query', 'messages']),
    };
  });
  if (steps.length === 0) return null;
  const rest = without(document, ['trajectory', 'history', 'replay_config']);
  return { ...common(document), goal: goalIn(first), observation: first, steps, rest };
}

/** The message before the first action: the last of the first query, or of the history. */
function firstObservation(document: Fields): string {
  const [first] = objectsOf(document['trajectory']);
  for (const list of [first?.['query'], first?.['messages'], document['history']]) {
    const messages = objectsOf(list);
    const reply = messages.findIndex(({ role, is_demo: demo }) => role === 'assistant' && demo !== true);
    const before = messages.slice(0, reply < 0 ? messages.length : reply);
    const message = before.findLast(({ role, is_demo: demo }) => role === 'user' && demo !== true);
    if (message !== undefined) return messageTexts(message['content']).text;
  }
  return '';
}

function miniEpisode(document: Fields, losses: Set<string>): ForeignEpisode | null {
  const chat = chatEpisode(objectsOf(document['messages']).filter(({ role }) => role !== 'exit'));
  for (const loss of chat.losses) losses.add(loss);
  const steps = chat.steps.map((step) => ({ ...step, ...shellAction(step) }));
  if (steps.length === 0) return null;
  const { observation } = chat;
  const rest = { ...without(document, ['messages']), ...(chat.system.length === 0 ? {} : { system: chat.system }) };
  return { ...common(document), goal: goalIn(observation), observation, steps, rest };
}

/** mini-SWE-agent acts by one fenced shell command; what stands before it is the thought. */
function shellAction({ action, thoughts }: ForeignStep): Pick<ForeignStep, 'action' | 'thoughts'> {
  const fenced = /```[\w-]*\s*\n([\s\S]*?)\n?```/.exec(action);
  if (fenced?.[1] === undefined) return { action, thoughts };
  const thought = action
    .slice(0, fenced.index)
    .replace(/^\s*THOUGHT:\s*/i, '')
    .trim();
  return { action: fenced[1].trim(), thoughts: thought === '' ? thoughts : [...thoughts, thought] };
}

/** One `.traj` for each branch. */
function write(recording: Recording, { stem }: WriteOptions): Writing {
  const tracks = tracksOf(recording);
  const files = tracks.map(({ timeline, nodes, views, name }) => {
    const trajectory = nodes.slice(1).map((node, step) => {
      const thought = (views.at(step)?.thoughts ?? []).join('\n');
      const action = node.arrival?.action ?? '';
      return {
        action,
        observation: node.observation,
        response: thought === '' ? action : `${thought}\n\n${action}`,
        thought,
        execution_time: 0,
        state: {},
        query: [{ role: 'user', content: nodes[step].observation, message_type: 'observation' }],
        extra_info: {},
      };
    });
    const history = [
      { role: 'user', content: `${timeline.goal}\n\n${timeline.start.observation}`, message_type: 'observation' },
      ...trajectory.flatMap(({ response, thought, action, observation }) => [
        { role: 'assistant', content: response, thought, action, message_type: 'action' },
        { role: 'user', content: observation, message_type: 'observation' },
      ]),
    ];
    const end = nodes.at(-1)?.end ?? null;
    const info = {
      exit_status: end?.reason ?? null,
      submission: null,
      model_stats: {
        instance_cost: 0,
        tokens_sent: views.reduce((all, { cost }) => all + (cost?.promptTokens ?? 0), 0),
        tokens_received: views.reduce((all, { cost }) => all + (cost?.generatedTokens ?? 0), 0),
        api_calls: views.reduce((all, { cost }) => all + (cost?.calls ?? 0), 0),
      },
    };
    const file = tracks.length === 1 ? `${stem}.traj` : `${stem}.${name}.traj`;
    return jsonFile(file, { environment: timeline.task.environment, trajectory, history, info });
  });
  return {
    files,
    losses: [
      'Candidates, priors, values, rollouts, reflections, prompts and calls are left out: the format has no place for them.',
      'Rewards are left out; execution times and cost stand as 0.',
    ],
  };
}
