import { LacError } from '../../errors/lacError';
import { parseBounded } from '../boundedJson';
import { chatEpisode } from '../chat';
import { fieldsOf, isFields, listOf, nameOf, numberOf, textOf, without, type Fields } from '../fields';
import { readingOf, type ForeignEpisode } from '../foreignEpisode';
import type { ForeignFile, Limits, Reading } from '../format';
import { goalIn, objectsOf } from '../messageTexts';
import { BeyondLimit, unpack, zipMembers, type ZipMember } from './zip';

/** Inspect's log as one JSON document. */
export function isInspectLog(document: unknown): document is Fields {
  return isFields(document) && isFields(document['eval']) && ('samples' in document || 'status' in document);
}

export function readInspectJson(file: string, documents: readonly unknown[]): Reading {
  const logs = documents.filter(isInspectLog);
  const samples = logs.flatMap((log) => objectsOf(log['samples']));
  return readingOfSamples(file, logs.at(0) ?? {}, samples, new Set());
}

/** Inspect's `.eval`: a zip with one member for each sample, packed by deflate or zstd. */
export function readInspectArchive({ name: file, bytes }: ForeignFile, limits: Limits): Reading {
  const members = zipMembers(file, bytes);
  const losses = new Set<string>();
  let budget = limits.bytes;
  let values = limits.values;
  const take = (member: ZipMember): unknown => {
    const unpacked = unpack(file, bytes, member, budget);
    budget -= unpacked.length;
    const before = values;
    const document = parseBounded(`${file} (${member.name})`, unpacked, { ...limits, values });
    values = Math.max(0, before - countCommas(unpacked));
    return document;
  };
  const headMember = members.get('header.json') ?? members.get('_journal/start.json');
  if (headMember === undefined) {
    const reason = 'it is a zip, but no log of Inspect (header.json and _journal/start.json are missing)';
    throw new LacError('exchange.unknown-format', { file, reason });
  }
  const head = within(file, limits, () => fieldsOf(take(headMember)));
  if (!members.has('header.json'))
    losses.add('The evaluation was not finished: only the samples that were written are here.');
  const samples: Fields[] = [];
  let left = 0;
  const all = [...members.values()].filter(({ name }) => /^samples\/[^/]+\.json$/.test(name));
  const chunked = new Set([...members.keys()].flatMap((name) => /^samples\/([^/]+)\//.exec(name)?.[1] ?? []));
  if (chunked.size > 0) losses.add(`${chunked.size} samples are stored in chunks and are left out.`);
  for (const member of all) {
    try {
      samples.push(fieldsOf(take(member)));
    } catch (error) {
      if (!isBeyond(error)) throw error;
      left++;
    }
  }
  if (left > 0 && samples.length === 0) throw tooLarge(file, limits);
  if (left > 0)
    losses.add(
      `${left} of ${all.length} samples are left out: together they are beyond the limit of ${limits.bytes >> 20} MiB.`,
    );
  return readingOfSamples(file, head, samples, losses);
}

function isBeyond(error: unknown): boolean {
  return error instanceof BeyondLimit || (error instanceof LacError && error.code === 'exchange.too-large');
}

function countCommas(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0x2c); at >= 0; at = bytes.indexOf(0x2c, at + 1)) count++;
  return count;
}

function within<T>(file: string, limits: Limits, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof BeyondLimit) throw tooLarge(file, limits);
    throw error;
  }
}

function tooLarge(file: string, limits: Limits): LacError {
  return new LacError('exchange.too-large', { file, what: 'its unpacked content', limit: `${limits.bytes >> 20} MiB` });
}

function readingOfSamples(file: string, log: Fields, samples: readonly Fields[], losses: Set<string>): Reading {
  const spec = fieldsOf(log['eval']);
  const environment = nameOf(spec['task']) ?? 'inspect';
  const all = samples.map((sample) => episodeOf(sample, environment, losses));
  const episodes = all.filter((episode) => episode !== null);
  if (episodes.length < all.length)
    losses.add(`${all.length - episodes.length} samples hold no answer of a model and are left out.`);
  if (episodes.length === 0) throw new LacError('exchange.empty', { file, format: 'an Inspect log' });
  losses.add(
    'Events of the evaluation (timings, sub-agents, tool internals) are left out: messages and scores are carried over.',
  );
  const version = numberOf(log['version']);
  return readingOf(
    {
      format: 'inspect',
      version: version === null ? null : String(version),
      agent: nameOf(spec['solver']) ?? 'Inspect',
      model: nameOf(spec['model']),
      episodes,
    },
    [...losses],
  );
}

function episodeOf(sample: Fields, environment: string, losses: Set<string>): ForeignEpisode | null {
  const attachments = fieldsOf(sample['attachments']);
  const messages = objectsOf(sample['messages']).map((message) => fieldsOf(attached(message, attachments, 0)));
  const chat = chatEpisode(messages);
  for (const loss of chat.losses) losses.add(loss);
  if (chat.steps.length === 0) return null;
  const id = nameOf(sample['id']) ?? 'sample';
  const epoch = numberOf(sample['epoch']) ?? 1;
  const { success, reward } = scoreOf(sample, losses);
  return {
    environment,
    id: epoch === 1 ? id : `${id} (epoch ${epoch})`,
    type: environment,
    goal: goalIn(textOf(sample['input']) ?? chat.instruction),
    observation: chat.observation,
    steps: chat.steps,
    success,
    reward,
    rest: {
      ...without(sample, ['messages', 'events', 'attachments', 'output', 'input', 'events_data', 'timelines']),
      ...(chat.system.length === 0 ? {} : { system: chat.system }),
    },
  };
}

/** Texts that Inspect keeps once and names by `attachment://`. */
function attached(value: unknown, attachments: Fields, depth: number): unknown {
  if (typeof value === 'string') {
    if (!value.startsWith('attachment://')) return value;
    return textOf(attachments[value.slice('attachment://'.length)]) ?? value;
  }
  if (depth > 20) return value;
  if (Array.isArray(value)) return listOf(value).map((item) => attached(item, attachments, depth + 1));
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, attached(item, attachments, depth + 1)]),
  );
}

/** The first score: `C` and `I` are Inspect's correct and incorrect, a number is a reward. */
function scoreOf(sample: Fields, losses: Set<string>): Pick<ForeignEpisode, 'success' | 'reward'> {
  const scores = Object.entries(fieldsOf(sample['scores']));
  const [first] = scores;
  if (first === undefined) return { success: null, reward: null };
  if (scores.length > 1)
    losses.add(`Of several scores the first (${first[0]}) stands for the episode; the others stay beside it.`);
  const value = isFields(first[1]) ? first[1]['value'] : first[1];
  if (value === 'C' || value === true) return { success: true, reward: 1 };
  if (value === 'I' || value === false) return { success: false, reward: 0 };
  return { success: null, reward: numberOf(value) };
}
