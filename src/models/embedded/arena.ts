import { ARENA_START } from './kernel';

const ALIGNMENT = 64;

/** Plans places in one block of memory; nothing is allocated until the plan's `bytes` are asked for. */
export class ArenaPlan {
  bytes = ARENA_START;

  /** The address of room for `count` float32 or u32. */
  numbers(count: number): number {
    const address = this.bytes;
    this.bytes = Math.ceil((address + count * 4) / ALIGNMENT) * ALIGNMENT;
    return address;
  }
}
