package sim

type windows struct{}
type outbox struct{}

func newWindows(n *Net) *windows          { return &windows{} }
func (w *windows) layOut()                {}
func (w *windows) early(e event)          {}
func (w *windows) run(until int64)        {}
func (w *windows) emit(l *lane, e *event) {}
func log2(n int64) int                    { return 0 }
