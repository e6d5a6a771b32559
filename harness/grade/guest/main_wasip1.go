package main

import "strata/harness/boundary"

// WebAssembly is no program: it has no main that runs, and is called. The layers of a node, which call each other
// in there, get handles as they do in place.
func init() { boundary.Offer(layers()) }

func main() {}
