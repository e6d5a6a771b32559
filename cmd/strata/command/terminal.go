package command

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"golang.org/x/term"
)

// pressed has a value for each key that is pressed on the terminal, until end is called; nil if there is no
// terminal. The read that waits then is left as it is: nothing ends a read of a terminal but its user.
func (w World) pressed() (pressed <-chan rune, end func()) {
	none := func() {}
	in, ok := w.In.(*os.File)
	out, okOut := w.Out.(*os.File)
	if !ok || !okOut || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return nil, none
	}
	show, err := keys(in)
	if err != nil {
		return nil, none
	}
	all := make(chan rune)
	go func() {
		var one [1]byte
		for {
			if n, err := in.Read(one[:]); n == 0 || err != nil {
				return
			}
			all <- rune(one[0])
		}
	}()
	return all, show
}

// opener is the program that opens pages, with its arguments but for the page.
func opener() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{"open"}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	return []string{"xdg-open"}
}

// browse opens a file or an address in the user's browser, and does not wait for it.
func browse(place string) error {
	words := append(opener(), place)
	cmd := exec.Command(words[0], words[1:]...)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // how a browser ends is its own affair
	return nil
}

// browse opens a file or an address, and says where it is in any case.
func (w World) browse(place string) error {
	fmt.Fprintf(w.Out, "page: %s\n", nearby(place))
	if w.Browse == nil {
		return nil
	}
	if err := w.Browse(place); err != nil {
		fmt.Fprintf(w.Out, "no browser could be started (%v): open the page yourself\n", err)
	}
	return nil
}
