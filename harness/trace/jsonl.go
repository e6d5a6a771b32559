package trace

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// WriteJSONL writes the run as JSON lines: the header, then an event a line.
func WriteJSONL(w io.Writer, run Run) error {
	buffered := bufio.NewWriter(w)
	enc := json.NewEncoder(buffered)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(run.Header); err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	for _, e := range run.Events {
		if err := enc.Encode(e); err != nil {
			return fmt.Errorf("trace: %w", err)
		}
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("trace: %w", err)
	}
	return nil
}

// ErrFormat reports what is not a trace of this version.
var ErrFormat = errors.New("not a trace of this version")

// ReadJSONL reads what WriteJSONL wrote. The error wraps ErrFormat if it is something else.
func ReadJSONL(r io.Reader) (Run, error) {
	dec := json.NewDecoder(bufio.NewReader(r))
	var run Run
	if err := dec.Decode(&run.Header); err != nil {
		return Run{}, fmt.Errorf("trace: header: %w: %w", ErrFormat, err)
	}
	if run.Format != Format || run.Version != Version {
		return Run{}, fmt.Errorf("trace: header: %w: %q version %d", ErrFormat, run.Format, run.Version)
	}
	for {
		var e Event
		err := dec.Decode(&e)
		if errors.Is(err, io.EOF) {
			return run, nil
		}
		if err != nil {
			return Run{}, fmt.Errorf("trace: event %d: %w: %w", len(run.Events)+1, ErrFormat, err)
		}
		run.Events = append(run.Events, e)
	}
}
