// Elements from values. Text is always text: nothing that comes from a peer is ever parsed as HTML.

const svgSpace = 'http://www.w3.org/2000/svg';

// h makes an element. props: attributes; a function is its one listener (onclick), true an attribute without value,
// false and null none; `key` names it among its siblings (keyed.js). children: nodes, texts, lists of them; null is
// left out.
export function h(tag, props = {}, ...children) {
  return fill(document.createElement(tag), props, children);
}

// s makes an element of a picture, as h does.
export function s(tag, props = {}, ...children) {
  return fill(document.createElementNS(svgSpace, tag), props, children);
}

function fill(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (name === 'key') element.dataset.key = value;
    else if (typeof value === 'function') listen(element, name, value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false && child !== ''));
  return element;
}

// listen keeps the listener as a property, so that it can be handed on to an element that stays.
function listen(element, name, listener) {
  element[name] = listener;
  (element.listens ??= []).push(name);
}
