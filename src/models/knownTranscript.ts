/** Key of a GGUF file's metadata that names the one text which its model knows (training/export.py writes it). */
const transcriptKey = 'lac.transcript';

/** Models whose files are older than the key. */
const byName: ReadonlyMap<unknown, string> = new Map([['LAC BabyAI-Text', 'babyai-text']]);

/** What a model's metadata say of the one text that it knows; undefined for models of any text. */
export function knownTranscript(metadata: (key: string) => unknown): string | undefined {
  const said = metadata(transcriptKey);
  return typeof said === 'string' && said !== '' ? said : byName.get(metadata('general.name'));
}
