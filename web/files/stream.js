// A worker that all tabs share: it listens to the node once, and tells every tab. A browser has six connections to a
// host, and the seventh tab of six that listen by themselves would wait for ever.

import { open } from "./source.js";

const tabs = new Set();
let connected = null; // null: not known yet
let status = null; // the last event of that kind
let close = null;

function toAll(message) {
  for (const tab of tabs) tab.postMessage(message);
}

function tell(event) {
  if (event.kind === "status") status = event;
  toAll({ event });
}

function state(is) {
  connected = is;
  toAll({ connected });
}

onconnect = ({ ports: [tab] }) => {
  tabs.add(tab);
  tab.onmessage = () => { // the tab goes
    tabs.delete(tab);
    if (tabs.size > 0) return;
    close?.();
    close = connected = status = null;
  };
  if (connected !== null) tab.postMessage({ connected });
  if (status) tab.postMessage({ event: status });
  close ??= open(tell, state);
};
