/** What a layer may touch of the world: time, timers, randomness, streams and a log. */
import { read, type StrataError, type Wire } from "./errors.ts";
import type { Link } from "./link.ts";
import { Random } from "./random.ts";

/** In nanoseconds: the unit of all times and durations. */
export const SECOND = 1_000_000_000n;

/** Is told what happens on a stream. */
export interface Receiver {
  receive(piece: Buffer): void;
  ended(reason: StrataError | null): void;
}

/** A timer that has been set. */
export class Timer {
  readonly ref: number;
  readonly run: number;

  constructor(ref: number, run: number) {
    this.ref = ref;
    this.run = run;
  }
}

/** An object of the other side. */
export class Remote {
  protected readonly link: Link;
  protected readonly ref: number;

  constructor(link: Link, ref: number) {
    this.link = link;
    this.ref = ref;
  }

  protected call(method: string, ...args: unknown[]): any {
    return this.link.call(this.ref, method, ...args);
  }
}

/** One end of a connection that carries bytes both ways. */
export class Stream extends Remote {
  /** Says who gets the bytes: once, in the callback that brought the stream. */
  deliver(to: Receiver): void {
    this.call("deliver", this.link.export({
      receive: (piece: string) => to.receive(bytes(piece)),
      ended: (reason: Wire | null) => to.ended(read(reason)),
    }));
  }

  /** Queues bytes, and never waits. */
  write(data: Uint8Array): void {
    this.call("write", text(data));
  }

  /** How many bytes have not been handed to the wire yet. */
  queued(): number {
    return this.call("queued");
  }

  close(): void {
    this.call("close");
  }
}

/** Where streams are accepted. */
export class Listener extends Remote {
  close(): void {
    this.call("close");
  }
}

/** All of a node's code runs on one loop: the host calls, and each call runs to its end. */
export class Host extends Remote {
  readonly random: Random; // this layer's own, seeded by the host

  constructor(link: Link, ref: number, seed: string) {
    super(link, ref);
    this.random = new Random(BigInt(seed));
  }

  /** The time of this node's clock, in nanoseconds. */
  now(): bigint {
    return BigInt(this.call("now"));
  }

  /** Calls run once, so many nanoseconds from now. With 0 it runs right after the callback under way. */
  after(delay: bigint, run: () => void): Timer {
    const ref = this.link.once(run);
    return new Timer(this.call("after", String(delay), ref), ref);
  }

  /** Forgets a timer. One that has run, or none, does no harm. */
  cancel(timer: Timer | null): void {
    if (timer !== null) {
      this.link.forget(timer.run);
      this.call("cancel", timer.ref);
    }
  }

  /** Writes a record: -4 is debug, 0 info, 4 a warning, 8 an error. */
  log(message: string, attrs: Record<string, unknown> = {}, level = -4): void {
    const texts = Object.fromEntries(Object.entries(attrs).map(([key, value]) => [key, String(value)]));
    this.call("log", level, message, texts);
  }

  /** Calls accept for each stream that somebody opens to the address. */
  listen(at: string, accept: (stream: Stream) => void): Listener {
    const heard = this.link.function((stream: number) => accept(new Stream(this.link, stream)));
    return new Listener(this.link, this.call("listen", at, heard));
  }

  /** Opens a stream and calls done once, later. */
  dial(to: string, done: (stream: Stream | null, error: StrataError | null) => void): void {
    this.call("dial", to, this.link.once((stream: number, error: Wire | null) =>
      done(error === null ? new Stream(this.link, stream) : null, read(error))));
  }
}

/** Bytes on their way over the boundary. */
export function text(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
}

/** Bytes that came over the boundary. */
export function bytes(wire: string): Buffer {
  return Buffer.from(wire, "base64");
}
