// The node's events, from wherever they are listened to: a worker for all tabs, or one tab.

const kinds = ["block", "transaction", "peers", "status", "reset"];
const tryAgainIn = 3000; // milliseconds, where the browser itself has given up

// open listens, and calls tell with {kind, data} and state with whether the node is connected. The browser connects
// again by itself and says which event it saw last. Where it does not, a reset says that events were missed. It
// returns what ends it.
export function open(tell, state) {
  let source = null;
  let timer = null;
  const start = (missed) => {
    source = new EventSource("/v1/events");
    source.onopen = () => {
      state(true);
      if (missed) tell({ kind: "reset", data: {} });
    };
    source.onerror = () => {
      state(false);
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(() => start(true), tryAgainIn);
    };
    for (const kind of kinds) {
      source.addEventListener(kind, (event) => tell({ kind, data: event.data ? JSON.parse(event.data) : {} }));
    }
  };
  start(false);
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
