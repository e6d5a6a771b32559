const at = (id) => document.getElementById(id);

// A column is its heading, and the class of its cells: number, short (not broken), wide (not on a phone).
const columns = {
  spread: [['share', 'short'], ['students', 'number'], ['']],
  broken: [['step', 'short'], ['rule', 'short'], ['hand-ins', 'number'], ['such as'], ['run', 'wide']],
  standings: [['student'], ['points', 'number'], ['remarks']],
  slowest: [['hand-in'], ['seconds', 'number']],
};

// cell is a cell with text, or with an element.
function cell(name, content, cls) {
  const one = document.createElement(name);
  if (content instanceof Node) one.append(content); else one.textContent = content;
  if (cls) one.className = cls;
  return one;
}

// fill has a table show rows; its section is hidden without any.
function fill(id, rows) {
  const line = (name, cells) => {
    const tr = document.createElement('tr');
    tr.append(...cells.map((c, i) => cell(name, c, columns[id][i][1])));
    return tr;
  };
  at(id).replaceChildren(line('th', columns[id].map((c) => c[0])), ...rows.map((cells) => line('td', cells)));
  for (const th of at(id).querySelectorAll('th')) if (th.textContent) th.scope = 'col'; else th.replaceWith(document.createElement('td'));
  at(id).parentElement.hidden = rows.length === 0;
}

// bar is as long as the share of value in most.
function bar(value, most) {
  const one = document.createElement('span');
  one.className = 'bar';
  one.style.width = `${100 * value / Math.max(1, most)}%`;
  return one;
}

// howFar says it in a line.
function howFar(s) {
  const parts = [`${s.Graded} of ${s.Total} hand-ins are graded`];
  if (s.Waiting) parts.push(`${s.Waiting} are to come` + (s.Missing < s.Waiting ? ` (${s.Missing} different ones)` : ''));
  if (s.Left) parts.push(`about ${s.Left} left`);
  if (s.Refused) parts.push(`${s.Refused} cannot be graded: see the remarks`);
  return parts.join(', ');
}

function show(s) {
  at('name').textContent = s.Name;
  at('how').textContent = howFar(s);
  const far = s.Total > s.Refused ? Math.round(100 * s.Graded / (s.Total - s.Refused)) : 0;
  at('far').setAttribute('aria-valuenow', far);
  at('far').firstElementChild.style.width = `${far}%`;
  const most = Math.max(...s.Spread);
  columns.standings[1][0] = `of ${s.Of}`;
  fill('spread', most ? s.Spread.map((n, i) => [i === 10 ? 'all' : `${10 * i} to ${10 * (i + 1)} %`, n, bar(n, most)]) : []);
  fill('broken', (s.Broken || []).map((b) => [b.Step, b.Rule || '-', b.Times, b.Example, b.Run]));
  fill('standings', (s.Standings || []).map((r) => [r.Name, r.Graded ? r.Points : '-', r.Remarks]));
  fill('slowest', (s.Slowest || []).map((r) => [r.Name, (Math.round(10 * r.Seconds) / 10).toFixed(1)]));
}

function trouble(text) {
  at('trouble').textContent = text;
  at('trouble').hidden = text === '';
}

const events = new EventSource('events');
events.addEventListener('state', (e) => {
  const { Class, Error } = JSON.parse(e.data) || {};
  trouble(Error || '');
  if (Class) show(Class);
});
events.addEventListener('end', () => {
  events.close();
  trouble('strata has ended: this page no longer follows');
});
events.onerror = () => trouble('no answer: is strata still running?');
