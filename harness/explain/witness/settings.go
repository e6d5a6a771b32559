package witness

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"

	"strata/chain"
	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// setting is a layer's config at one node.
type setting struct {
	layer string
	node  *rand.Rand // of its host; nil: the layer has none
	texts []string   // what differs from the defaults
}

// set notes a config and the one of the same layer in which nothing is set.
func (w *Witness) set(layer string, h network.Host, cfg, plain any) {
	s := setting{layer: layer, texts: differ(reflect.ValueOf(cfg), reflect.ValueOf(plain))}
	if h != nil {
		s.node = h.Rand()
	}
	w.settings = append(w.settings, s)
}

// differ lists the fields of two structs that are not the same: numbers, times and truths. Where others are, and who
// checks signatures, is no setting.
func differ(cfg, plain reflect.Value) (texts []string) {
	for i := range cfg.NumField() {
		field := cfg.Type().Field(i)
		switch field.Type.Kind() {
		case reflect.Struct:
			texts = append(texts, differ(cfg.Field(i), plain.Field(i))...)
		case reflect.Int, reflect.Int64, reflect.Uint32, reflect.Uint64, reflect.Bool:
			if got := cfg.Field(i).Interface(); got != plain.Field(i).Interface() {
				texts = append(texts, fmt.Sprintf("%s %v", field.Name, got))
			}
		}
	}
	return texts
}

// different lists the settings that are not the defaults, those of the graded layer first. One that only some nodes
// have names them.
func (w *Witness) different() (lines []string) {
	for _, own := range []bool{true, false} {
		for _, s := range w.settings {
			for _, text := range s.texts {
				if line := w.line(s.layer, text); (s.layer == w.layer) == own && !slices.Contains(lines, line) {
					lines = append(lines, line)
				}
			}
		}
	}
	return lines
}

// line is a setting in words.
func (w *Witness) line(layer, text string) string {
	nodes, all := []string{}, true
	for _, s := range w.settings {
		switch name := w.names[s.node]; {
		case s.layer != layer:
		case !slices.Contains(s.texts, text):
			all = false
		case name != "" && !slices.Contains(nodes, short(name)):
			nodes = append(nodes, short(name))
		}
	}
	if layer != w.layer {
		text = layer + " " + text
	}
	if !all && len(nodes) > 0 {
		text += " at " + strings.Join(nodes, " ")
	}
	return text
}

// named notes where a host's node is.
func (w *Witness) named(h network.Host, at network.Addr) {
	if at != "" {
		w.names[h.Rand()] = at
	}
}

// plain is a config in which nothing is set but what has to be. It cannot fail.
func plain[C interface{ Complete() (C, error) }](cfg C) C {
	full, _ := cfg.Complete()
	return full
}

// The configs of which a layer's own is told apart.
var (
	plainNetwork   = plain(network.Config{})
	plainMessaging = plain(messaging.Config{})
	plainP2P       = plain(p2p.Config{Self: "10.0.0.1:4000"})
	plainGossip    = plain(gossip.Config{})
	plainMempool   = plain(mempool.Config{})
	plainChain     = plain(chain.Config{})
)
