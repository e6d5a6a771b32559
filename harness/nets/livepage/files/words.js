// How the network stands, in words.

export const count = (n, what) => `${n} ${what}${n === 1 ? '' : 's'}`;
const are = (n) => (n === 1 ? 'is' : 'are');

// clock writes seconds as a time that one can read.
export function clock(seconds) {
  const whole = Math.floor(seconds);
  const two = (n) => String(n).padStart(2, '0');
  const [h, m, sec] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(sec)}` : `${m}:${two(sec)}`;
}

// factor writes how many times faster than real time something is.
export function factor(f) {
  if (f >= 100) return `×${Math.round(f)}`;
  return `×${f.toPrecision(2).replace(/\.0$/, '')}`;
}

// stands says how the network stands.
export function stands(state) {
  const { tips, nodes, up, numbers } = state;
  if (tips.length === 0) return `None of ${count(nodes, 'node')} is up.`;
  const [most, ...others] = tips;
  const parts = [most.number === 0 ? `No block yet: ${count(most.nodes, 'node')} of ${nodes} ${are(most.nodes)} up.`
    : `Block ${most.number} is the tip of ${most.nodes} of ${count(nodes, 'node')}.`];
  const rivals = others.filter((tip) => tip.number === most.number);
  const behind = others.filter((tip) => tip.number < most.number).reduce((sum, tip) => sum + tip.nodes, 0);
  const ahead = others.filter((tip) => tip.number > most.number).reduce((sum, tip) => sum + tip.nodes, 0);
  if (rivals.length) parts.push(`${count(rivals.reduce((sum, tip) => sum + tip.nodes, 0), 'node')} ${rivals.length > 1 || rivals[0].nodes > 1 ? 'have' : 'has'} another block ${most.number}.`);
  if (behind) parts.push(`${count(behind, 'node')} ${are(behind)} behind.`);
  if (ahead) parts.push(`${count(ahead, 'node')} ${are(ahead)} ahead.`);
  if (up < nodes) parts.push(`${count(nodes - up, 'node')} ${are(nodes - up)} down.`);
  if (numbers.secret) parts.push(`The attacker keeps ${count(numbers.secret, 'block')} back.`);
  return parts.join(' ');
}

// numbersOf reads a list such as "3, 8-12". It throws with what is wrong.
export function numbersOf(text, all) {
  const found = new Set();
  for (const part of text.split(/[\s,;]+/).filter(Boolean)) {
    const range = part.match(/^(\d+)(?:-(\d+))?$/);
    if (!range) throw new Error(`"${part}" is no node: want numbers such as 3, 8-12`);
    const [from, to] = [Number(range[1]), Number(range[2] ?? range[1])];
    if (Math.max(from, to) >= all) throw new Error(`there is no node ${Math.max(from, to)}: they are counted from 0 to ${all - 1}`);
    for (let n = Math.min(from, to); n <= Math.max(from, to); n++) found.add(n);
  }
  return found;
}
