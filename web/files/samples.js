// The last minutes of the node's status, kept while the page is open.

const most = 600;
const list = [];

// add takes a status as it is now.
export function add(status) {
  const time = Math.round(Date.now() / 1000);
  if (list.at(-1)?.time === time) list.pop();
  list.push({ time, rate: status.mining ? status.hash_rate : 0, pooled: status.pooled });
  if (list.length > most) list.shift();
}

// columns is what a chart takes: a list of times, and a list of one value for each of them.
export const columns = (name) => [list.map((sample) => sample.time), list.map((sample) => sample[name])];
