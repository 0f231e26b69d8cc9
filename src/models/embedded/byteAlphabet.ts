/**
 * GPT-2's alphabet of bytes: every byte has a printable character, so that merges and vocabularies are text.
 * Printable Latin-1 bytes stand for themselves; the others are shifted to U+0100 and after.
 */
export const characterOfByte: readonly string[] = (() => {
  const characters: string[] = [];
  let shifted = 0x100;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    characters.push(String.fromCharCode(printable ? byte : shifted++));
  }
  return characters;
})();

const byteOfCharacter: ReadonlyMap<string, number> = new Map(characterOfByte.map((c, byte) => [c, byte]));

const utf8 = new TextEncoder();

/** Bytes that a vocabulary entry stands for; an entry outside the alphabet stands for its own text. */
export function bytesOfEntry(entry: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of entry) {
    const byte = byteOfCharacter.get(character);
    if (byte === undefined) return utf8.encode(entry);
    bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
