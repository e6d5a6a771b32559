package run

import (
	"fmt"
	"slices"
	"time"

	"strata/harness/nets/stats"
	"strata/ledgers"
)

// result is protocol's: what is known when the network stands still.
func (r *ledgerRun) result() *Result {
	s := r.net.Stats()
	res := &Result{Seed: r.Seed, Hash: fmt.Sprintf("%016x", r.net.Hash()), Events: s.Deliveries, Values: map[string]float64{}}
	v := res.Values
	r.ledgerSettings(v)
	r.finalValues(res)
	r.answerValues(res)
	r.troubleValues(v)
	r.costValues(v)
	r.agreementValues(v)
	return res
}

// ledgerSettings are what formulae may need of the experiment itself.
func (r *ledgerRun) ledgerSettings(v map[string]float64) {
	l := r.Spec.Ledger
	for _, kind := range []string{"work", "leader", "validators", "lattice", "causal"} {
		v["is_"+kind] = number(l.Kind == kind)
	}
	v["is_calm"], v["is_crash"], v["is_crash_beyond"] = number(l.Trouble.Kind == "none"), number(l.Trouble.Kind == "crash"), number(l.Trouble.Kind == "crash-beyond")
	v["is_partition"], v["is_two_faced"] = number(l.Trouble.Kind == "partition"), number(l.Trouble.Kind == "two-faced")
	v["outside_model"] = number(l.Trouble.Kind == "crash-beyond" || l.Trouble.Kind == "two-faced" && l.Kind == "leader")
	v["nodes"], v["members"], v["links"] = float64(r.graph.Nodes), float64(r.members), float64(len(r.graph.Edges))
	v["struck"] = float64(l.Struck(r.members))
	if l.Kind == "work" || l.Kind == "causal" {
		v["interval_s"] = l.Interval.Seconds()
	}
	v["trouble_s"] = 0
	if l.Trouble.Passes() {
		v["trouble_s"] = l.Trouble.For.Seconds()
	}
	if at := r.Spec.Places.Latency; at.Law == "constant" {
		v["latency_s"] = at.Mean.Seconds()
	}
}

