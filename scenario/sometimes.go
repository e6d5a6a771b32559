package scenario

// Sometimes declares a state that the scenario is for, such as "a hello met a full table", and returns
// what to call with whether it is there; once in a run is enough. It proves nothing about a student: the
// self-check runs the reference and counts the seeds that get there, for a scenario that never does
// shows less than it says. Called in Setup, or in work that every
// run does. Where nobody counts it does nothing.
//
// Source: the "sometimes assertions" of Antithesis, which stand beside the "always" ones.
func Sometimes(w World, what string) (met func(bool)) {
	if s, ok := w.(interface {
		Sometimes(what string) func(bool)
	}); ok {
		return s.Sometimes(what)
	}
	return func(bool) {}
}
