package daemon

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// PageUsage describes the flag that asks for Page.
const PageUsage = "print where the page of the node is that runs on the data directory, with its token on a terminal, and end"

// answersWithin is how long a node's API may take to accept a connection.
const answersWithin = 2 * time.Second

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
	if err != nil {
		return "", "", err
	}
	api = strings.TrimSpace(string(text))
	conn, err := net.DialTimeout("tcp", localAddress(strings.TrimPrefix(api, "http://")), answersWithin)
	if err != nil { // a node that was killed leaves the file behind
		return "", "", fmt.Errorf("data directory %s: %w: nobody answers at %s, where the last one was", d.Settings.Data, ErrNotRunning, api)
	}
	token, err = d.readToken()
	return api, token, errors.Join(err, conn.Close())
}
