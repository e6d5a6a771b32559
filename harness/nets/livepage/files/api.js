// What the page asks of strata. An answer that says what is wrong is an error with that text.

async function answered(response) {
  const text = await response.text();
  let value;
  try { value = JSON.parse(text); } catch { throw new Error(text.trim() || `strata answers ${response.status}`); }
  if (!response.ok) throw new Error(value.error || `strata answers ${response.status}`);
  return value;
}

const away = () => { throw new Error('strata net live does not answer: has it ended?'); };

export const ask = async (path) => answered(await fetch(path).catch(away));

export const post = async (path, body) =>
  answered(await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }).catch(away));
