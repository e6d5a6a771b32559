package causal

// Ancestry answers which update stands on which. Updates are added after their predecessors.
//
// It lays all updates into chains: an update goes on a chain of which a predecessor is the last, else it begins
// one. Correct authors make few chains. For each update it keeps how far up each chain its ancestors go; what
// two updates have in common is kept once. So a question costs the logarithm of the number of chains.
type Ancestry struct {
	places map[ID]place
	last   []ID // of each chain
}

// place is where an update stands.
type place struct {
	chain int
	at    uint32 // its number in the chain, from 1 on
	depth uint64
	reach reach // of itself and its ancestors
}

// NewAncestry holds the root alone.
func NewAncestry(root ID) *Ancestry {
	a := &Ancestry{places: map[ID]place{}}
	a.begin(root, place{})
	return a
}

// begin puts an update on a new chain.
func (a *Ancestry) begin(id ID, p place) {
	p.chain, p.at = len(a.last), 1
	p.reach = p.reach.with(p.chain, p.at)
	a.last = append(a.last, id)
	a.places[id] = p
}

// Add adds an update whose predecessors are all there, once.
func (a *Ancestry) Add(id ID, predecessors []ID) {
	var p place
	onto := -1 // the chain to go on
	for _, pred := range predecessors {
		q := a.places[pred]
		p.depth = max(p.depth, q.depth+1)
		p.reach = p.reach.merge(q.reach)
		if a.last[q.chain] == pred && onto < 0 {
			onto, p.at = q.chain, q.at+1
		}
	}
	if onto < 0 {
		a.begin(id, p)
		return
	}
	p.chain = onto
	p.reach = p.reach.with(onto, p.at)
	a.last[onto] = id
	a.places[id] = p
}

// Has says whether the update is there.
func (a *Ancestry) Has(id ID) bool {
	_, ok := a.places[id]
	return ok
}

// Depth is 0 of the root, and 1 more than the greatest of its predecessors of any other (CAU-5). It is 0 of what
// is not there as well.
func (a *Ancestry) Depth(id ID) uint64 { return a.places[id].depth }

// Before says whether one update is an ancestor of the other; none is of itself.
func (a *Ancestry) Before(ancestor, of ID) bool {
	return ancestor != of && a.Behind(ancestor, []ID{of})
}

// Behind says whether an update is one of those named or an ancestor of one: whether it would be an ancestor of
// an update with these predecessors.
func (a *Ancestry) Behind(id ID, predecessors []ID) bool {
	p, ok := a.places[id]
	if !ok {
		return false
	}
	for _, pred := range predecessors {
		if q, ok := a.places[pred]; ok && q.reach.at(p.chain) >= p.at {
			return true
		}
	}
	return false
}

// fan is how many entries a branch has.
const fan = 16

// reach is a map from chains to numbers that is never changed: a new one shares with the old what they have in
// common. It is a tree of branches of 16, as high as the greatest chain needs.
type reach struct {
	height int // levels of branches above the one with numbers
	top    *branch
}

// branch has kids, or the numbers of 16 chains at the lowest level. It is never changed.
type branch struct {
	kids [fan]*branch
	nums *[fan]uint32
}

// at is the number of a chain; 0 if it has none.
func (r reach) at(chain int) uint32 {
	if chain>>(4*(r.height+1)) > 0 {
		return 0
	}
	b := r.top
	for level := r.height; level > 0 && b != nil; level-- {
		b = b.kids[chain>>(4*level)%fan]
	}
	if b == nil {
		return 0
	}
	return b.nums[chain%fan]
}

// with is the same but for the number of one chain.
func (r reach) with(chain int, number uint32) reach {
	for chain>>(4*(r.height+1)) > 0 {
		r = r.higher()
	}
	return reach{r.height, r.top.with(r.height, chain, number)}
}

// higher is the same with one level more.
func (r reach) higher() reach {
	if r.top == nil {
		return reach{height: r.height + 1}
	}
	return reach{r.height + 1, &branch{kids: [fan]*branch{r.top}}}
}

// with is a branch of that level with one number changed; b may be nil.
func (b *branch) with(level, chain int, number uint32) *branch {
	var c branch
	if b != nil {
		c = *b
	}
	if level > 0 {
		i := chain >> (4 * level) % fan
		c.kids[i] = c.kids[i].with(level-1, chain, number)
		return &c
	}
	var nums [fan]uint32
	if c.nums != nil {
		nums = *c.nums
	}
	nums[chain%fan] = number
	c.nums = &nums
	return &c
}

// merge has the greater number of the two for each chain.
func (r reach) merge(other reach) reach {
	for r.height < other.height {
		r = r.higher()
	}
	for other.height < r.height {
		other = other.higher()
	}
	return reach{r.height, r.top.merge(other.top)}
}

// merge is a branch of both; one of the two itself if that has everything.
func (b *branch) merge(other *branch) *branch {
	switch {
	case b == other || other == nil:
		return b
	case b == nil:
		return other
	}
	var c branch
	if b.nums != nil {
		nums := *b.nums
		for i, n := range other.nums {
			nums[i] = max(nums[i], n)
		}
		c.nums = &nums
		switch nums {
		case *b.nums:
			return b
		case *other.nums:
			return other
		}
		return &c
	}
	for i := range c.kids {
		c.kids[i] = b.kids[i].merge(other.kids[i])
	}
	switch c.kids {
	case b.kids:
		return b
	case other.kids:
		return other
	}
	return &c
}
