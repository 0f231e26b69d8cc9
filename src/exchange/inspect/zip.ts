import { crc32, inflateRawSync } from 'node:zlib';
import { LacError, messageOf } from '../../errors/lacError';
import { decompressZstd } from './zstd';

/** One member of a zip archive, not yet unpacked. */
export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  /** Size after unpacking, as the directory says. */
  readonly size: number;
  readonly crc: number;
  readonly offset: number;
}

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const mostMembers = 100_000;

export function isZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function broken(file: string, reason: string, cause?: unknown): LacError {
  return new LacError('exchange.zip', { file, reason }, cause === undefined ? undefined : { cause });
}

/** The members of an archive by name; of equal names the last counts, as Inspect writes a sample again. */
export function zipMembers(file: string, bytes: Uint8Array): ReadonlyMap<string, ZipMember> {
  const view = viewOf(bytes);
  const end = endRecord(view);
  if (end < 0) throw broken(file, 'its directory is missing, so it was cut off');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (at === 0xffffffff || count === 0xffff) throw broken(file, 'it is larger than 4 GB (zip64)');
  const members = new Map<string, ZipMember>();
  for (let index = 0; index < count && index < mostMembers; index++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== entrySignature)
      throw broken(file, `its directory is damaged at entry ${index + 1}`);
    if ((view.getUint16(at + 8, true) & 1) === 1) throw broken(file, 'it is encrypted');
    const nameLength = view.getUint16(at + 28, true);
    const skipped = view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const name = Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength)).toString('utf8');
    members.set(name, {
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + skipped;
  }
  return members;
}

function endRecord(view: DataView): number {
  const least = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= least; at--) if (view.getUint32(at, true) === endSignature) return at;
  return -1;
}

/** Thrown inside, where a member unpacks to more than is allowed. */
export class BeyondLimit extends Error {}

/** A member's bytes. Throws `BeyondLimit` when there are more than `limit`, `exchange.zip` when it is damaged. */
export function unpack(file: string, bytes: Uint8Array, member: ZipMember, limit: number): Uint8Array {
  const view = viewOf(bytes);
  const { offset, packed, method, name } = member;
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== localSignature)
    throw broken(file, `the member ${name} is not where the directory says`);
  if (member.size > limit) throw new BeyondLimit();
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > bytes.length) throw broken(file, `the member ${name} is cut off`);
  const data = bytes.subarray(start, start + packed);
  // A member that unpacks to more than it says is a bomb or damaged, so it is not unpacked further.
  const unpacked = unpackData(file, name, method, data, member.size);
  if (unpacked.length !== member.size || crc32(unpacked) !== member.crc)
    throw broken(file, `the member ${name} is damaged (its checksum differs)`);
  return unpacked;
}

function unpackData(file: string, name: string, method: number, data: Uint8Array, size: number): Uint8Array {
  try {
    switch (method) {
      case 0:
        return data;
      case 8:
        return inflateRawSync(data, { maxOutputLength: Math.max(1, size) });
      case 93:
        return decompressZstd(data, size, () => new BeyondLimit());
      default:
        throw broken(file, `the member ${name} is packed by method ${method}; stored, deflate and zstd can be read`);
    }
  } catch (error) {
    if (error instanceof LacError) throw error;
    const more = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    if (more || error instanceof BeyondLimit)
      throw broken(file, `the member ${name} unpacks to more than the directory says`, error);
    throw broken(file, `the member ${name} cannot be unpacked (${messageOf(error)})`, error);
  }
}
