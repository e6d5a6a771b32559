package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"strata/harness/page"
	"strata/harness/pcap"
	"strata/harness/trace"
)

// pictures are the files that a recorded run is written to; empty ones are not.
type pictures struct{ html, pcap, jsonl string }

// bind adds the flags.
func (p *pictures) bind(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.html, "html", "", "draw the run as a page in this `FILE`")
	cmd.Flags().StringVar(&p.pcap, "pcap", "", "write the run as a capture (pcapng, for Wireshark) to this `FILE`")
	cmd.Flags().StringVar(&p.jsonl, "jsonl", "", "write the run as JSON lines to this `FILE`")
	for _, name := range []string{"html", "pcap", "jsonl"} {
		must(cmd.MarkFlagFilename(name))
	}
}

// begin makes sure that the files can be written, before the run is made. nil if there are none.
func (p *pictures) begin() (*album, error) {
	a := &album{}
	for _, f := range []struct {
		path  string
		write func(io.Writer, trace.Run) error
	}{{p.html, page.Write}, {p.pcap, pcap.Write}, {p.jsonl, trace.WriteJSONL}} {
		if f.path == "" {
			continue
		}
		p, err := newPicture(f.path, f.write)
		if err != nil {
			a.discard()
			return nil, err
		}
		a.pictures = append(a.pictures, p)
	}
	if len(a.pictures) == 0 {
		return nil, nil
	}
	return a, nil
}

// album is a set of files of one run.
type album struct{ pictures []*picture }

// record writes the run to all files; each is there in full or, after an error, as it was before.
func (a *album) record(run trace.Run) error {
	for _, p := range a.pictures {
		if err := p.finish(run); err != nil {
			return err
		}
	}
	return nil
}

// discard removes what was begun and not finished.
func (a *album) discard() {
	for _, p := range a.pictures {
		if p.file != nil {
			p.file.Close()
			os.Remove(p.temp)
		}
	}
}

// picture is one file, written beside its place and then moved there.
type picture struct {
	path  string
	temp  string // empty: written in place, because it is a device or a pipe
	file  *os.File
	write func(io.Writer, trace.Run) error
}

// newPicture opens the file, or one beside it.
func newPicture(path string, write func(io.Writer, trace.Run) error) (*picture, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	p := &picture{path: path, write: write}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a directory, want a file", path)
	case err == nil && !info.Mode().IsRegular():
		p.file, err = os.OpenFile(path, os.O_WRONLY, 0)
	default:
		p.file, err = os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
		if err == nil {
			p.temp = p.file.Name()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be written: %w", path, cause(err))
	}
	return p, nil
}

// cause is the error without the name of the file that it happened to: a temporary one.
func cause(err error) error {
	var at *os.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// finish writes the run and moves the file to its place.
func (p *picture) finish(run trace.Run) error {
	err := p.write(p.file, run)
	if err == nil && p.temp != "" {
		err = p.file.Chmod(0o644)
	}
	if closing := p.file.Close(); err == nil {
		err = closing
	}
	if err == nil && p.temp != "" {
		err = os.Rename(p.temp, p.path)
	}
	if err != nil {
		os.Remove(p.temp)
		err = fmt.Errorf("%s cannot be written: %w", p.path, cause(err))
	}
	p.file = nil
	return err
}
