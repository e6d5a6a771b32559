package sandbox

import (
	"os"
	"runtime"
)

// taskPrefix begins the first argument of this executable when it is started again for a task.
const taskPrefix = "strata-task:"

// Task gives a part of the program's work a name, so that it can be done in a process of its own, which
// is this executable, whichever it is. A package declares its task by
//
//	var _ = sandbox.Task("types", checkTypes)
//
// In the process that Self starts, run is called as soon as the package's dependencies are ready, and
// the process ends with it: main is never reached. run must not use what an init function sets up; the arguments of
// Self begin at os.Args[2].
func Task(name string, run func() (status int)) struct{} {
	if len(os.Args) > 1 && os.Args[1] == taskPrefix+name {
		os.Exit(run())
	}
	return struct{}{}
}

// TaskWord is the first argument with which this executable does the task, for a program that starts it by its
// path.
func TaskWord(name string) string { return taskPrefix + name }

// Self is this executable with a task to do.
func Self(box Box, task string, args ...string) (*Cmd, error) {
	path, err := self()
	if err != nil {
		return nil, err
	}
	return Command(box, path, append([]string{taskPrefix + task}, args...)...), nil
}

// self is the path of the running executable, also when its file has been replaced or removed.
func self() (string, error) {
	if runtime.GOOS == "linux" {
		return "/proc/self/exe", nil
	}
	return os.Executable()
}
