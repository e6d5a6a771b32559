// What to do next about a failure: the line, hints one at a time, commands to copy.
function fillGuide() {
  const guide = header.guide;
  if (!failure || !guide) { $('guide').hidden = true; return; }
  if (guide.where) {
    $('guide').append(make('h3', 'Where'), make('p', guide.where, { class: 'where' }));
    if (guide.code) $('guide').append(make('pre', guide.code, { tabindex: '0', 'aria-label': 'the lines around it' }));
  }
  if (guide.asked?.length) {
    const asked = make('dl', '', { class: 'asked' });
    for (const part of guide.asked) asked.append(make('dt', part.name), make('dd', part.text));
    $('guide').append(make('h3', 'The call'), asked);
  }
  if (guide.hints?.length) $('guide').append(make('h3', `Hints for ${guide.step}`), ladder(guide.hints));
  if (guide.commands?.length) $('guide').append(make('h3', 'Go on with'), ...guide.commands.map(command));
}

// ladder is the hints: the next one comes in sight when the one before it is unfolded.
function ladder(hints) {
  const list = make('ol', '', { class: 'ladder' });
  const rungs = hints.map((hint, i) => {
    const rung = make('details');
    rung.append(make('summary', `Hint ${i + 1} of ${hints.length}`), make('p', hint));
    rung.hidden = i > 0;
    rung.addEventListener('toggle', () => { if (rung.open && rungs[i + 1]) rungs[i + 1].hidden = false; });
    return rung;
  });
  for (const rung of rungs) {
    const item = make('li');
    item.append(rung);
    list.append(item);
  }
  return list;
}
