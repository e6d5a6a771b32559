// Package debugger steps through one run of a scenario by hand: a line of commands at a time.
//
//	Console    (console.go, run.go)   takes a line and answers
//	   |
//	Run                               what may come next, what has come, what a node has
//	   |              |
//	explore.Session   Simulated (simulated.go)   every order of a small scenario; any scenario and seed
//	                  |           |
//	              lab.Session   Probes               what the layers' contracts let one see (probes.go), and
//	                                                 what pools and executors are asked (calls.go)
//
// A run is deterministic: to go back is to run again up to the event before. What was chosen is part of
// the run's name, so that it can be shown to others.
//
// # Simplifications
//
// What a layer keeps to itself is not looked into, for a student keeps it as they like: the requests that
// wait are those that were made and not answered, and the ids that were seen are those that passed
// between gossip and its peers.
//
// Read next: console.go.
package debugger
