import { LacError } from '../errors/lacError';
import { chatEpisode, speakerOf } from './chat';
import { writeConversations } from './conversationsWriter';
import { booleanOf, fieldsOf, isFields, listOf, nameOf, numberOf, textOf, without, type Fields } from './fields';
import { readingOf, type ForeignEpisode } from './foreignEpisode';
import type { ExchangeFormat, Reading } from './format';
import { goalIn, objectsOf } from './messageTexts';

/** The list of messages in a record of AgentTraj-L, ETO, FastChat or the OpenAI training format. */
function messagesOf(record: Fields): readonly Fields[] | null {
  for (const name of ['conversations', 'conversation', 'messages']) {
    const messages = objectsOf(record[name]);
    if (messages.some((message) => speakerOf(message) === 'agent')) return messages;
  }
  return null;
}

/** ETO's pairs for preference learning: a common beginning, and how it went on better and worse. */
function pairOf(record: Fields): readonly Fields[] | null {
  const { prompt, chosen, rejected } = record;
  if (!Array.isArray(prompt) || !Array.isArray(chosen) || !Array.isArray(rejected)) return null;
  const rest = without(record, ['prompt', 'chosen', 'rejected']);
  const id = nameOf(record['id']) ?? 'pair';
  return [
    { ...rest, id: `${id}, chosen`, conversations: [...listOf(prompt), ...listOf(chosen)] },
    { ...rest, id: `${id}, rejected`, conversations: [...listOf(prompt), ...listOf(rejected)] },
  ];
}

function isRecord(value: unknown): value is Fields {
  return isFields(value) && messagesOf(value) !== null;
}

function holdsRecord(value: unknown): boolean {
  return isRecord(value) || (isFields(value) && (pairOf(value)?.some(isRecord) ?? false));
}

/** AgentTraj-L, ETO and FastChat: conversations from an instruction on, observations and actions in turn. */
export const conversations: ExchangeFormat = {
  id: 'conversations',
  title: 'Conversations (AgentTraj-L, ETO, FastChat JSON)',
  extension: '.json',
  recognises: (document) => holdsRecord(document) || listOf(document).slice(0, 20).some(holdsRecord),
  read,
  write: writeConversations,
};

function read(file: string, documents: readonly unknown[]): Reading {
  const records = documents
    .flatMap((document) => (Array.isArray(document) ? listOf(document) : [document]))
    .flatMap((record): readonly unknown[] => (isFields(record) ? (pairOf(record) ?? [record]) : [record]));
  const losses = new Set<string>();
  const episodes: ForeignEpisode[] = [];
  let skipped = 0;
  for (const record of records) {
    const episode = isRecord(record) ? episodeOf(record, episodes.length, losses) : null;
    if (episode === null) skipped++;
    else episodes.push(episode);
  }
  if (episodes.length === 0) throw new LacError('exchange.empty', { file, format: 'a list of conversations' });
  if (skipped > 0) losses.add(`${skipped} of ${records.length} records hold no action of an agent and are left out.`);
  return readingOf({ format: 'conversations', version: null, agent: null, model: null, episodes }, [...losses]);
}

const exampleLoss =
  'A worked example that the agent was shown before its task stays with the episode and is not replayed.';

/**
 * ETO's own runs begin with a worked example in the same form as what the agent did; how many steps the agent made itself
 * stands beside. What was shown before them, without the instruction; empty where there is none.
 */
function exampleIn(messages: readonly Fields[], steps: number | null): readonly Fields[] {
  if (steps === null || steps < 1) return [];
  const acts = messages.flatMap((message, at) => (speakerOf(message) === 'agent' ? [at] : []));
  const first = acts.at(-steps);
  // Instruction, acknowledgement and task stand before a conversation that shows nothing.
  return first === undefined || first <= 3 ? [] : messages.slice(1, first - 1);
}

function episodeOf(record: Fields, index: number, losses: Set<string>): ForeignEpisode | null {
  const meta = fieldsOf(record['meta']);
  const messages = messagesOf(record) ?? [];
  const example = exampleIn(messages, numberOf(meta['steps']));
  if (example.length > 0) losses.add(exampleLoss);
  const chat = chatEpisode([...messages.slice(0, 1), ...messages.slice(1 + example.length)]);
  for (const loss of chat.losses) losses.add(loss);
  if (chat.steps.length === 0) return null;
  const game = gameOf(textOf(record['game_file']) ?? textOf(meta['error']));
  const id =
    nameOf(record['item_id']) ?? nameOf(record['id']) ?? nameOf(meta['task_id']) ?? game ?? `conversation-${index}`;
  const kind =
    game !== null ? 'alfworld' : (/^([a-z][a-z ]*?)[_-]?\d+$/i.exec(id)?.[1].toLowerCase() ?? 'conversation');
  const environment = nameOf(record['dataset']) ?? nameOf(record['env']) ?? kind;
  const reward = record['reward'] ?? meta['reward'];
  return {
    environment,
    id,
    type: kind,
    goal: goalIn(chat.observation),
    observation: chat.observation,
    steps: chat.steps,
    // ALFWorld's reward is whether the game was won; ETO calls every game that ended a success.
    success: booleanOf(reward) ?? booleanOf(record['success']) ?? booleanOf(meta['success']),
    reward: numberOf(typeof reward === 'boolean' ? Number(reward) : reward),
    rest: {
      ...without(record, ['conversations', 'conversation', 'messages', 'success', 'reward']),
      ...(example.length === 0 ? {} : { example }),
      ...(chat.instruction === chat.observation ? {} : { instruction: chat.instruction }),
      ...(chat.system.length === 0 ? {} : { system: chat.system }),
    },
  };
}

/** The name of an ALFWorld game by its path; null for what is none. */
function gameOf(file: string | null): string | null {
  if (file === null) return null;
  const parts = file.split('/').filter((part) => part !== '' && !/\.(?:tw-)?pddl$|^traj_data\.json$/.test(part));
  return /\btrial_T\d/.test(file) || /\.tw-pddl$/.test(file) ? (parts.at(-1) ?? null) : null;
}
