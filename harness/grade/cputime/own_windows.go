package cputime

import (
	"time"

	"golang.org/x/sys/windows"
)

func own() time.Duration {
	used, _ := process(windows.CurrentProcess())
	return used
}

func of(pid int) (time.Duration, bool) {
	handle, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return 0, false
	}
	defer windows.CloseHandle(handle)
	return process(handle)
}

func process(handle windows.Handle) (time.Duration, bool) {
	var created, exited, kernel, user windows.Filetime
	if windows.GetProcessTimes(handle, &created, &exited, &kernel, &user) != nil {
		return 0, false
	}
	return hundreds(kernel) + hundreds(user), true
}

// hundreds is a span of time that counts in hundreds of nanoseconds.
func hundreds(t windows.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}
