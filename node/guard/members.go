package guard

import (
	"fmt"
	"slices"

	"strata/network"
)

// sourceOf finds what is known of a stream's far end: a member by the key that it proves, wherever it comes from, a
// stranger by its address.
func (g *Guard) sourceOf(s network.Stream) *source {
	if key, ok := g.member(s); ok {
		return g.memberSource(key)
	}
	return g.source(s.Remote())
}

// member says whether the far end proves a member's key.
func (g *Guard) member(s network.Stream) (key network.PublicKey, ok bool) {
	if key, ok = s.Key(); !ok {
		return key, false
	}
	return key, g.isMember(key)
}

func (g *Guard) isMember(key network.PublicKey) bool {
	if slices.Contains(g.recognised, key) {
		return true
	}
	for _, known := range g.cfg.Members {
		if known == key {
			return true
		}
	}
	return false
}

// Recognise makes members of those who prove these keys, beside those of Config.Members and in the place of those that were
// recognised before. Where they are reached nobody says, so their addresses are nobody's. It holds for open connections at
// once.
func (g *Guard) Recognise(keys ...network.PublicKey) {
	if g == nil || slices.Equal(g.recognised, keys) {
		return
	}
	g.recognised = slices.Clone(keys)
	for _, c := range g.conns {
		if source := g.sourceOf(c.stream); source != c.source {
			c.source.conns--
			source.conns++
			c.source = source
			c.limit()
		}
	}
}

// memberSource is a source of a member's own: what others do at its address is not counted against it.
func (g *Guard) memberSource(key network.PublicKey) *source {
	name := "member " + key.String()
	if s := g.sources[name]; s != nil {
		return s
	}
	s := g.newSource(name, "", true)
	s.member = true
	g.sources[name] = s
	return s
}

// notTheMember says what keeps the node from a connection that it has dialled to a member's address.
func (g *Guard) notTheMember(to network.Addr, s network.Stream) error {
	want, known := g.cfg.Members[to]
	if got, ok := s.Key(); known && (!ok || got != want) {
		return fmt.Errorf("guard: %s: %w", to, ErrOtherKey)
	}
	return nil
}

// pretends says whether whoever is being handled goes by a member's address without the member's key.
func (g *Guard) pretends(name network.Addr) bool {
	want, known := g.cfg.Members[name]
	if !known || g.current == nil {
		return false
	}
	got, ok := g.current.Key()
	return !ok || got != want
}

// amongMembers says whether a member is being handled, by a member: what they say to each other is not paced.
func (g *Guard) amongMembers() bool {
	return g.current != nil && g.current.source.member && g.isMember(g.host.Identity().Key())
}
