// Package cputime says how much time processors have given this process: what a run costs, whatever else the
// machine does meanwhile, and whether or not it stands still.
package cputime

import "time"

// Own is the time that this process has had. Where it cannot be known, it is that since the process began.
func Own() time.Duration { return own() }

// Of is the time that another process has had, without those that it has started. Where it cannot be known, it is 0.
func Of(pid int) time.Duration { return of(pid) }
