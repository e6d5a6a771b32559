// What the node is asked, and what it tells by itself.

import { setClock } from "./kit/ages.js";
import { open } from "./source.js";
import { keep, read } from "./storage.js";

// Problem is an answer that says what went wrong (RFC 9457).
export class Problem extends Error {
  constructor(status, document) {
    const wanted = status === 400 && document.remedy ? `: ${document.remedy}` : ""; // other remedies are for programs
    super((document.detail || document.title || `The node answered ${status}.`) + wanted);
    this.status = status;
    this.type = document.type || "";
  }
}

const tokenKey = "strata-token";
const session = () => sessionStorage;
let held = null; // the token, where the browser keeps none

// takeToken keeps the token of an address that ends in #token=..., for as long as the tab lives,
// and takes it out of sight.
export function takeToken() {
  const found = /^#token=([0-9a-f]{64})$/.exec(location.hash);
  if (!found) return;
  setToken(found[1]);
  history.replaceState(null, "", `${location.pathname}#/`);
}

const token = () => read(tokenKey, session) ?? held;
export const hasToken = () => token() !== null;

export function setToken(text) {
  held = text;
  try {
    keep(tokenKey, text, session);
  } catch {
    // until the page is loaded again
  }
}

// get asks for a value.
export const get = (path, signal) => request(path, { signal });

// post changes something at the node; it takes the token.
export const post = (path, body) => change("POST", path, body);

function change(method, path, body) {
  return request(path, {
    method,
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token() ?? ""}` },
    body: JSON.stringify(body),
  });
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0, { detail: "The node does not answer. Is it still running?" });
  }
  setClock(Date.parse(response.headers.get("Date")));
  if (response.status === 204) return null;
  const document = await response.json().catch((error) => {
    if (error.name === "AbortError") throw error;
    return {};
  });
  if (!response.ok) throw new Problem(response.status, document);
  return document;
}

// listen calls tell with each event, {kind, data}, and state with whether the node is connected. All tabs share one
// stream. Where the browser has no shared workers, a tab has its own for as long as one looks at it.
export function listen(tell, state) {
  if (globalThis.SharedWorker && shared(tell, state)) return;
  let close = null;
  const look = () => {
    if (document.hidden) {
      close?.();
      close = null;
    } else if (!close) {
      close = open(tell, state);
    }
  };
  look();
  document.addEventListener("visibilitychange", () => {
    look();
    if (!document.hidden) tell({ kind: "reset", data: {} });
  });
}

function shared(tell, state) {
  let worker = null;
  const join = () => {
    worker = new SharedWorker(new URL("stream.js", import.meta.url), { type: "module", name: "strata events" });
    worker.port.onmessage = ({ data }) => {
      if (data.event) tell(data.event);
      else state(data.connected);
    };
  };
  try {
    join();
  } catch {
    return false; // forbidden
  }
  addEventListener("pagehide", () => worker.port.postMessage("bye"));
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    join();
    tell({ kind: "reset", data: {} });
  });
  return true;
}

// seldom returns a function that has a task done soon: at once if it was not done for a while, and later, once, if it
// is asked for often. The task is never done twice at a time, nor while nobody looks at the page, nor after the signal.
export function seldom(task, gap, signal) {
  let [wanted, busy, timer, last] = [false, false, null, -Infinity];
  const run = async () => {
    if (busy || timer || !wanted || document.hidden || signal.aborted) return;
    const wait = last + gap - performance.now();
    if (wait > 0) {
      timer = setTimeout(() => {
        timer = null;
        run();
      }, wait);
      return;
    }
    [wanted, busy] = [false, true];
    try {
      await task();
    } finally {
      busy = false;
      last = performance.now();
      run();
    }
  };
  document.addEventListener("visibilitychange", run, { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  return () => {
    wanted = true;
    return run();
  };
}
