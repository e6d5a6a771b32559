// Package class grades many hand-ins at once, and keeps what came out so that nothing is graded twice.
//
//	intake: copies of what was handed in, with digests
//	      |
//	      v
//	digest + Settings --> farm.Key --> farm.Run, on all cores --> DIR/results: a Result for each key
//	                                                               DIR/reports: the whole report beside it
//	      |                                                             |
//	      v                                                             v
//	DIR/class.json: whose each is ----------- Rules: weights, late days ---> Standings: who stands where
//
// # Guarantees
//
//   - Equal hand-ins are graded once. A Result is the same on every machine, up to a bug that farm reports.
//   - What is finished is kept, whatever ends the program. The same command goes on from there.
//   - Rules change points and no result: nothing is graded again for another weight.
//
// # Simplifications
//
// How long something took, and what a report says of a failure beyond its rule and its run, can differ between
// machines. It is kept beside the result and compared with nothing.
//
// Read next: settings.go, grade.go, standing.go.
package class
