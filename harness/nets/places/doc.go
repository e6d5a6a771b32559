// Package places says where the nodes of a simulated network are, and what the links between them are like: regions with a
// matrix of latencies, laws of latency and jitter, and classes of nodes with uplinks and downlinks.
//
//	[places] of an experiment --New(seed)--> Places: region and class of each node
//	                                           |
//	                                           +--> sim.Place: latency by (region, region, link), jitter by draw
//
// Everything is keyed: what a link is like depends on the seed and on its two nodes alone. The data sets are in the
// directory data, with their sources.
//
// # Simplifications
//
// A link's latency is the same both ways and at all times. Where the data give one number for two regions, links between
// them differ by a lognormal factor, fitted to the data's quantiles.
//
// Read next: law.go, data.go, places.go.
package places
