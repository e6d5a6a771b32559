// Package browser tests the project's pages in a real browser, headless Chromium. It is a module of
// its own, so that what drives the browser never becomes part of what a student downloads.
package browser
