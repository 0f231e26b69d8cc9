import { textField } from './wireFields';

/**
 * The one text that a model knows, as its file's metadata say it (training/export.py writes the key); undefined for models
 * of any text.
 */
export function knownTranscript(metadata: unknown): string | undefined {
  return textField(metadata, 'lac.transcript') ?? undefined;
}
