const MASK = (1n << 64n) - 1n;

/** Numbers that depend on a seed and on nothing else: SplitMix64. */
export class Random {
  private state: bigint;

  constructor(seed: bigint) {
    this.state = seed;
  }

  /** The next 64 bits. */
  next(): bigint {
    this.state = (this.state + 0x9e3779b97f4a7c15n) & MASK;
    let x = this.state;
    x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return x ^ (x >> 31n);
  }

  /** So many random bytes. */
  bytes(size: number): Buffer {
    const all = Buffer.alloc(Math.ceil(size / 8) * 8);
    for (let at = 0; at < size; at += 8) {
      all.writeBigUInt64LE(this.next(), at);
    }
    return all.subarray(0, size);
  }

  /** So many of the values, in random order. */
  sample<T>(values: readonly T[], count: number): T[] {
    const all = [...values];
    for (let i = 0; i < count; i++) {
      const j = i + Number(this.next() % BigInt(all.length - i));
      [all[i], all[j]] = [all[j], all[i]];
    }
    return all.slice(0, count);
  }
}
