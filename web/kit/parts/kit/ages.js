// How long ago things were. One timer keeps every age on the page right.

import { h } from './dom.js';

let ahead = 0; // milliseconds that the other side's clock is ahead of ours

// setClock takes the time that the other side has now, in milliseconds since 1970. Ages are by its clock: ours may
// be wrong, or jump. Whole seconds are all that one can tell.
export function setClock(theirs) {
  const apart = theirs - Date.now();
  if (Number.isFinite(apart) && Math.abs(apart - ahead) > 1500) ahead = apart;
}

// now is the other side's time, in milliseconds since 1970.
export const now = () => Date.now() + ahead;

// lasting writes a number of seconds.
export function lasting(seconds) {
  if (seconds < 60) return `${Math.max(0, Math.floor(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

// ago writes how long ago a time was; '' of what is no time.
export function ago(time) {
  const at = new Date(time).getTime();
  if (!Number.isFinite(at)) return '';
  const seconds = (now() - at) / 1000;
  return seconds < 1 ? 'just now' : `${lasting(seconds)} ago`;
}

// age is a time that says how long ago it was, for as long as it is on the page; none of null.
export function age(time, none = '') {
  const at = new Date(time ?? NaN);
  if (Number.isNaN(at.getTime())) return h('span', { class: 'muted' }, none);
  return h('time', { class: 'age', datetime: at.toISOString(), title: at.toLocaleString('en-GB') }, ago(at));
}

setInterval(() => {
  for (const element of document.querySelectorAll('time.age')) {
    const text = ago(element.dateTime);
    if (element.firstChild?.data !== text) element.firstChild.data = text;
  }
}, 1000);
