// How elements are made.

// make creates an element with a text and attributes.
export function make(tag, text, attributes = {}) {
  const e = document.createElement(tag);
  if (text !== undefined && text !== '') e.textContent = text;
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  return e;
}

// pressed is a button that does something.
export function pressed(text, act, attributes = {}) {
  const b = make('button', text, { type: 'button', ...attributes });
  b.addEventListener('click', act);
  return b;
}

// fieldList is names with their values, but for those without one.
export function fieldList(pairs) {
  const list = make('dl');
  for (const [name, value] of pairs) {
    if (value === undefined || value === null || value === '') continue;
    list.append(make('dt', name), make('dd', String(value)));
  }
  return list;
}

// command is a line for the shell, and a button that copies it. Where the browser does not copy, it is selected.
export function command(text) {
  const box = make('div', '', { class: 'command' });
  const line = make('code', text);
  const button = pressed('copy', async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'copied';
    } catch {
      getSelection().selectAllChildren(line);
      button.textContent = 'selected';
    }
    setTimeout(() => { button.textContent = 'copy'; }, 1500);
  }, { 'aria-label': `copy: ${text}` });
  box.append(line, button);
  return box;
}
