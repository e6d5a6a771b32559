// What the other scripts of the page share: the run, and what they take of the kit.
const { Diagram, seconds, layers, make, pressed, fieldList, command, details, whyChart, whyWords } = kit;

const $ = (id) => document.getElementById(id);

const run = JSON.parse($('run').textContent);
const { header, faults } = run;
const failure = header.failure || null;
const panel = $('details');
