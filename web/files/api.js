// What the node is asked, and what it tells by itself.

// Problem is an answer that says what went wrong (RFC 9457).
export class Problem extends Error {
  constructor(status, document) {
    const wanted = status === 400 && document.remedy ? `: ${document.remedy}` : ""; // other remedies are for programs
    super((document.detail || document.title || `the node answered ${status}`) + wanted);
    this.status = status;
    this.type = document.type || "";
  }
}

const tokenKey = "strata-token";

// takeToken keeps the token of an address that ends in #token=..., for as long as the tab lives,
// and takes it out of sight.
export function takeToken() {
  const found = /^#token=([0-9a-f]{64})$/.exec(location.hash);
  if (!found) return;
  sessionStorage.setItem(tokenKey, found[1]);
  history.replaceState(null, "", `${location.pathname}#/`);
}

export const hasToken = () => sessionStorage.getItem(tokenKey) !== null;
export const setToken = (token) => sessionStorage.setItem(tokenKey, token);

// get asks for a value.
export const get = (path, signal) => request(path, { signal });

// post changes something at the node; it takes the token.
export const post = (path, body) => change("POST", path, body);
export const put = (path, body) => change("PUT", path, body);

function change(method, path, body) {
  return request(path, {
    method,
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${sessionStorage.getItem(tokenKey) ?? ""}` },
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
  if (response.status === 204) return null;
  const document = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, document);
  return document;
}

const kinds = ["block", "transaction", "peers", "status", "reset"];

// listen calls tell with each event, {kind, data}, and state with whether the node is connected.
// The browser connects again by itself, and says which event it saw last.
export function listen(tell, state) {
  const source = new EventSource("/v1/events");
  source.onopen = () => state(true);
  source.onerror = () => state(false);
  for (const kind of kinds) {
    source.addEventListener(kind, (event) => tell({ kind, data: event.data ? JSON.parse(event.data) : {} }));
  }
}
