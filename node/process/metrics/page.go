package metrics

import (
	"strconv"
	"strings"
)

// ContentType is what a page is served as.
const ContentType = "text/plain; version=0.0.4; charset=utf-8"

// Kind is the type of a family of series.
type Kind string

// The kinds that a node has.
const (
	KindCounter   Kind = "counter"
	KindGauge     Kind = "gauge"
	KindHistogram Kind = "histogram"
)

// Page is the text of one scrape. The zero value is an empty one. It is for one goroutine.
type Page struct{ text []byte }

// Bytes is the text so far. It is the page's until the next method is called.
func (p *Page) Bytes() []byte { return p.text }

// Gauge writes a family of one series without labels.
func (p *Page) Gauge(name, help string, value float64) {
	p.Begin(KindGauge, name, help)
	p.Sample(name, value)
}

// Counter writes a family of one series without labels. Its name ends in _total.
func (p *Page) Counter(name, help string, value float64) {
	p.Begin(KindCounter, name, help)
	p.Sample(name, value)
}

// Begin begins a family; its samples follow, and each family begins once in a page.
func (p *Page) Begin(kind Kind, name, help string) {
	p.add("# HELP ", name, " ", escapedHelp.Replace(help), "\n# TYPE ", name, " ", string(kind), "\n")
}

// Sample writes one series of the family that has begun. Labels are name, value, name, value.
func (p *Page) Sample(name string, value float64, labels ...string) {
	p.add(name)
	for i := 0; i+1 < len(labels); i += 2 {
		open := ","
		if i == 0 {
			open = "{"
		}
		p.add(open, labels[i], `="`, escapedLabel.Replace(labels[i+1]), `"`)
	}
	if len(labels) > 0 {
		p.add("}")
	}
	p.add(" ", number(value), "\n")
}

func (p *Page) add(texts ...string) {
	for _, text := range texts {
		p.text = append(p.text, text...)
	}
}

var (
	escapedHelp  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	escapedLabel = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// number is a value as the format has it: Go's shortest, with NaN, +Inf and -Inf.
func number(value float64) string { return strconv.FormatFloat(value, 'g', -1, 64) }
