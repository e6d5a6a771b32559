package trace
import "io"
func WritePage(w io.Writer, run Run) error { return nil }
