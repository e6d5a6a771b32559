// Package web is the page that a node serves: its chain, its peers, and a wallet whose keys never
// leave the browser.
//
//	browser:  index.html -> main.js -> views/*.js      one module a view
//	              |             |  +-> wallet.js ----> keystore.js -> worker.js (Argon2id)
//	              |             +----> api.js
//	node:     Files               /v1/... , /v1/events
//
// The page is plain ES modules, as they stand in files/ and in kit/parts, and it asks no host but the node. Two
// libraries are vendored whole, with their licences: noble (hashes and ciphers), for what WebCrypto lacks of the
// keystore's format, and lean-qr, which makes QR codes. docs/dependencies.md says why. They are in vendor/, as they
// were published. The node's program holds all that compressed, in packed/, each file with .gz behind its name, and its
// server takes it apart for who wants that. `go generate ./web` makes packed/ after a change.
//
// All tabs of a browser share one stream of events, in stream.js. What changes is shown by keyed updates
// (kit/parts/kit/keyed.js): elements stay as long as what they show, so focus, selection and presses outlive them.
//
// Simplification: a wallet holds one key at a time.
//
// Read next: files/main.js; package api, which serves the page and answers it.
package web

import (
	"embed"

	"strata/web/kit/parts"
)

//go:generate go run ./pack files packed
//go:generate go run ./pack vendor packed/vendor

//go:embed all:packed
var packed embed.FS

// Files is the page: index.html and all that it loads, and nothing else. Of a file whose name ends in .gz the page
// knows the name without that.
var Files = parts.Layers{parts.Under(packed, "packed"), parts.Page}
