// Package livepage shows one run of an experiment while it goes on, and lets its user strike it.
//
//	browser --clicks--> Page --asks, one at a time--> pacer's goroutine: run.Live --state--> browser
//
// One goroutine has the run. It goes on for a tenth of a second at most, tells the page how the network stands, and then
// does what was asked for meanwhile. A click begins at the next whole millisecond of virtual time, so that a file can name
// it. The saved file breaks off at the time when it was saved, and its run has the hash that the page showed then.
//
// Nothing runs while no page is open: whoever comes back finds the run where it was.
//
// Read next: pace.go, page.go, clicks.go; harness/nets/run/live.go for what a click is.
package livepage
