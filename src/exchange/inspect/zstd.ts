import { Decompress } from 'fzstd';

/** Zstandard frames (RFC 8878) with bounded memory: sizes are checked in the headers before anything is unpacked. */

/** Decompresses all frames; throws what `beyond` makes when they hold more than `limit` bytes. */
export function decompressZstd(data: Uint8Array, limit: number, beyond: () => Error): Uint8Array {
  checkFrames(data, limit, beyond);
  const pieces: Uint8Array[] = [];
  let size = 0;
  const stream = new Decompress((piece) => {
    size += piece.length;
    if (size > limit) throw beyond();
    pieces.push(piece.slice());
  });
  stream.push(data, true);
  return Buffer.concat(pieces);
}

/** Walks frames and blocks by their headers, since the decoder allocates whatever window a frame asks for. */
function checkFrames(data: Uint8Array, limit: number, beyond: () => Error): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = 0;
  while (at < data.length) {
    const magic = view.getUint32(at, true);
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
      at += 8 + view.getUint32(at + 4, true);
      continue;
    }
    if (magic !== 0xfd2fb528) throw new Error('no Zstandard frame');
    at = frameEnd(view, at, limit, beyond);
  }
}

function frameEnd(view: DataView, start: number, limit: number, beyond: () => Error): number {
  const descriptor = view.getUint8(start + 4);
  const single = (descriptor >> 5) & 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3];
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? single : 1 << sizeFlag;
  let at = start + 5;
  if (single === 0) {
    const window = view.getUint8(at);
    const base = 2 ** (10 + (window >> 3));
    // Encoders ask for no more than 8 MiB unless told to; the decoder allocates the window at once.
    if (base + (base / 8) * (window & 7) > Math.max(limit, 8 << 20)) throw beyond();
    at++;
  }
  at += dictionary;
  if (contentSize(view, at, sizeBytes) > limit) throw beyond();
  at += sizeBytes;
  for (;;) {
    const header = view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getUint8(at + 2) << 16);
    const type = (header >> 1) & 3;
    at += 3 + (type === 1 ? 1 : header >> 3);
    if ((header & 1) === 1) break;
  }
  return at + (((descriptor >> 2) & 1) === 1 ? 4 : 0);
}

function contentSize(view: DataView, at: number, bytes: number): number {
  switch (bytes) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    case 8:
      return Number(view.getBigUint64(at, true));
    default:
      return 0;
  }
}
