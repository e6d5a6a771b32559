/** The boundary: lines of JSON on standard input and output. docs/boundary.md is its description. */
import { readSync, writeSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

import { NotWritten, StrataError, read, type Wire } from "./errors.ts";

const VERSION = 1;

/** An object that the other side can call: its methods, by their names on the boundary. */
export type Exported = { [method: string]: (...args: any[]) => any };

type Message = { call?: string; on?: number; args?: any[]; return?: any; error?: Wire; crash?: unknown };

/** One end of the boundary. Calls nest: whoever waits for an answer serves what comes in the meantime. */
export class Link {
  private objects = new Map<number, Exported>();
  private last = 0;
  private lines = new Lines();

  /** The number under which the other side can call the object. */
  export(object: Exported): number {
    this.objects.set(++this.last, object);
    return this.last;
  }

  /** The number of a function that the other side can call again and again. */
  function(run: (...args: any[]) => any): number {
    return this.export({ run });
  }

  /** The number of a function that is called once at most, and forgotten then. */
  once(run: (...args: any[]) => any): number {
    const ref = this.last + 1;
    return this.function((...args) => {
      this.forget(ref);
      return run(...args);
    });
  }

  forget(ref: number): void {
    this.objects.delete(ref);
  }

  /** Forgets every object but the one that makes layers, which is 0. */
  reset(): void {
    this.objects = new Map([[0, this.objects.get(0)!]]);
  }

  /** Calls a method of an object of the other side. Throws the StrataError that it returns. */
  call(on: number, method: string, ...args: unknown[]): any {
    this.send({ call: method, on, args });
    for (;;) {
      const message = this.receive();
      if (message === null) {
        process.exit(0); // in the middle of a call: the run is over
      }
      if (message.call !== undefined) {
        this.answer(message);
      } else if (message.error) {
        throw read(message.error);
      } else {
        return message.return;
      }
    }
  }

  /** Says hello and serves calls until there are none. */
  serve(root: Exported): void {
    this.objects.set(0, root);
    this.send({ strata: VERSION });
    for (let message = this.receive(); message !== null; message = this.receive()) {
      this.answer(message);
    }
  }

  private answer(message: Message): void {
    let answer: Message;
    try {
      const object = this.objects.get(message.on ?? 0);
      const method = object?.[message.call!];
      if (method === undefined) {
        throw new Error(`object ${message.on ?? 0} has no method ${message.call}`);
      }
      answer = { return: method.apply(object, message.args ?? []) ?? null };
    } catch (err) { // whatever it is, the other side wants to know where
      answer = said(err);
    }
    this.send(answer);
  }

  private send(message: object): void {
    const line = Buffer.from(JSON.stringify(message) + "\n");
    for (let at = 0; at < line.length; ) {
      at += writeSync(1, line, at);
    }
  }

  private receive(): Message | null {
    const line = this.lines.next();
    return line === null ? null : JSON.parse(line);
  }
}

/** What of an error goes to the other side. */
function said(err: unknown): Message {
  if (err instanceof StrataError) {
    return { error: err.wire() };
  }
  if (err instanceof NotWritten) {
    return { crash: { text: `step ${err.message} is not written yet`, step: err.message } };
  }
  if (err instanceof Error) {
    return { crash: { text: `${err.name}: ${err.message}`, trace: trace(err) } };
  }
  return { crash: { text: String(err), trace: [] } };
}

/** Where an error was thrown, innermost first, without the kit's own frames. */
function trace(err: Error): string[] {
  const frames: string[] = [];
  for (const line of (err.stack ?? "").split("\n")) {
    const frame = /^ +at (?:(?:new |async )?(\S+).* \()?(file:.*):(\d+):\d+\)?$/.exec(line);
    if (frame && !frame[2].startsWith(new URL(".", import.meta.url).href)) {
      frames.push(`${relative(process.cwd(), fileURLToPath(frame[2]))}:${frame[3]} in ${frame[1] ?? "a function"}`);
    }
  }
  return frames;
}

/** The lines on standard input, one at a time: whoever waits for an answer has nothing else to do. */
class Lines {
  private chunk = Buffer.alloc(1 << 16);
  private pieces: Buffer[] = []; // of a line that is not whole
  private rest = Buffer.alloc(0); // that was read and not looked at

  /** The next line; null at the end. */
  next(): string | null {
    for (;;) {
      const end = this.rest.indexOf(10);
      if (end >= 0) {
        const line = Buffer.concat([...this.pieces, this.rest.subarray(0, end)]).toString();
        this.pieces = [];
        this.rest = this.rest.subarray(end + 1);
        return line;
      }
      this.pieces.push(this.rest);
      const size = readSync(0, this.chunk);
      if (size === 0) {
        return null;
      }
      this.rest = Buffer.from(this.chunk.subarray(0, size));
    }
  }
}
