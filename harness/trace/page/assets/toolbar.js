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
    verdict.append(pressed('show', () => diagram.showFailure(), { id: 'failure' }), make('p', failure.text));
    if (failure.clause) verdict.append(make('p', `broken: “${failure.clause}”`));
    if (failure.rule_text) verdict.append(make('p', failure.rule_text, { class: 'rule' }));
  } else if (header.source === 'simulation') {
    verdict.className = 'passed';
    verdict.textContent = 'passed';
  }
}

// chip is a switch with a colour or without.
function chip(parent, text, on, change, cls = '') {
  const l = make('label', '', { class: 'chip ' + cls });
  const box = make('input', '', { type: 'checkbox' });
  box.checked = on;
  box.addEventListener('change', () => { change(box.checked); diagram.refilter(); });
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
  const { items, filter, lanes } = diagram;
  const used = new Set(items.map((item) => item.layer));
  for (const layer of layers) if (used.has(layer)) chip($('layers'), layer, true, toggle(filter.layers, layer), layer);
  for (const group of ['connections', 'logs', 'timers', 'pieces']) {
    if (items.some((item) => item.group === group)) chip($('also'), group, filter.groups.has(group), toggle(filter.groups, group));
  }
  for (const l of lanes) chip($('nodes'), l.addr, true, (on) => { l.shown = on; });
  const kinds = [...new Set(items.filter((item) => item.type === 'message').map((item) => item.kind))].sort();
  $('kind').append(make('option', 'all kinds', { value: '' }));
  for (const kind of kinds) $('kind').append(make('option', kind, { value: kind }));
  $('kind').addEventListener('change', () => { filter.kind = $('kind').value; diagram.refilter(); });
  $('query').addEventListener('input', () => { filter.query = $('query').value.trim().toLowerCase(); diagram.refilter(); });
  $('linear').addEventListener('change', () => diagram.even($('linear').checked));
  $('in').addEventListener('click', () => diagram.zoom(1.5));
  $('out').addEventListener('click', () => diagram.zoom(1 / 1.5));
  $('fit').addEventListener('click', () => diagram.fit());
  $('help').addEventListener('click', () => showKeys($('keys').hidden));
  $('close').addEventListener('click', () => showKeys(false));
}

function showKeys(on) {
  $('keys').hidden = !on;
  $('help').setAttribute('aria-expanded', String(on));
  (on ? $('close') : $('diagram')).focus();
}

// painted says how much is in view.
function painted(counts) {
  const filtered = run.messages.length - counts.shown;
  $('counts').textContent = `${counts.messages} of ${run.messages.length} messages in view` + (filtered ? `, ${filtered} filtered out` : '');
  $('empty').hidden = counts.items > 0;
}

function onPageKey(e) {
  const typing = ['INPUT', 'SELECT', 'TEXTAREA'].includes(e.target.tagName) && e.target.type !== 'checkbox';
  if (e.key === 'Escape' && e.target !== $('diagram')) {
    if (!$('keys').hidden) showKeys(false);
    $('nodebox').open = false;
    $('diagram').focus();
  } else if (e.key === '/' && !typing) {
    e.preventDefault();
    $('query').focus();
  } else if (e.key === '?' && !typing) {
    showKeys($('keys').hidden);
  }
}
