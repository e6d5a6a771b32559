//go:build !unix && !windows

package cputime

import "time"

var began = time.Now()

func own() time.Duration { return time.Since(began) }
