// Package nets carries out experiments with simulated networks: from a file that says what is varied and expected to a
// folder with every single run, statistics, pictures and a page.
//
//	experiment.toml --> points x seeds --> runs, under their keys (harness/farm, harness/nets/run)
//	                                         |
//	                     Summary: intervals, z scores against theory (stats, theory)
//	                                         |
//	                     folder: manifest, CSV, SVG, report.html (plot) --> Verify, Diff
//
// # Guarantees
//
//   - What is finished is kept: an experiment that was interrupted goes on where it was, and so does one on other machines.
//   - A folder can be made again: its manifest has the digests of experiment, code and data, the seeds, and the hash of each
//     run's trace. Verify runs a sample again and compares.
//   - All points use the same seeds: what differs between two points is what was varied, and not who was lucky.
//
// Read next: experiment.go, collect.go, summary.go, folder.go; harness/nets/spec for the file.
package nets
