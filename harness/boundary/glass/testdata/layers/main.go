//go:build wasip1

// Command layers is the reference as WebAssembly.
package main

import (
	"strata/harness/boundary"
	"strata/solutions"
)

func init() { boundary.Offer(solutions.Electives()) }

func main() {}
