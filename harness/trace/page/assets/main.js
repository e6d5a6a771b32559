// Paper gets the diagram as it is in view, in dark ink, and the same events as a list.
const mostPrinted = 400;

function beforePrint() {
  view.printing = true;
  printTheme();
  resize();
  paintNow();
  const rows = inView().slice(0, mostPrinted).map((item) => {
    const row = make('tr');
    const to = item.type === 'mark' ? '' : ' → ' + (header.nodes[item.to] || '');
    row.append(make('td', seconds(item.t0)), make('td', (header.nodes[item.from] || '') + to), make('td', item.title), make('td', item.text));
    return row;
  });
  $('list').caption.textContent = `${rows.length} events from ${seconds(timeAt(head))} on`;
  $('list').tBodies[0].replaceChildren(...rows);
  printWhy(header.why?.futures ? header.why : null);
}

function afterPrint() {
  view.printing = false;
  readTheme();
  resize();
  paint();
}

function begin() {
  readTheme();
  fillHeader();
  fillToolbar();
  applyFilter();
  rebuildScale();
  listen();
  resize();
  const wanted = Math.max(0.35, Math.min(1, laneWidth() / 250)); // narrow lanes want flat arrows
  const fits = wholeZoom() > wanted * 0.6;
  if (fits) zoomToFit(); else scale.zoom = wanted;
  placeLanes();
  describe(null);
  if (failure && !fits) showFailure();
  paintNow();
  canvas.dataset.ready = 'yes';
}

begin();
