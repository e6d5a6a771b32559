// The panel: everything that is known of the selected item, and of the run if none is.
function selected(item) {
  describe(item);
  $('live').textContent = item ? `${seconds(item.t0)}, ${header.nodes[item.from] || ''}, ${item.title}, ${item.text}` : '';
}

function describe(item) {
  panel.replaceChildren();
  if (!item) {
    describeRun();
    return;
  }
  panel.append(...details(diagram, item));
}

function describeRun() {
  panel.append(make('h2', 'Select a message or a mark'), make('p', 'What led to it is then drawn bold. Keys: ?'));
  panel.append(fieldList([
    ['scenario', header.scenario], ['seed', header.scenario ? header.seed : ''], ['rules', (header.rules || []).join(', ')],
    ['nodes', header.nodes.length], ['messages', run.messages.length], ['ends at', seconds(diagram.lastTime)],
    ['left out', header.dropped ? `${header.dropped} earlier events` : ''],
  ]));
  if (header.why?.futures) describeWhy(header.why);
  if (faults.length) panel.append(make('h3', 'Faults'));
  for (const f of [...faults].sort((a, b) => a.t - b.t).slice(0, 60)) {
    panel.append(fieldList([[seconds(f.t), f.said]]));
  }
}
