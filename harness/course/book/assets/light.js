// Before anything is seen: the light that the reader chose. A page that was opened from a file may remember nothing.
"use strict";
try { document.documentElement.dataset.theme = localStorage.theme || ""; } catch { }
