package command

import (
	"os"

	"golang.org/x/sys/windows"
)

// hush has a console not show what is typed, until show is called. Lines are still edited and sent whole.
func hush(console *os.File) (show func(), err error) {
	return quiet(console, windows.ENABLE_LINE_INPUT)
}

// keys has a console send each key as it is pressed, and not show it, until show is called.
func keys(console *os.File) (show func(), err error) { return quiet(console, 0) }

// quiet has a console not show what is typed; lines are windows.ENABLE_LINE_INPUT if it sends them whole, or 0.
func quiet(console *os.File, lines uint32) (show func(), err error) {
	handle := windows.Handle(console.Fd())
	var before uint32
	if err := windows.GetConsoleMode(handle, &before); err != nil {
		return nil, err
	}
	now := before&^(windows.ENABLE_ECHO_INPUT|windows.ENABLE_LINE_INPUT) | lines | windows.ENABLE_PROCESSED_INPUT
	if err := windows.SetConsoleMode(handle, now); err != nil {
		return nil, err
	}
	return func() { _ = windows.SetConsoleMode(handle, before) }, nil
}
