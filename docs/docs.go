// Package docs holds the workshop's book, and hands the program the part of it that it quotes.
package docs

import _ "embed"

// Protocol is the page of rules, protocol.md.
//
//go:embed protocol.md
var Protocol string

// Electives is the page of the electives' rules, electives.md.
//
//go:embed electives.md
var Electives string

// Echo is chapter 0, with the two rules of its layer, 0-echo.md.
//
//go:embed 0-echo.md
var Echo string
