package command

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"strata/harness/trace"
	"strata/harness/trace/page"
	"strata/harness/trace/pcap"
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
func (p *pictures) begin(w World) (*album, error) {
	a := &album{notices: w.Err}
	for _, f := range []struct {
		path  string
		write func(io.Writer, trace.Run) error
	}{{p.html, page.Write}, {p.pcap, pcap.Write}, {p.jsonl, trace.WriteJSONL}} {
		if f.path == "" {
			continue
		}
		d, err := newDraft(f.path)
		if err != nil {
			a.discard()
			return nil, err
		}
		a.pictures = append(a.pictures, picture{d, f.write})
	}
	if len(a.pictures) == 0 {
		return nil, nil
	}
	return a, nil
}

// album is a set of files of one run.
type album struct {
	pictures []picture
	notices  io.Writer // told of each file that is complete
}

// record writes the run to all files; each is there in full or, after an error, as it was before.
func (a *album) record(run trace.Run) error {
	for _, p := range a.pictures {
		if err := p.finish(func(w io.Writer) error { return p.write(w, run) }); err != nil {
			return err
		}
		fmt.Fprintf(a.notices, "written to %s\n", p.path)
	}
	return nil
}

// discard removes what was begun and not finished.
func (a *album) discard() {
	for _, p := range a.pictures {
		p.discard()
	}
}

// picture is one file, and what it is to hold.
type picture struct {
	*draft
	write func(io.Writer, trace.Run) error
}
