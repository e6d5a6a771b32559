package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// PageUsage describes the flag that asks for Page.
const PageUsage = "print where the page of the node is that runs on the data directory, with its token on a terminal, and end"

// ErrNotRunning reports a data directory on which no node with an API runs. Start one.
var ErrNotRunning = errors.New("no node with an API runs on it")

// Page prints what the node printed when it came up: the line may have scrolled away.
func (d Daemon) Page() error {
	page, token, err := d.Running()
	if err != nil {
		return err
	}
	tellPage(d.Out, page+"/", token, d.tokenPlace())
	return nil
}

// Running finds the address of the API of the node that runs on the data directory, and its token.
// Errors: ErrNotRunning; there is no data directory; the token cannot be read.
func (d Daemon) Running() (api, token string, err error) {
	if d.Settings.Data == "" {
		return "", "", errors.New("say with --data on which directory the node runs")
	}
	text, err := os.ReadFile(filepath.Join(d.Settings.Data, AddressFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", "", fmt.Errorf("data directory %s: %w", d.Settings.Data, ErrNotRunning)
	}
	if err == nil {
		token, err = d.readToken()
	}
	return strings.TrimSpace(string(text)), token, err
}
