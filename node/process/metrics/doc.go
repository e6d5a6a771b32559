// Package metrics counts what a node does, and writes it in the text format of Prometheus.
//
//	Set: Counter, Histogram     counted as it happens, on any goroutine
//	        |  Write
//	        v
//	Page: Gauge, Counter, Begin and Sample     what is asked for at the moment of a scrape
//	        |
//	        v
//	# HELP strata_height Number of the tip.
//	# TYPE strata_height gauge
//	strata_height 42
//
// Each family of series has one HELP and one TYPE line before its samples, in the order in which the
// families came. Histograms have fixed bounds and cumulative buckets, so that any Prometheus can add those of
// several nodes and take quantiles of them.
//
// Simplifications: no timestamps, no exemplars, no OpenMetrics; labels of counters are fixed when the counter
// is made.
//
// Source: Prometheus, Exposition formats, text format version 0.0.4,
// https://prometheus.io/docs/instrumenting/exposition_formats/. Read next: node/process/api/metrics.go.
package metrics
