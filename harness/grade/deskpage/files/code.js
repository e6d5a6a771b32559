// The student's own lines.
import { make } from './kit/elements.js';
import { ask } from './api.js';
import { trouble } from './parts.js';

// Code is a file of a layer, with a line to look at: calm, if nothing is wrong with it.
export class Code {
  constructor(calm) {
    this.element = make('div', '', { class: calm ? 'code calm' : 'code' });
    this.name = make('label', '', { class: 'file' });
    this.text = make('pre', '', { tabindex: '0', role: 'region', 'aria-label': 'your code' });
    this.element.append(this.name, this.text);
  }

  // show shows a place {layer, file, line}, or where a step {step} is to be written.
  async show(at) {
    const mine = (this.asked = (this.asked || 0) + 1);
    try {
      const source = await ask('code', at);
      if (mine !== this.asked) return;
      this.fill(source, Number(at.line) || source.line);
    } catch (e) {
      if (mine === this.asked) this.text.replaceChildren(trouble(e));
    }
  }

  fill(source, line) {
    const files = make('select');
    for (const name of source.files) files.append(make('option', name, { value: name }));
    files.value = source.file;
    files.addEventListener('change', () => this.show({ layer: source.layer, file: files.value }));
    this.name.replaceChildren(make('span', source.path.slice(0, -source.file.length)), files);
    this.text.replaceChildren(...source.lines.map((html, i) => {
      const row = make('span', '', { class: 'line' });
      const text = make('span');
      text.innerHTML = html; // escaped by the desk, with its marks
      row.append(make('i', String(i + 1)), text, '\n');
      if (i + 1 === line) row.classList.add('here');
      return row;
    }));
    this.text.dataset.line = String(line);
    this.look();
  }

  // look has the line in sight, a third down.
  look() {
    const row = this.text.querySelector('.here');
    if (row) this.text.scrollTop = row.offsetTop - this.text.clientHeight / 3;
    else this.text.scrollTop = 0;
  }
}
