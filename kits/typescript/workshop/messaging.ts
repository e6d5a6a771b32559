/** Layer 2: messages with a kind, and requests that are answered (MSG-1 to MSG-10). */
import { Host, NotWritten, StrataError, caught, type Timer } from "../strata_kit/index.ts";
import { errors } from "./errors.ts";
import type { ConnectionEvents, Network, Side } from "./network.ts";
import { checkKind } from "./wire.ts";

const REGULAR = 0, REQUEST = 1, RESPONSE = 2;

export type Config = { timeout: bigint; max_id: number };

/** Runs once: with the reply, or with the error. */
export type Done = (reply: Buffer | null, error: StrataError | null) => void;

/** Gets a message of a connection or a peer, and returns the bytes to answer with, or null. */
export type Handler<From> = (from: From, payload: Buffer) => Buffer | null;

type Message = { type: number; id: number; kind: string; payload: Buffer };

/** The bytes of a message (MSG-1). */
export function encode(type: number, id: number, kind: string, payload: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head[0] = type;
  head.writeUInt32BE(id, 1);
  return Buffer.concat([head, Buffer.from(kind + "\0"), payload]);
}

/** Reads a message. Throws MESSAGE_MALFORMED (MSG-10). */
export function decode(data: Buffer): Message {
  const end = data.indexOf(0, 5);
  if (data.length < 6 || data[0] > RESPONSE || end < 0) {
    throw errors.MESSAGE_MALFORMED;
  }
  const message = { type: data[0], id: data.readUInt32BE(1), kind: "", payload: data.subarray(end + 1) };
  if (message.type === RESPONSE) {
    return message;
  }
  try {
    message.kind = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data.subarray(5, end));
    checkKind(message.kind);
  } catch {
    throw errors.MESSAGE_MALFORMED;
  }
  return message;
}

type Outstanding = { done: Done; timer: Timer };

export class Messaging {
  readonly host: Host;
  readonly network: Network;
  readonly config: Config;
  watcher: ConnectionEvents | null = null;
  handlers = new Map<string, Handler<number>>();
  stopped = false;
  lastId = new Map<number, number>(); // of every open connection
  outstanding = new Map<number, Map<number, Outstanding>>(); // by connection and id

  constructor(host: Host, network: Network, config: Config) {
    this.host = host;
    this.network = network;
    this.config = config;
  }

  /** Starts the network below. watcher may be null. */
  start(watcher: ConnectionEvents | null): void {
    this.watcher = watcher;
    this.network.start(this);
  }

  connected(conn: number, dialled: Side): void {
    this.lastId.set(conn, 0);
    this.outstanding.set(conn, new Map());
    this.watcher?.connected(conn, dialled);
  }

  disconnected(conn: number, ended: Side, reason: StrataError | null): void {
    this.lastId.delete(conn);
    this.abandon(conn);
    this.outstanding.delete(conn);
    this.watcher?.disconnected(conn, ended, reason);
  }

  /** handler returns the bytes to answer with, or null. Throws BAD_KIND and DUPLICATE_KIND (MSG-3). */
  registerHandler(kind: string, handler: Handler<number>): void {
    throw new NotWritten("messaging.1");
  }

  /** Takes a message from the network (MSG-4 to MSG-6, MSG-10). */
  received(conn: number, data: Buffer): void {
    throw new NotWritten("messaging.1");
  }

  /** Sends a regular message. Throws BAD_KIND, and what network.send does. */
  sendMessage(conn: number, kind: string, payload: Buffer): void {
    throw new NotWritten("messaging.2");
  }

  /** Sends a request; done runs once: with the reply, or with the error (MSG-7 to MSG-9). */
  request(conn: number, kind: string, payload: Buffer, done: Done): void {
    throw new NotWritten("messaging.2");
  }

  /** The next id of the connection that no outstanding request has. */
  newId(conn: number): number {
    throw new NotWritten("messaging.2");
  }

  /** Ends a request, if it is outstanding. */
  finish(conn: number, id: number, reply: Buffer | null, error: StrataError | null): void {
    throw new NotWritten("messaging.2");
  }

  /** Ends the requests of one connection with CLOSED, in the order of their ids. */
  abandon(conn: number): void {
    throw new NotWritten("messaging.3");
  }

  /** Ends all requests with CLOSED, then stops the network. */
  stop(): void {
    throw new NotWritten("messaging.3");
  }
}
