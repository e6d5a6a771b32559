// Package cputime says how much time processors have given a process: what a run costs, whatever else the
// machine does meanwhile, and whether or not it stands still.
package cputime

import "time"

// Of is the time that another process has had, and whether that can be known here.
func Of(pid int) (time.Duration, bool) { return of(pid) }

// Own is the time that this process has had. Where it cannot be known, it is that since the process began.
func Own() time.Duration { return own() }
