/** What a layer may touch of the world: time, timers, randomness, streams and a log. */
import { createHash } from "node:crypto";

import type { StrataError } from "./errors.ts";
import * as link from "./link.ts";
import { kinds, remote } from "./values.ts";

/** In nanoseconds: the unit of all times and durations. */
export const SECOND = 1_000_000_000n;

/** Is told what happens on a stream. */
export interface Receiver {
  receive(piece: Buffer): void;
  ended(reason: StrataError | null): void;
}

/** One end of a connection that carries bytes both ways. */
export interface Stream {
  /** Says who gets the bytes: once, in the callback that brought the stream. */
  deliver(to: Receiver): void;
  /** Queues bytes, and never waits. */
  write(data: Uint8Array): void;
  /** How many bytes have not been handed to the wire yet. */
  queued(): number;
  close(): void;
}

/** A timer that has been set: its number, and that of its function. */
export type Timer = { number: number; due: number };

/** All of a node's code runs on one loop: the host calls, and each call runs to its end. */
export class Host {
  /** The time of this node's clock, in nanoseconds. */
  readonly now: () => bigint;
  /** Calls accept for each stream that somebody opens to the address. */
  readonly listen: (at: string, accept: (stream: Stream) => void) => { close(): void };
  /** Opens a stream and calls done once, later. */
  readonly dial: (
    to: string, done: (stream: Stream | null, error: StrataError | null) => void,
  ) => void;
  /** This layer's own, seeded by the host. */
  readonly random: Random;
  private readonly ref: number;

  constructor(ref: number, seed: string) {
    ({ now: this.now, listen: this.listen, dial: this.dial } = remote("host", ref));
    this.random = new Random(seed);
    this.ref = ref;
  }

  /** Calls run once, so many nanoseconds from now. With 0 it runs right after this callback. */
  after(delay: bigint, run: () => void): Timer {
    const due = kinds.due.write(run);
    return { number: link.call(this.ref, "after", [String(delay), due]), due };
  }

  /** Forgets a timer. One that has run, or none, does no harm. */
  cancel(timer: Timer | null): void {
    if (timer !== null) {
      link.forget(timer.due);
      link.call(this.ref, "cancel", [timer.number]);
    }
  }

  /** Writes a record: -4 is debug, 0 info, 4 a warning, 8 an error. */
  log(message: string, attrs: Record<string, unknown> = {}, level = -4): void {
    const texts = Object.entries(attrs).map(([key, value]) => [key, String(value)]);
    link.call(this.ref, "log", [level, message, Object.fromEntries(texts)]);
  }
}

/** Numbers that depend on a seed and on nothing else. */
export class Random {
  private readonly seed: string;
  private drawn = 0;

  constructor(seed: string) {
    this.seed = seed;
  }

  /** So many random bytes. */
  bytes(size: number): Buffer {
    const hash = createHash("shake256", { outputLength: size });
    return hash.update(`${this.seed} ${this.drawn++}`).digest();
  }

  /** So many of the values, in random order. */
  sample<T>(values: readonly T[], count: number): T[] {
    const all = [...values];
    for (let i = 0; i < count; i++) {
      const j = i + Number(this.bytes(8).readBigUInt64LE() % BigInt(all.length - i));
      [all[i], all[j]] = [all[j], all[i]];
    }
    return all.slice(0, count);
  }
}
