// Package topology makes networks as graphs: who dials whom. It draws them, reads and writes them as files, and
// measures them.
//
//	Spec, seed --> Generate --\                      /--> Measure: degree, components, distances,
//	GraphML, GEXF, edge CSV --> Read --> Graph -----<       clustering, second eigenvalue
//	                                                 \--> Write: GraphML, GEXF, edge CSV
//
// All that is random comes from whole numbers that the seed gives, so that a seed gives the same graph on every
// machine. (G(n, p) takes logarithms too: it is the same wherever these are.)
//
// # Simplifications
//
// Graphs are simple: no node dials itself, and no pair twice or both ways.
//
// Sources: P. Erdős and A. Rényi (1959); D. Watts and S. Strogatz, Collective dynamics of small-world networks
// (1998); A.-L. Barabási and R. Albert, Emergence of scaling in random networks (1999); B. Bollobás's configuration
// model (1980); V. Batagelj and U. Brandes, Efficient generation of large random networks (2005); C. Lanczos
// (1950) for eigenvalues; GraphML of graphdrawing.org, GEXF 1.3 of gexf.net.
//
// Read next: graph.go, generate.go, measure.go, formats.go.
package topology