// number is 1 for what is so, else 0.
func number(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// finalValues are about when payments became final at the correct nodes, for the first time.
func (r *ledgerRun) finalValues(res *Result) {
	var times stats.Hist
	correct, everywhere := r.correct(), 0
	for i := range r.payments {
		all := true
		for _, n := range correct {
			if n.finals[i] > 0 {
				times.Add(micros(n.finals[i]-r.payments[i].at), 1)
			}
			all = all && n.stands[i]
		}
		everywhere += int(number(all))
	}
	v := res.Values
	v["payments"] = float64(len(r.payments))
	if len(r.payments) > 0 {
		v["final_share"] = float64(everywhere) / v["payments"]
	}
	r.spread(res, "final", &times, len(r.payments)*len(correct))
	r.seenValues(res)
	if s, ok := v["final_q50_s"]; ok && v["latency_s"] > 0 {
		v["final_q50_delays"] = s / v["latency_s"]
	}
}

// seenValues are about when payments of elective 10 were in the document of the correct nodes, in no order yet.
func (r *ledgerRun) seenValues(res *Result) {
	if r.Spec.Ledger.Kind != "causal" {
		return
	}
	var times stats.Hist
	for _, n := range r.correct() {
		for i, at := range n.seen {
			if at > 0 {
				times.Add(micros(at-r.payments[i].at), 1)
			}
		}
	}
	r.spread(res, "seen", &times, len(r.payments)*len(r.correct()))
}

// answerValues are about when clients had their answers.
func (r *ledgerRun) answerValues(res *Result) {
	var times stats.Hist
	undone, most := 0, time.Duration(0)
	for i := range r.payments {
		if after, node, ok := r.answered(i); ok {
			times.Add(micros(after), 1)
			most = max(most, after)
			undone += int(number(r.nodes[node].undone[i]))
		}
	}
	v := res.Values
	v["answers_undone"] = float64(undone)
	if len(r.payments) > 0 {
		v["answered_share"], v["answer_most_s"] = float64(times.Count)/float64(len(r.payments)), most.Seconds()
	}
	r.spread(res, "answer", &times, len(r.payments))
}

// spread tells a curve and its quantiles, as far as they were reached.
func (r *ledgerRun) spread(res *Result, name string, times *stats.Hist, all int) {
	c := Curve{Name: name}
	for _, q := range quantiles {
		if uint64(q*float64(all)+0.5) > times.Count || times.Count == 0 {
			break
		}
		c.Q, c.Times = append(c.Q, q), append(c.Times, times.Quantile(q, uint64(all))/1e6)
	}
	for _, q := range []struct {
		name  string
		share float64
	}{{"_q50_s", .5}, {"_q90_s", .9}, {"_q99_s", .99}} {
		if i := slices.Index(c.Q, q.share); i >= 0 {
			res.Values[name+q.name] = c.Times[i]
		}
	}
	if len(c.Q) > 0 {
		res.Curves = append(res.Curves, c)
	}
}

// firsts are when each payment was final at the first correct node; 0: nowhere.
func (r *ledgerRun) firsts() []time.Duration {
	all := make([]time.Duration, len(r.payments))
	for _, n := range r.correct() {
		for i, at := range n.finals {
			if at > 0 && (all[i] == 0 || at < all[i]) {
				all[i] = at
			}
		}
	}
	return all
}

// troubleValues are about what halted, and for how long.
func (r *ledgerRun) troubleValues(v map[string]float64) {
	firsts, t := r.firsts(), r.Spec.Ledger.Trouble
	began, ended := r.Spec.Run.Warmup.Duration, r.Spec.Run.For.Duration
	in := slices.DeleteFunc(slices.Clone(firsts), func(at time.Duration) bool { return at == 0 || at > ended })
	v["final_per_s"] = float64(len(in)) / (ended - began).Seconds()
	slices.Sort(in)
	pause, last := time.Duration(0), began
	for _, at := range append(in, ended) {
		pause, last = max(pause, at-last), at
	}
	v["longest_pause_s"] = pause.Seconds()
	if !t.Passes() {
		return
	}
	end := t.End()
	asked, meanwhile, back := 0, 0, end
	for i, p := range r.payments {
		if p.at >= end {
			break
		}
		for _, n := range r.correct() {
			back = max(back, n.finals[i])
		}
		if p.at >= t.At.Duration && p.at < t.At.Duration+t.For.Duration/2 {
			asked++
			meanwhile += int(number(firsts[i] > 0 && firsts[i] < end))
		}
	}
	if asked > 0 {
		v["meanwhile_share"] = float64(meanwhile) / float64(asked)
		v["halted"] = number(meanwhile == 0)
	}
	v["back_s"] = (back - end).Seconds()
}

// costValues are about what is sent while clients pay, for each payment that became final.
func (r *ledgerRun) costValues(v map[string]float64) {
	final := 0
	for _, at := range r.firsts() {
		final += int(number(at > 0))
	}
	v["payments_final"] = float64(final)
	if final > 0 {
		v["messages_per_payment"] = float64(r.ended.messages-r.began.messages) / float64(final)
		v["payload_bytes_per_payment"] = float64(r.ended.bytes-r.began.bytes) / float64(final)
		v["wire_bytes_per_payment"] = float64(r.wire[1]-r.wire[0]) / float64(final)
	}
}

// agreementValues are about what was undone, and whether correct nodes ever had two final states at one position.
func (r *ledgerRun) agreementValues(v map[string]float64) {
	undone, told := 0, map[uint64][][32]byte{}
	tell := func(d ledgers.Digest) {
		if !slices.Contains(told[d.Position], d.Hash) {
			told[d.Position] = append(told[d.Position], d.Hash)
		}
	}
	var blamed, refused, turned int
	for _, n := range r.correct() {
		for position, hashes := range n.told {
			for _, hash := range hashes {
				if r.Spec.Ledger.Kind != "lattice" { // where it is a state only once nothing waits (LED-5)
					tell(ledgers.Digest{Position: position, Hash: hash})
				}
			}
		}
		if n.ledger != nil {
			tell(n.ledger.Digest())
		}
		blamed, refused, turned = blamed+n.blamed, refused+n.refused, turned+n.turned
	}
	for i := range r.payments {
		undone += int(number(slices.ContainsFunc(r.correct(), func(n *ledgerNode) bool { return n.undone[i] })))
	}
	disagreements := 0
	for _, hashes := range told {
		disagreements += int(number(len(hashes) > 1))
	}
	v["undone"], v["disagreements"] = float64(undone), float64(disagreements)
	v["blamed"], v["refused"], v["turned_away"] = float64(blamed), float64(refused), float64(turned)
}
