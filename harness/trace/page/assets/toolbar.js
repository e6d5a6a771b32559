// The title, the verdict, and the filters.
function fillHeader() {
  const name = $('name');
  name.textContent = header.scenario || header.title || 'run';
  if (header.scenario) name.append(make('small', `seed ${header.seed}`));
  $('promise').textContent = header.scenario ? header.title || '' : 'captured traffic, from ' + header.start;
  const verdict = $('verdict');
  if (failure) {
    verdict.className = 'failed';
    verdict.append(make('strong', failure.rule ? `${failure.rule} violated` : 'failed'), ` at ${seconds(failure.t)} `);
    const go = make('button', 'show', { type: 'button', id: 'failure' });
    go.addEventListener('click', showFailure);
    verdict.append(go, make('p', failure.text));
    if (failure.clause) verdict.append(make('p', `broken: “${failure.clause}”`));
    if (failure.rule_text) verdict.append(make('p', failure.rule_text, { class: 'rule' }));
    if (failure.file) verdict.append(make('p', failure.file));
  } else if (header.source === 'simulation') {
    verdict.className = 'passed';
    verdict.textContent = 'passed';
  }
}

function showFailure() {
  if (!failure) return;
  const last = eventOf.get(failure.event)?.u;
  const item = itemOf.get(last);
  if (item && passes(item)) select(item, false);
  showTime(failure.t, 0.75);
  paint();
}

// chip is a switch with a colour or without.
function chip(parent, text, on, change, cls = '') {
  const l = make('label', '', { class: 'chip ' + cls });
  const box = make('input', '', { type: 'checkbox' });
  box.checked = on;
  box.addEventListener('change', () => { change(box.checked); refilter(); });
  l.append(box);
  if (cls) l.append(make('i'));
  l.append(text);
  parent.append(l);
  return box;
}

function toggle(set, name) {
  return (on) => { if (on) set.add(name); else set.delete(name); };
}

function fillToolbar() {
  const used = new Set(items.map((item) => item.layer));
  for (const layer of layerNames) if (used.has(layer)) chip($('layers'), layer, true, toggle(filter.layers, layer), layer);
  for (const group of ['connections', 'logs', 'timers', 'pieces']) {
    if (items.some((item) => item.group === group)) chip($('also'), group, filter.groups.has(group), toggle(filter.groups, group));
  }
  for (const l of lanes) chip($('nodes'), l.addr, true, (on) => { l.shown = on; });
  const kinds = [...new Set(items.filter((item) => item.type === 'message').map((item) => item.kind))].sort();
  $('kind').append(make('option', 'all kinds', { value: '' }));
  for (const kind of kinds) $('kind').append(make('option', kind, { value: kind }));
  $('kind').addEventListener('change', () => { filter.kind = $('kind').value; refilter(); });
  $('query').addEventListener('input', () => { filter.query = $('query').value.trim().toLowerCase(); refilter(); });
  $('linear').addEventListener('change', () => { scale.linear = $('linear').checked; rebuildScale(); zoomToFit(); paint(); });
  const zoom = (id, f) => $(id).addEventListener('click', () => { f(); paint(); });
  zoom('in', () => zoomBy(1.5));
  zoom('out', () => zoomBy(1 / 1.5));
  zoom('fit', zoomToFit);
  $('help').addEventListener('click', () => showKeys($('keys').hidden));
  $('close').addEventListener('click', () => showKeys(false));
}

function showKeys(on) {
  $('keys').hidden = !on;
  $('help').setAttribute('aria-expanded', String(on));
  (on ? $('close') : canvas).focus();
}

// refilter keeps the time in the middle where it is.
function refilter() {
  const middle = timeAt(scale.height / 2);
  applyFilter();
  rebuildScale();
  zoomBy(1);
  showTime(middle);
  paint();
}

// tell says how much is in view, for people and for tests.
function tell(arrows, marks) {
  const messages = arrows.filter((item) => item.type === 'message').length;
  const of = shown.reduce((n, item) => n + (item.type === 'message'), 0);
  const hiddenByFilter = run.messages.length - of;
  $('counts').textContent = `${messages} of ${run.messages.length} messages in view` + (hiddenByFilter ? `, ${hiddenByFilter} filtered out` : '');
  $('empty').hidden = shown.length > 0;
  Object.assign(canvas.dataset, {
    lanes: lanes.filter((l) => l.shown).length, messages, arrows: arrows.length, marks: marks.length, labels: labels.boxes.length,
    shown: of, zoom: scale.zoom.toFixed(4), top: Math.round(scale.top), selected: view.selected ? view.selected.title : '',
  });
}
