// What the page asks of the desk. An answer that says what is wrong is an error with that text.

async function answered(response) {
  const text = await response.text();
  let value;
  try { value = JSON.parse(text); } catch { throw new Error(text.trim() || `the desk answers ${response.status}`); }
  if (!response.ok) throw new Error(value.error || `the desk answers ${response.status}`);
  return value;
}

async function asked(path, options) {
  try {
    return await fetch(path, options);
  } catch (e) {
    if (e.name === 'AbortError') throw e;
    throw new Error('strata desk does not answer: has it ended?');
  }
}

export async function ask(path, values = {}, signal = undefined) {
  const query = new URLSearchParams(values).toString();
  return answered(await asked(query ? `${path}?${query}` : path, { signal }));
}

export async function post(path, body) {
  return answered(await asked(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }));
}

// follow has show called with each state, gone with whether the desk has ended or may come back, and back when it does.
export function follow({ show, ended, lost, back }) {
  const source = new EventSource('events');
  source.addEventListener('state', (e) => { back(); show(JSON.parse(e.data)); });
  source.addEventListener('end', () => { source.close(); ended(); });
  source.addEventListener('error', () => { if (source.readyState === EventSource.CLOSED) ended(); else lost(); });
}
