import type { ScoredToken } from '../../lac/languageModel';
import type { ReportedToken } from '../lineAssembler';

/** What a JSON text that began with a quote says so far, or null where it breaks off inside an escape. */
function unescaped(inner: string): string | null {
  try {
    const value: unknown = JSON.parse(`"${inner}"`);
    return typeof value === 'string' ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Index of the closing quote in the inside of a JSON string, or -1. */
function closingQuote(inner: string): number {
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === '\\') i++;
    else if (inner[i] === '"') return i;
  }
  return -1;
}

/**
 * Reads the tokens of a text that a JSON schema forced on the model as a string: drops what stands for the quotes alone,
 * and gives the tokens in the text's own characters, those of one escape joined. Undefined when they don't spell `text`.
 */
export function readForcedText(reported: readonly ReportedToken[], text: string): ScoredToken[] | undefined {
  const tokens: ScoredToken[] = [];
  let opened = false;
  let inner = '';
  let said = '';
  let waiting = 0;
  let known = true;
  for (const { token, logprob } of reported) {
    let piece = token;
    if (!opened) {
      const quote = piece.indexOf('"');
      if (quote === -1) {
        if (piece.trim() !== '') return undefined;
        continue;
      }
      opened = true;
      piece = piece.slice(quote + 1);
      if (piece === '') continue;
    }
    const close = closingQuote(inner + piece);
    const part = close === -1 ? piece : (inner + piece).slice(inner.length, close);
    inner += part;
    if (part !== '') {
      if (logprob === null) known = false;
      waiting += logprob ?? 0;
      const now = unescaped(inner);
      if (now !== null) {
        tokens.push({ token: now.slice(said.length), logprob: known ? waiting : null });
        said = now;
        waiting = 0;
        known = true;
      }
    }
    if (close !== -1) return said === text ? tokens : undefined;
  }
  return undefined;
}
