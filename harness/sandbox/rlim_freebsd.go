package sandbox

// rlim is a limit as the system takes it.
func rlim(most uint64) int64 { return int64(most) }
