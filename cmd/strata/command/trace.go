package command

import (
	"bufio"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"strata/harness/trace"
	"strata/harness/trace/pcap"
	"strata/harness/trace/timeline"
)

func newTrace(w World) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "trace",
		Short: "Look at recorded traffic",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newTraceRead(w))
	return cmd
}

func newTraceRead(w World) *cobra.Command {
	var files pictures
	var all bool
	var last int
	cmd := &cobra.Command{
		Use:   "read CAPTURE",
		Short: "Show what real nodes said, from a capture of their traffic",
		Long: `Reads a capture (pcap or pcapng, such as tcpdump writes from the loopback interface), puts the
streams together, and shows them as strata replay shows a run. A node that dialled goes by the address
in its hello. A message counts as received when the other side acknowledged it.`,
		Example: `  strata trace read capture.pcapng
  strata trace read capture.pcap --html run.html`,
		Args: oneArg("a CAPTURE file"),
		RunE: func(_ *cobra.Command, args []string) error {
			if all {
				last = 0
			}
			return w.readTrace(args[0], files, all, last)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "show every event, parts of messages too")
	numberFlag(cmd.Flags(), &last, "last", 0, 0, "show the last `N` events; 0: all")
	files.bind(cmd)
	return cmd
}

// readTrace draws and shows a capture.
func (w World) readTrace(path string, files pictures, all bool, last int) error {
	album, err := files.begin(w)
	if err != nil {
		return err
	}
	if album != nil {
		defer album.discard()
	}
	capture, err := readCapture(path)
	if err != nil {
		return err
	}
	if album != nil {
		if err := album.record(recorded(capture, path)); err != nil {
			return err
		}
	}
	return w.tellCapture(capture, all, last)
}

func readCapture(path string) (pcap.Capture, error) {
	f, err := os.Open(path)
	if err != nil {
		return pcap.Capture{}, err
	}
	defer f.Close()
	capture, err := pcap.Read(bufio.NewReader(f))
	if err != nil {
		return pcap.Capture{}, fmt.Errorf("%s: %w", path, err)
	}
	return capture, nil
}

// recorded is the capture as a run.
func recorded(c pcap.Capture, path string) trace.Run {
	var rec trace.Recorder
	for _, e := range c.Events {
		rec.Event(e)
	}
	return rec.Finish(trace.Header{Source: "capture", Title: path, Start: c.Start})
}

// tellCapture prints the timeline, and what it lacks.
func (w World) tellCapture(c pcap.Capture, all bool, last int) error {
	line := timeline.Timeline{Timers: all}
	for _, e := range c.Events {
		line.Event(e)
	}
	if err := line.Render(w.Out, last); err != nil {
		return err
	}
	if c.Lost > 0 {
		fmt.Fprintf(w.Out, "\n%d bytes are missing in the capture\n", c.Lost)
	}
	if c.Other > 0 {
		fmt.Fprintf(w.Out, "\n%d TCP connections carry no frames and are left out\n", c.Other)
	}
	return nil
}
