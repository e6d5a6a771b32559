package main

import (
	"strata/harness/boundary"
	"strata/harness/grade/submission"
)

// WebAssembly is no program: it has no main that runs, and is called.
func init() { boundary.Offer(submission.Stack()) }

func main() {}
