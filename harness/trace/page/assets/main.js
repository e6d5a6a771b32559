// The page begins. Paper gets the diagram as it is in view, and the same events as a list.
const mostPrinted = 400;

function listEvents() {
  const rows = diagram.visible().slice(0, mostPrinted).map((item) => {
    const line = make('tr');
    const to = item.type === 'mark' ? '' : ' → ' + (header.nodes[item.to] || '');
    line.append(make('td', seconds(item.t0)), make('td', (header.nodes[item.from] || '') + to), make('td', item.title), make('td', item.text));
    return line;
  });
  $('list').caption.textContent = `${rows.length} events from ${seconds(diagram.firstVisible())} on`;
  $('list').tBodies[0].replaceChildren(...rows);
  printWhy(header.why?.futures ? header.why : null);
}

const diagram = new Diagram($('diagram'), run, {
  select: selected, painted, enter: () => panel.focus(), hover: (text) => { $('pointer').textContent = text; },
});
document.addEventListener('keydown', onPageKey);
addEventListener('beforeprint', listEvents);
fillHeader();
fillGuide();
fillToolbar();
describe(null);
diagram.begin();
