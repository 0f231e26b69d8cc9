import { longestLine } from './jsonLines';
import { UnexpectedAnswer } from './send';

/** The `data` of each event of a stream, up to `[DONE]` or the end; `true` last when it was ended with `[DONE]`. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown, boolean, undefined> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine)
      throw new UnexpectedAnswer('events', `a line of more than ${longestLine} characters`);
    for (const line of lines) {
      const event = parseLine(line.trim());
      if (event === 'done') return true;
      if (event !== undefined) yield event.data;
    }
  }
  const last = parseLine((rest + decoder.decode()).trim());
  if (last === 'done') return true;
  if (last !== undefined) yield last.data;
  return false;
}

function parseLine(line: string): { readonly data: unknown } | 'done' | undefined {
  // Lines with a colon first are comments that keep the connection alive; `event:` and `id:` say nothing here.
  if (line === '' || line.startsWith(':') || line.startsWith('event:') || line.startsWith('id:')) return undefined;
  const match = /^(?:data|error):\s*(.*)$/.exec(line);
  const text = match?.[1] ?? line;
  if (text === '[DONE]') return 'done';
  try {
    const data: unknown = JSON.parse(text);
    // llama-server writes a failure as `error: {...}`.
    return { data: line.startsWith('error:') ? { error: data } : data };
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UnexpectedAnswer('an event with JSON', JSON.stringify(line.slice(0, 80)));
    throw error;
  }
}
