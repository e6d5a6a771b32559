package spec

import (
	"fmt"
	"slices"
	"time"
)

func (c *checker) miners() {
	m := c.Miners
	ways := 0
	for _, given := range []bool{m.Count > 0, len(m.Shares) > 0, m.Pools != ""} {
		if given {
			ways++
		}
	}
	c.refuse(ways != 1, "miners", "want one of count, shares and pools")
	count, sum := max(m.Count, len(m.Shares)), 0.0
	for _, share := range m.Shares {
		sum += float64(share)
	}
	c.refuse(len(m.Shares) > 0 && !sumsToOne(sum), "miners.shares", "they add up to %.6g: want 1", sum)
	room := c.Network.Nodes
	if c.Network.Topology.Kind == "star" {
		room-- // the hub does not mine
	}
	c.refuse(
		c.Network.Nodes > 0 && count > room,
		"miners",
		"%d miners, and %d nodes for them: want a node each (the hub of a star does not mine)",
		count,
		room,
	)
	c.refuse(
		m.Interval.Duration != 0 && m.Interval.Duration < 10*time.Millisecond,
		"miners.interval",
		"%v: want 10ms or more",
		m.Interval,
	)
}

func (c *checker) attack() {
	a := c.Attack
	c.refuse(a.Kind == "" && a != Attack{}, "attack.kind", "missing: which attack?")
	c.refuse(a.At.Duration > 0, "attack.at", "an attack that begins later is a [[raid]]")
	c.refuse(a.For.Duration > 0, "attack.for", "an attack that ends is a [[raid]]")
	if a.Kind == "" {
		return
	}
	c.refuse(a.Kind == "eclipse" && a.Slots == 0, "attack.slots", "missing: how many addresses does each node dial?")
	c.means(a, "attack.")
}

// means says what an attack lacks, or a raid.
func (c *checker) means(a Attack, path string) {
	c.refuse(a.Share == 0, path+"share", "missing: how large is the attacker?")
	c.refuse(
		a.Kind == "double-spend" && a.Confirmations == 0,
		path+"confirmations",
		"missing: how many blocks does the merchant wait for?",
	)
	c.refuse(
		a.Kind == "withhold" && a.Hold.Duration == 0,
		path+"hold",
		"missing: for how long are blocks kept back?",
	)
	c.refuse(a.Kind == "catch-up" && a.Behind == 0, path+"behind", "missing: how many blocks back does it begin?")
}

// raids are attacks one after the other: there is one attacker.
func (c *checker) raids() {
	c.refuse(len(c.Raids) > 0 && c.Attack.Kind != "", "raid", "the [attack] goes on all the time: leave one of them out")
	over := time.Duration(0)
	for i, a := range c.Raids {
		path := fmt.Sprintf("raid.%d.", i)
		c.refuse(a.Kind == "", path+"kind", "missing: which attack?")
		c.refuse(a.Kind == "eclipse", path+"kind", "an eclipse is of the whole run: want [attack]")
		c.refuse(a.Reach > 0, path+"reach", "links are made before the run: want [attack]")
		c.refuse(a.For.Duration == 0, path+"for", "missing: for how long?")
		c.refuse(a.Share == 1, path+"share", "want less than everything")
		c.refuse(a.At.Duration < over, path+"at", "%v: the raid before it is over at %v", a.At, over)
		c.means(a, path)
		over = a.At.Duration + a.For.Duration
	}
}

func (c *checker) faults() {
	for i, f := range c.Faults {
		path := fmt.Sprintf("fault.%d.", i)
		c.refuse(f.Kind == "", path+"kind", "missing: what goes wrong?")
		c.refuse(
			f.Share == 0 && len(f.Regions) == 0 && len(f.Nodes) == 0,
			path+"share",
			"missing: whom does it strike? Give a share, regions or nodes",
		)
		c.refuse(f.Share > 0 && len(f.Regions) > 0, path+"regions", "give a share or regions, not both")
		c.refuse(len(f.Nodes) > 0 && f.Share > 0, path+"nodes", "give a share or nodes, not both")
		c.refuse(len(f.Nodes) > 0 && len(f.Regions) > 0, path+"nodes", "give regions or nodes, not both")
		for _, node := range f.Nodes {
			bad := node < 0 || c.Network.Nodes > 0 && node >= c.Network.Nodes
			c.refuse(bad, path+"nodes", "%d: there is no such node; they are counted from 0", node)
		}
		c.refuse(
			len(f.Regions) > 0 && c.Places.Regions == "",
			path+"regions",
			"there are no regions: give [places] regions",
		)
		lasts := slices.Contains([]string{"partition", "cut", "stall", "delay", "slow", "crash", "pause"}, f.Kind)
		c.refuse(lasts && f.For.Duration == 0, path+"for", "missing: for how long?")
		c.refuse(
			f.Every.Duration > 0 && f.Every.Duration <= f.For.Duration,
			path+"every",
			"%v: the next begins before the one of %v is over",
			f.Every,
			f.For,
		)
		c.refuse(f.Kind == "delay" && f.By.Duration == 0, path+"by", "missing: by how much?")
		c.refuse(f.Kind == "slow" && f.Rate.BitsPerSecond < 1000, path+"rate", "want 1 kbit/s or more")
	}
}
