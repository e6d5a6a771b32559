// Live trees: what is shown anew keeps the elements of what was there, as far as both are the same. So the focus, a
// selection, what one typed and a button that is just being pressed outlive any number of updates.

const keyOf = (node) => node.dataset?.key ?? '';
const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

// Attributes that the reader changes, and not the page.
const theirs = new Set(['open', 'value', 'checked']);

// show gives a place those children, texts or nodes. The nodes are the callee's from now on.
export function show(place, ...children) {
  const wanted = children.flat(Infinity).filter((child) => child != null && child !== false && child !== '')
    .map((child) => (child instanceof Node ? child : document.createTextNode(child)));
  arrange(place, wanted);
}

function arrange(place, wanted) {
  const there = new Map();
  for (const child of place.childNodes) if (keyOf(child)) there.set(keyOf(child), child);
  const plain = [...place.childNodes].filter((child) => !keyOf(child));
  const chosen = wanted.map((fresh) => {
    const old = keyOf(fresh) ? there.get(keyOf(fresh)) : plain.shift();
    return old && alike(old, fresh) ? renew(old, fresh) : fresh;
  });
  const stay = new Set(chosen);
  for (const child of [...place.childNodes]) if (!stay.has(child)) child.remove();
  let next = place.firstChild;
  for (const child of chosen) {
    if (child === next) next = next.nextSibling;
    else place.insertBefore(child, next);
  }
}

function renew(old, fresh) {
  if (old === fresh) return old;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return old;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !theirs.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (!theirs.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const name of old.listens ?? []) old[name] = null;
  for (const name of fresh.listens ?? []) old[name] = fresh[name];
  old.listens = fresh.listens;
  arrange(old, [...fresh.childNodes]);
  return old;
}

// calm returns a function that draws, but not while the reader points at the place, presses on it, or has the focus
// within it: what one is about to press does not run away. held is told how often it would have drawn, and 0 once it
// has.
export function calm(place, draw, held = () => {}) {
  let missed = 0;
  let pressed = false;
  const pointing = () => matchMedia('(hover: hover)').matches && place.matches(':hover'); // a finger leaves its hover behind
  const busy = () => pressed || pointing() || place.contains(document.activeElement);
  const catchUp = () => {
    if (missed === 0 || busy()) return;
    missed = 0;
    held(0);
    draw();
  };
  const later = () => setTimeout(catchUp);
  place.addEventListener('pointerdown', () => { pressed = true; });
  for (const end of ['pointerup', 'pointercancel', 'pointerleave']) {
    place.addEventListener(end, () => {
      pressed = false;
      later();
    });
  }
  place.addEventListener('focusout', later);
  return () => {
    if (busy()) return held(++missed);
    missed = 0;
    held(0);
    return draw();
  };
}
