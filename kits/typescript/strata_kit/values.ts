/** How values cross the boundary, and how the methods of methods.json take and return them. */
import * as link from "./link.ts";
import table from "./methods.json" with { type: "json" };

/** Writes a value for the boundary, and reads it from there. */
export type Kind = { write(value: any): any; read(wire: any): any };

/** A method of methods.json: its name on the boundary, and the kinds of what it takes and gives. */
type Method = { name: string; takes: string[]; gives: string };

/** Values in whose place there may be null, and how that is written. */
function orNull(kind: Kind, none: unknown = null): Kind {
  return {
    write: (value) => (value === null ? none : kind.write(value)),
    read: (wire) => (wire === none ? null : kind.read(wire)),
  };
}

/** Lists of values. */
export function each(kind: Kind): Kind {
  return { write: (values) => values.map(kind.write), read: (wire) => wire.map(kind.read) };
}

export const asIs: Kind = { write: (value) => value, read: (wire) => wire };
const decimal: Kind = { write: String, read: BigInt }; // a number that may pass 2^53

/** All but those that cross the boundary as they are. */
export const kinds: { [name: string]: Kind } = {
  nothing: { write: () => null, read: () => undefined },
  bytes: orNull({
    write: (data) => Buffer.from(data).toString("base64"),
    read: (wire) => Buffer.from(wire, "base64"),
  }),
  decimal,
  decimals: each(decimal),
  error: orNull({ write: asIs.write, read: link.read }),
};
const kind = (name: string): Kind => kinds[name] ?? asIs;

/** The method of an object of the other side. */
function on(ref: number, { name, takes, gives }: Method): link.Call {
  return (...args) => {
    const wire = args.map((arg, i) => kind(takes[i]).write(arg));
    return kind(gives).read(link.call(ref, name, wire));
  };
}

/** What the other side calls when it calls a method of ours. */
function serving({ takes, gives }: Method, method: link.Call): link.Call {
  return (...wire) => kind(gives).write(method(...wire.map((arg, i) => kind(takes[i]).read(arg))));
}

/** An object of the other side, of a kind that methods.json lists. */
export function remote(kind: string, ref: number): any {
  return Object.fromEntries(methods[kind].map(([name, method]) => [name, on(ref, method)]));
}

/** An object of ours, as the other side calls it. */
export function served(kind: string, value: any): link.Served {
  return Object.fromEntries(methods[kind].map(([name, method]) =>
    [method.name, serving(method, (...args) => value[name](...args))]));
}

function objects(kind: string): Kind {
  const write = (value: unknown) => link.exported(served(kind, value));
  return orNull({ write, read: (ref) => remote(kind, ref) }, 0);
}

/** Functions; those that are called once at most are forgotten then. */
function functions(method: Method, once: boolean): Kind {
  const write = (run: link.Call) => {
    const serve = serving(method, run);
    const number = link.exported({
      run: (...wire) => {
        if (once) {
          link.forget(number);
        }
        return serve(...wire);
      },
    });
    return number;
  };
  return { write, read: (ref) => on(ref, { ...method, name: "run" }) };
}

/** Reads an entry of methods.json. The name is the one that layers use. */
function method([names, values]: [string, string]): [string, Method] {
  const [name, here = name] = names.split("=");
  const [takes, gives = "nothing"] = values.replace("?", "").split("->").map((part) => part.trim());
  const camel = here.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
  return [camel, { name, takes: takes.split(" "), gives }];
}

const methods: { [kind: string]: [string, Method][] } = {};
for (const [kind, entries] of Object.entries(table)) {
  methods[kind] = Object.entries(entries).map(method);
  const [[name, only]] = methods[kind];
  const isFunction = name === "run" || name === "once";
  kinds[kind] = isFunction ? functions(only, name === "once") : objects(kind);
}
