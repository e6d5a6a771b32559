/** Layer 1: whole messages, in order, over connections (NET-1 to NET-12). */
import { Host, NotWritten, StrataError, type Receiver, type Stream } from "../strata_kit/index.ts";
import { errors } from "./errors.ts";

const HEADER_SIZE = 4;

export type Config = { listen: string; max_frame: number; max_queued: number };

/** Which side did something (NET-7). */
export type Side = "ours" | "theirs";

/** Listens to connections. */
export interface ConnectionEvents {
  connected(conn: number, dialled: Side): void;
  disconnected(conn: number, ended: Side, reason: StrataError | null): void;
}

/** Listens to connections and to what comes on them. */
export interface NetworkEvents extends ConnectionEvents {
  received(conn: number, payload: Buffer): void;
}

type Dialled = (conn: number, error: StrataError | null) => void;

export class Network {
  readonly host: Host;
  readonly config: Config;
  handler!: NetworkEvents; // from start on
  listener: { close(): void } | null = null;
  stopped = false;
  conns = new Map<number, Connection>();
  lastConn = 0;
  dials = new Map<number, Dialled>(); // under way, by number
  lastDial = 0;

  constructor(host: Host, config: Config) {
    this.host = host;
    this.config = config;
  }

  /** Listens, and tells handler of everything from now on: connected, received, disconnected. */
  start(handler: NetworkEvents): void {
    this.handler = handler;
    if (this.config.listen !== "") {
      this.listener = this.host.listen(this.config.listen, (stream) => this.accept(stream));
    }
  }

  accept(stream: Stream): void {
    if (this.stopped) {
      stream.close();
    } else {
      this.open(stream, "theirs");
    }
  }

  /** Makes a connection of a stream, raises the connect event and returns the connection's id. */
  open(stream: Stream, dialled: Side): number {
    const conn = new Connection(this, ++this.lastConn, stream);
    this.conns.set(conn.id, conn);
    stream.deliver(conn);
    this.handler.connected(conn.id, dialled);
    return conn.id;
  }

  /** Forgets a connection, closes its stream and raises the disconnect event; once (NET-6). */
  end(conn: Connection, by: Side, reason: StrataError | null): void {
    if (conn.over) {
      return;
    }
    conn.over = true;
    this.conns.delete(conn.id);
    conn.stream.close();
    this.handler.disconnected(conn.id, by, reason);
  }

  /** Opens a connection; done runs once: with its id after the connect event, or with the error (NET-10). */
  dial(to: string, done: Dialled): void {
    // strata:begin network.2
    if (this.stopped) {
      done(0, errors.CLOSED);
      return;
    }
    const number = ++this.lastDial;
    this.dials.set(number, done);
    this.host.dial(to, (stream, error) => this.dialled(number, stream, error));
    // strata:end
  }

  /** Ends a dial, unless stop has done so. */
  dialled(number: number, stream: Stream | null, error: StrataError | null): void {
    // strata:begin network.2
    if (!this.dials.has(number)) {
      stream?.close();
      return;
    }
    const conn = stream === null ? 0 : this.open(stream, "ours");
    const done = this.dials.get(number);
    this.dials.delete(number);
    done?.(conn, error); // undefined: the connect event stopped the layer
    // strata:end
  }

  /** Sends one frame, or nothing of it. Throws CLOSED, FRAME_TOO_BIG and SLOW_PEER (NET-8, NET-9). */
  send(conn: number, payload: Buffer): void {
    // strata:begin network.3
    const c = this.conns.get(conn);
    if (c === undefined) {
      throw errors.CLOSED;
    }
    if (payload.length > this.config.max_frame) {
      throw errors.FRAME_TOO_BIG;
    }
    if (c.stream.queued() + HEADER_SIZE + payload.length > this.config.max_queued) {
      this.end(c, "ours", errors.SLOW_PEER);
      throw errors.SLOW_PEER;
    }
    const header = Buffer.alloc(HEADER_SIZE);
    header.writeUInt32BE(payload.length);
    c.stream.write(Buffer.concat([header, payload]));
    // strata:end
  }

  /** Ends the connection, closed by us and without a reason. */
  close(conn: number): void {
    // strata:begin network.3
    const c = this.conns.get(conn);
    if (c !== undefined) {
      this.end(c, "ours", null);
    }
    // strata:end
  }

  /** Closes the listener and every connection, and ends every dial with CLOSED (NET-11). */
  stop(): void {
    // strata:begin network.3
    if (this.stopped) {
      return;
    }
    this.stopped = true;
    this.listener?.close();
    for (const conn of [...this.conns.keys()]) {
      this.close(conn);
    }
    for (const [number, done] of [...this.dials]) {
      this.dials.delete(number);
      done(0, errors.CLOSED);
    }
    // strata:end
  }
}

/** One connection: it receives what comes on its stream. */
class Connection implements Receiver {
  readonly layer: Network;
  readonly id: number;
  readonly stream: Stream;
  over = false;
  begun = Buffer.alloc(0); // what has come of a frame that is not whole

  constructor(layer: Network, id: number, stream: Stream) {
    this.layer = layer;
    this.id = id;
    this.stream = stream;
  }

  /** Takes the next piece of the stream, and hands on every message that it completes (NET-2 to NET-4). */
  receive(piece: Buffer): void {
    // strata:begin network.1
    const begun = Buffer.concat([this.begun, piece]);
    let at = 0;
    while (!this.over && begun.length - at >= HEADER_SIZE) {
      const size = begun.readUInt32BE(at);
      if (size > this.layer.config.max_frame) {
        this.layer.end(this, "ours", errors.FRAME_TOO_BIG.withText(`frame too big: ${size} bytes`));
        return;
      }
      const end = at + HEADER_SIZE + size;
      if (begun.length < end) {
        break;
      }
      const payload = Buffer.from(begun.subarray(at + HEADER_SIZE, end));
      at = end;
      this.layer.handler.received(this.id, payload);
    }
    this.begun = begun.subarray(at);
    // strata:end
  }

  /** Takes the end of the stream: theirs, and TRUNCATED inside a frame (NET-5, NET-7). */
  ended(reason: StrataError | null): void {
    // strata:begin network.2
    if (reason === null && this.begun.length > 0) {
      reason = errors.TRUNCATED;
    }
    this.layer.end(this, "theirs", reason);
    // strata:end
  }
}
