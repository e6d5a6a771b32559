package metrics

import (
	"bytes"
	"os"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
)

// runtimeFigures are figures of Go's runtime, by their names in runtime/metrics.
var runtimeFigures = []struct {
	source, name, help string
	kind               Kind
}{
	{"/sched/goroutines:goroutines", "go_goroutines", "Goroutines that exist.", KindGauge},
	{"/sched/gomaxprocs:threads", "go_sched_gomaxprocs_threads", "Threads that run Go code at once, at most.", KindGauge},
	{"/memory/classes/heap/objects:bytes", "go_memory_heap_objects_bytes", "Memory that objects on the heap take.", KindGauge},
	{"/memory/classes/total:bytes", "go_memory_total_bytes", "Memory that the runtime has mapped.", KindGauge},
	{"/gc/heap/allocs:bytes", "go_gc_heap_allocs_bytes_total", "Bytes allocated on the heap since the start.", KindCounter},
	{"/gc/cycles/total:gc-cycles", "go_gc_cycles_total", "Garbage collections since the start.", KindCounter},
}

// WriteProcess writes figures of the process itself: those of Go's runtime, and, where the system has
// /proc, those of the process under their usual names.
func WriteProcess(p *Page) {
	samples := make([]metrics.Sample, len(runtimeFigures))
	for i, f := range runtimeFigures {
		samples[i].Name = f.source
	}
	metrics.Read(samples)
	for i, f := range runtimeFigures {
		if samples[i].Value.Kind() == metrics.KindUint64 {
			p.Begin(f.kind, f.name, f.help)
			p.Sample(f.name, float64(samples[i].Value.Uint64()))
		}
	}
	p.Begin(KindGauge, "go_info", "The version of Go; always 1.")
	p.Sample("go_info", 1, "version", runtime.Version())
	writeProc(p)
}

// ticks are the units of processor time in /proc: 100 a second on every Linux (sysconf(_SC_CLK_TCK)).
const ticks = 100

// writeProc writes what /proc tells, if there is one.
func writeProc(p *Page) {
	if user, system, pages, ok := procStat(); ok {
		p.Counter("process_cpu_seconds_total", "Processor time of the process, user and system.", (user+system)/ticks)
		p.Gauge("process_resident_memory_bytes", "Memory of the process that is in RAM.", pages*float64(os.Getpagesize()))
	}
	if fds, err := os.ReadDir("/proc/self/fd"); err == nil {
		p.Gauge("process_open_fds", "Open file descriptors.", float64(len(fds)))
	}
	if most, ok := procLimit("Max open files"); ok {
		p.Gauge("process_max_fds", "Open file descriptors that the process may have.", most)
	}
}

// procStat reads processor time in ticks and resident memory in pages.
func procStat() (user, system, pages float64, ok bool) {
	text, err := os.ReadFile("/proc/self/stat")
	name := bytes.LastIndexByte(text, ')') // the program's name may hold anything
	if err != nil || name < 0 {
		return 0, 0, 0, false
	}
	fields := strings.Fields(string(text[name+1:])) // from the third on: proc(5)
	if len(fields) < 22 {
		return 0, 0, 0, false
	}
	var faults [3]error
	user, faults[0] = strconv.ParseFloat(fields[11], 64)
	system, faults[1] = strconv.ParseFloat(fields[12], 64)
	pages, faults[2] = strconv.ParseFloat(fields[21], 64)
	return user, system, pages, faults == [3]error{}
}

// procLimit reads the soft limit of that name.
func procLimit(name string) (most float64, ok bool) {
	text, err := os.ReadFile("/proc/self/limits")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(line, name); found {
			fields := strings.Fields(rest)
			if len(fields) == 0 {
				return 0, false
			}
			most, err = strconv.ParseFloat(fields[0], 64)
			return most, err == nil
		}
	}
	return 0, false
}
