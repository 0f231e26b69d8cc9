import { LacError } from '../errors/lacError';
import { chatEpisode, speakerOf } from './chat';
import { writeConversations } from './conversationsWriter';
import { booleanOf, fieldsOf, isFields, listOf, nameOf, numberOf, without, type Fields } from './fields';
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

function isRecord(value: unknown): value is Fields {
  return isFields(value) && messagesOf(value) !== null;
}

/** AgentTraj-L, ETO and FastChat: conversations from an instruction on, observations and actions in turn. */
export const conversations: ExchangeFormat = {
  id: 'conversations',
  title: 'Conversations (AgentTraj-L, ETO, FastChat JSON)',
  extension: '.json',
  recognises: (document) => isRecord(document) || listOf(document).slice(0, 20).some(isRecord),
  read,
  write: writeConversations,
};

function read(file: string, documents: readonly unknown[]): Reading {
  const records = documents.flatMap((document) => (Array.isArray(document) ? listOf(document) : [document]));
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

function episodeOf(record: Fields, index: number, losses: Set<string>): ForeignEpisode | null {
  const chat = chatEpisode(messagesOf(record) ?? []);
  for (const loss of chat.losses) losses.add(loss);
  if (chat.steps.length === 0) return null;
  const meta = fieldsOf(record['meta']);
  const id = nameOf(record['item_id']) ?? nameOf(record['id']) ?? nameOf(meta['task_id']) ?? `conversation-${index}`;
  const kind = /^([a-z][a-z ]*?)[_-]?\d+$/i.exec(id)?.[1].toLowerCase() ?? 'conversation';
  const environment = nameOf(record['dataset']) ?? nameOf(record['env']) ?? kind;
  return {
    environment,
    id,
    type: kind,
    goal: goalIn(chat.observation),
    observation: chat.observation,
    steps: chat.steps,
    success: booleanOf(record['success']) ?? booleanOf(meta['success']),
    reward: numberOf(record['reward']) ?? numberOf(meta['reward']),
    rest: {
      ...without(record, ['conversations', 'conversation', 'messages', 'success', 'reward']),
      ...(chat.instruction === chat.observation ? {} : { instruction: chat.instruction }),
      ...(chat.system.length === 0 ? {} : { system: chat.system }),
    },
  };
}
