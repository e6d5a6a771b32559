// Before anything is seen: the light that the reader chose, here or in the book.
'use strict';
try { document.documentElement.dataset.theme = localStorage.theme || ''; } catch { }
