import { fieldsOf, nameOf, textOf, without, type Fields } from './fields';
import type { ForeignStep } from './foreignEpisode';
import { messageTexts, objectsOf, reactParts, toolCallText } from './messageTexts';

/** A conversation as an agent's episode. */
export interface ChatEpisode {
  /** What the agent was told before its first action, without the system prompt. */
  readonly instruction: string;
  /** The last message before the first action: instruction and observation are one where there is only one. */
  readonly observation: string;
  readonly steps: readonly ForeignStep[];
  readonly system: readonly string[];
  readonly losses: readonly string[];
}

type Speaker = 'system' | 'environment' | 'agent';

const speakers: Readonly<Record<string, Speaker>> = {
  system: 'system',
  developer: 'system',
  user: 'environment',
  human: 'environment',
  observation: 'environment',
  tool: 'environment',
  ipython: 'environment',
  assistant: 'agent',
  gpt: 'agent',
  chatgpt: 'agent',
  bing: 'agent',
  bard: 'agent',
  ai: 'agent',
};

/** Who says a message of any chat format; null for a role that none of them has. */
export function speakerOf(message: Fields): Speaker | null {
  const role = textOf(message['role']) ?? textOf(message['from']);
  return role === null ? null : (speakers[role.toLowerCase()] ?? null);
}

interface OpenStep {
  readonly thoughts: readonly string[];
  readonly action: string;
  readonly rest: Fields;
  readonly observations: string[];
}

const known = [
  'role',
  'from',
  'content',
  'value',
  'text',
  'tool_calls',
  'reasoning_content',
  'reasoning',
  'thought',
  'action',
];

/** Reads messages in any of the chat formats (role/content, from/value). */
export function chatEpisode(messages: readonly Fields[]): ChatEpisode {
  const system: string[] = [];
  const before: string[] = [];
  const steps: OpenStep[] = [];
  const left = new Set<string>();
  for (const message of messages) {
    const speaker = speakerOf(message);
    const { text, reasoning, left: parts } = messageTexts(message['content'] ?? message['value'] ?? message['text']);
    for (const part of parts) left.add(part);
    if (speaker === 'system') system.push(text);
    else if (speaker === 'agent') {
      if (steps.length === 0 && isAcknowledgement(message, text)) continue;
      steps.push({ ...acted(message, text, reasoning), rest: without(message, known), observations: [] });
    } else if (speaker === 'environment') (steps.at(-1)?.observations ?? before).push(text);
  }
  return {
    instruction: before.at(0) ?? '',
    observation: before.at(-1) ?? '',
    steps: steps.map(({ thoughts, action, rest, observations }) => ({
      thoughts,
      action,
      observation: observations.length === 0 ? null : observations.join('\n'),
      reward: null,
      rest,
    })),
    system,
    losses: [...left].map((kind) => `Parts of messages of the kind "${kind}" are left out: only text is carried over.`),
  };
}

/** `OK. I'll follow your instructions`: the answer by which AgentTraj-L and ETO part the instruction from the task. */
function isAcknowledgement(message: Fields, text: string): boolean {
  if (objectsOf(message['tool_calls']).length > 0 || reactParts(text) !== null) return false;
  return text.length <= 300 && /^\s*(?:ok(?:ay)?|sure|understood|got it)\b/i.test(text);
}

function acted(message: Fields, text: string, reasoning: readonly string[]): Pick<OpenStep, 'thoughts' | 'action'> {
  const thoughts = [...reasoning];
  for (const name of ['reasoning_content', 'reasoning', 'thought']) {
    const thought = textOf(message[name]);
    if (thought !== null && thought.trim() !== '') thoughts.push(thought);
  }
  const calls = objectsOf(message['tool_calls']).map((call) => {
    const inner = fieldsOf(call['function']);
    const name = nameOf(inner['name']) ?? nameOf(call['function']) ?? nameOf(call['name']) ?? 'tool';
    return toolCallText(name, inner['arguments'] ?? call['arguments']);
  });
  if (calls.length > 0) {
    if (text.trim() !== '') thoughts.push(text.trim());
    return { thoughts, action: calls.join('\n') };
  }
  const react = reactParts(text);
  if (react === null) return { thoughts, action: text.trim() };
  return { thoughts: react.thought === null ? thoughts : [...thoughts, react.thought], action: react.action };
}
