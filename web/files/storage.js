// What the browser keeps for this page. It may keep nothing: storage can be full, or forbidden.

// read is what is kept under a name; null if nothing is, or nothing may be.
export function read(name, storage = () => localStorage) {
  try {
    return storage().getItem(name);
  } catch {
    return null;
  }
}

// keep keeps a text. It throws an error in plain words if the browser does not.
export function keep(name, text, storage = () => localStorage) {
  try {
    storage().setItem(name, text);
  } catch {
    throw new Error("This browser keeps nothing for this page: its storage is full, or forbidden. Nothing was done. Allow it, or make room, and try again.");
  }
}

// forget keeps it no longer.
export function forget(name, storage = () => localStorage) {
  try {
    storage().removeItem(name);
  } catch {
    // what may not be kept is not there
  }
}
