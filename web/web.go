// Package web is the page that a node serves: its chain, its peers, and a wallet whose keys never
// leave the browser.
//
//	browser:  index.html -> main.js -> views/*.js      one module a view
//	              |             |  +-> wallet.js ----> keystore.js -> worker.js (Argon2id)
//	              |             +----> api.js
//	node:     Files               /v1/... , /v1/events
//
// The page is plain ES modules, as they stand in files/: there is no build step, and it asks no
// host but the node. Two libraries are vendored whole, with their licences: noble (hashes and
// ciphers), for what WebCrypto lacks of the keystore's format, and uPlot, which draws what changes
// with time. docs/dependencies.md says why. They are in vendor/, as they were published; the node holds them
// compressed, each with .gz behind its name, and its server takes them apart for who wants that.
//
// Simplification: a wallet holds one key at a time.
//
// Read next: files/main.js; package api, which serves the page and answers it.
package web

import (
	"embed"

	"strata/web/kit/parts"
)

//go:generate go run ./pack

//go:embed all:files
var files embed.FS

// Files is the page: index.html and all that it loads, and nothing else. Of a file whose name ends in .gz the page
// knows the name without that.
var Files = parts.Layers{parts.Under(files, "files"), parts.Page}
