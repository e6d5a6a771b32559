// How likely the run was to fail, in the panel and on paper.

// describeWhy puts the graph into the panel, with a way to the moment that it points to.
function describeWhy(why) {
  panel.append(make('h3', 'Chance to fail from then on'));
  panel.append(whyChart(why, (t) => diagram.show(t, 0.4)), make('p', whyWords(why)));
  const at = why.points[why.doomed];
  if (!at) return;
  const box = make('div', '', { class: 'go' });
  box.append(pressed('to where it went wrong', () => diagram.show(at.t, 0.4)));
  panel.append(box);
}

// printWhy puts the graph onto paper, where the panel is not.
function printWhy(why) {
  $('chance').replaceChildren();
  if (!why) return;
  $('chance').append(make('figcaption', `How likely it was to fail, ${why.futures} futures at each time. ${whyWords(why)}`), whyChart(why));
}
