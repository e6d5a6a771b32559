// Package spec is the file that says what an experiment is: a network, what happens to it, what is varied, and
// what has to come out.
//
//	file.toml --Read--> Spec --Check--> faults, each with its place and what to do
//	                      |--Points--> the points of the sweep: a Spec each, with what was varied
//	                      |--Schema--> a JSON Schema, for editors
//	--set key=value ---Set--^
//
// The structs of this package are the only description of the format: reading, checking of names, the schema and the
// reference in the book come from their fields and tags.
//
// Every length of time, rate, size and share has its unit in the file ("600s", "25 Mbit/s", "1 MB", "30 %"):
// a bare number where a unit belongs is refused.
//
// Read next: spec.go, then units.go, check.go, sweep.go; harness/nets for what becomes of it.
package spec
