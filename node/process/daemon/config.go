package daemon

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"strata/node/process/atomicfile"
	"strata/node/process/settings"
)

// Help says what a node's command does, and where its settings are from.
const Help = `Runs one node until it is interrupted (SIGINT, SIGTERM), and then stops it cleanly.
The log goes to stderr. All nodes of a chain need the same difficulty.

The first run with --data writes DIR/strata.toml, with every setting as a comment, unless another
settings file exists. Later runs read it. A flag holds for one run, so put what should stay into that
file. SIGHUP reads log-level from it again.`

// ConfigUsage says which settings file is read.
const ConfigUsage = " (default: strata.toml of the data directory, else of the working directory, if there)"

// title is the heading of [node] in a settings file.
const title = "strata node: one node on TCP"

// Table is [node] as a settings file has it.
func Table(s *Settings) settings.Table {
	defaults := Defaults()
	return settings.Table{Name: "node", Title: title, Flags: s.Flags(), Defaults: defaults.Flags()}
}

// writeConfig writes the defaults, all commented out, into the data directory, and returns the
// file's name. A file that is there stays.
func writeConfig(dir string) (path string, err error) {
	path = filepath.Join(dir, settings.FileName)
	var text bytes.Buffer
	s := Defaults()
	if err := settings.Sample(&text, []settings.Table{Table(&s)}); err != nil {
		return "", err
	}
	if err := atomicfile.Create(path, text.Bytes()); err != nil && !errors.Is(err, atomicfile.ErrExists) {
		return "", fmt.Errorf("settings: %w", err)
	}
	return path, nil
}

// onHangup calls f at each SIGHUP until stop is called.
func onHangup(f func()) (stop func()) {
	signals, ended := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, syscall.SIGHUP)
	go func() {
		defer close(ended)
		for range signals {
			f()
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
		<-ended
	}
}

// reread sets the level that the settings file says now. A file that cannot be read, or says none,
// changes nothing.
func (d Daemon) reread(level *slog.LevelVar, log *slog.Logger) {
	var file struct {
		Node  Settings `toml:"node"`
		Demo  any      `toml:"demo"`
		Grade any      `toml:"grade"`
	}
	const unsaid = slog.Level(100)
	file.Node.LogLevel.Level = unsaid
	if err := settings.ReadFile(d.Config, &file); err != nil {
		log.Error("settings not read again", "err", err)
		return
	}
	if file.Node.LogLevel.Level == unsaid {
		log.Warn("settings read again: no log-level in them", "file", d.Config)
		return
	}
	level.Set(file.Node.LogLevel.Level)
	log.Info("settings read again", "file", d.Config, "log-level", file.Node.LogLevel)
}
