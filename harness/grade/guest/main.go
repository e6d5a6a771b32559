//go:build !wasip1

// Command gradeguest is the layers of a submission behind the boundary. The grader builds it with the submission laid over
// exercises/: as WebAssembly for a sealed grade, or as a program that speaks JSON lines, or CBOR if its argument says so.
package main

import (
	"fmt"
	"os"

	"strata/harness/boundary"
)

func main() {
	form := ""
	if len(os.Args) > 1 {
		form = os.Args[1]
	}
	if err := boundary.Serve(layers(), os.Stdin, os.Stdout, form); err != nil {
		fmt.Fprintln(os.Stderr, "gradeguest:", err)
		os.Exit(2)
	}
}
