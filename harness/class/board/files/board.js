const at = (id) => document.getElementById(id);

// cell is a cell with text, or with an element.
function cell(content, name = 'td') {
  const td = document.createElement(name);
  if (content instanceof Node) td.append(content); else td.textContent = content;
  if (typeof content === 'number') td.className = 'number';
  return td;
}

function fill(id, head, rows) {
  const line = (cells, name) => {
    const tr = document.createElement('tr');
    tr.append(...cells.map((c) => cell(c, name)));
    return tr;
  };
  at(id).replaceChildren(line(head, 'th'), ...rows.map((cells) => line(cells)));
  at(id).parentElement.hidden = rows.length === 0;
}

function bar(value, most, label) {
  const meter = document.createElement('meter');
  meter.max = Math.max(1, most);
  meter.value = value;
  meter.setAttribute('aria-label', label);
  return meter;
}

function show(s) {
  const refused = s.Total - s.Graded - s.Missing;
  at('how').textContent = `${s.Graded} of ${s.Total} hand-ins are graded` + (s.Missing ? `, ${s.Missing} are to come` : '') +
    (s.Left ? `, about ${s.Left} left` : '') + (refused > 0 ? `; see the remarks for the others` : '');
  at('far').value = s.Total ? s.Graded / s.Total : 0;
  const most = Math.max(...s.Spread);
  fill('spread', ['share', 'students', ''], s.Spread.map((n, i) =>
    [i === 10 ? 'all' : `${10 * i} to ${10 * (i + 1)} %`, n, bar(n, most, `${n} students`)]));
  fill('broken', ['step', 'rule', 'hand-ins', 'such as', 'run'],
    (s.Broken || []).map((b) => [b.Step, b.Rule || '-', b.Times, b.Example, b.Run]));
  fill('standings', ['student', `of ${s.Of}`, 'remarks'],
    (s.Standings || []).map((r) => [r.Name, r.Graded ? r.Points : '-', r.Remarks]));
  fill('slowest', ['hand-in', 'seconds'], (s.Slowest || []).map((r) => [r.Name, Math.round(10 * r.Seconds) / 10]));
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
