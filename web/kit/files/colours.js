// Colours come from theme.css alone, so that light, dark and print are said in one place.
const colourNames = ['paper', 'panel', 'line', 'ink', 'soft', 'faint', 'lane', 'accent', 'bad', 'band',
  'network', 'messaging', 'p2p', 'gossip', 'mempool', 'chain'];

export const layers = ['network', 'messaging', 'p2p', 'gossip', 'mempool', 'chain'];

// coloursOf reads the colours and faces that an element has. For paper they are the light ones, on white.
export function coloursOf(element, onPaper = false) {
  const root = document.documentElement;
  const before = root.style.colorScheme;
  if (onPaper) root.style.colorScheme = 'light';
  const style = getComputedStyle(element);
  const found = {};
  for (const name of colourNames) found[name] = style.getPropertyValue('--' + name).trim();
  found.sans = style.getPropertyValue('--sans').trim();
  found.mono = style.getPropertyValue('--mono').trim();
  root.style.colorScheme = before;
  return onPaper ? { ...found, paper: '#fff', panel: '#fff', ink: '#000', soft: '#444', line: '#ccc' } : found;
}
