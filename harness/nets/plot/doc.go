// Package plot draws what was measured as SVG: curves with their spread, rates against what was varied with their
// intervals and the theory's line, networks, and the time line of forks.
//
//	Chart ------\
//	Network -----> Draw -> an SVG that loads nothing, light, dark and in print, with its numbers inside
//	Forks ------/  Table -> the same numbers as CSV
//
// Every picture says which runs it was made of.
//
// # Simplifications
//
// The width of a text is guessed from its length: a browser knows better, but a program that writes files has none.
//
// Sources: W. Cleveland, The Elements of Graphing Data (1994); the colours are M. Okabe and K. Ito's, darker on white and
// lighter on black; T. Fruchterman and E. Reingold, Graph drawing by force-directed placement (1991).
//
// Read next: chart.go, look.go, legend.go, scale.go, style.go.
package plot
