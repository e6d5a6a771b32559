/** The boundary: lines of JSON on standard input and output. docs/boundary.md describes it. */
import { readSync, writeSync } from "node:fs";
import { relative } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { fileURLToPath } from "node:url";

import { NotWritten, StrataError } from "./errors.ts";

export type Call = (...args: any[]) => any;

/** The methods of an object, by their names on the boundary. */
export type Served = { [method: string]: Call };

type Answer = { return?: any; error?: any; crash?: object };
type Message = Answer & { call?: string; on?: number; args?: any[] };

const objects = new Map<number, Served>(); // that the other side can call
const input = messages();
const next = () => input.next().value;
let last = 0;

/** The number of an object that the other side can call. */
export function exported(methods: Served): number {
  objects.set(++last, methods);
  return last;
}

/** Forgets an object that nobody will call. */
export function forget(number: number): void {
  objects.delete(number);
}

/** Calls an object of the other side, and serves what that calls before it answers. */
export function call(on: number, method: string, args: unknown[]): any {
  send({ call: method, on, args });
  for (let message = next(); message !== undefined; message = next()) {
    if (message.call !== undefined) {
      send(answer(message));
    } else if (message.error) {
      throw read(message.error);
    } else {
      return message.return;
    }
  }
  process.exit(0); // the run is over
}

/** Says hello and answers calls until there are none. */
export function serve(root: Served): void {
  const begin = () => {
    objects.clear();
    objects.set(0, { ...root, reset: begin });
  };
  begin();
  send({ strata: 1 });
  for (let message = next(); message !== undefined; message = next()) {
    send(answer(message));
  }
}

export const read = (wire: any) => new StrataError(wire.name, wire.text, wire.ref);

function answer({ on = 0, call = "", args = [] }: Message): Answer {
  try {
    return { return: objects.get(on)![call](...args) ?? null };
  } catch (err) { // whatever it is, the other side wants to know where
    if (err instanceof StrataError) {
      return { error: err };
    }
    if (err instanceof NotWritten) {
      return { crash: { text: `step ${err.message} is not written yet`, step: err.message } };
    }
    return { crash: { text: String(err), trace: trace(err) } };
  }
}

/** Where an error was thrown, innermost first, without the kit's own frames. */
function trace(err: unknown): string[] {
  const frames: string[] = [];
  for (const line of err instanceof Error ? err.stack!.split("\n") : []) {
    const found = /^ +at (?:(?:new |async )?(\S+).* \()?(file:.*):(\d+):\d+\)?$/.exec(line);
    const [, name = "a function", file = "", number] = found ?? [];
    if (file !== "" && !file.startsWith(new URL(".", import.meta.url).href)) {
      frames.push(`${relative(process.cwd(), fileURLToPath(file))}:${number} in ${name}`);
    }
  }
  return frames;
}

function send(message: object): void {
  const line = Buffer.from(JSON.stringify(message) + "\n");
  for (let at = 0; at < line.length; ) {
    at += writeSync(1, line, at);
  }
}

/** What comes on standard input. Reading blocks: whoever waits has nothing else to do. */
function* messages(): Generator<Message, undefined> {
  const chunk = Buffer.alloc(1 << 16);
  const decoder = new StringDecoder();
  let begun = "";
  for (let size = readSync(0, chunk); size > 0; size = readSync(0, chunk)) {
    const texts = (begun + decoder.write(chunk.subarray(0, size))).split("\n");
    begun = texts.pop()!;
    yield* texts.map((text) => JSON.parse(text));
  }
}
