package trace

import (
	"cmp"
	"fmt"
	"strings"

	"strata/ledgers/leader"
	"strata/messaging"
)

// kindLeader begins the kinds of elective 7.
const kindLeader = "ldr:"

// fillLeader decodes what a member of the ledger leader says, gossiped, or repeated by a peer.
func (m *Message) fillLeader(kind string, body []byte) {
	m.Layer = leader.Name
	if words := decodedLeader(messaging.Kind(strings.TrimSuffix(kind, leader.Repeated)), body); words != "" {
		m.Summary = words
	}
}

// LeaderWords is a message of elective 7 in words; its bytes, if it is none.
func LeaderWords(kind messaging.Kind, body []byte) string {
	return cmp.Or(decodedLeader(kind, body), Quote(body))
}

// decodedLeader is a message in words; empty if it is none.
func decodedLeader(kind messaging.Kind, body []byte) string {
	switch kind {
	case leader.KindAt:
		if s, err := leader.DecodeStanding(body); err == nil {
			return fmt.Sprintf("stands in view %d (normal %d), log %d, committed %d", s.View, s.LastNormal, s.Height, s.Commit)
		}
	case leader.KindBlock:
		if a, err := leader.DecodeAnnouncement(body); err == nil {
			return fmt.Sprintf("block %d of view %d on %x.., %s", a.Height, a.View, a.Parent[:4], CountOf(len(a.IDs), "transaction"))
		}
	case leader.KindTx:
		if txs, err := leader.DecodeTransactions(body); err == nil {
			said := make([]string, len(txs))
			for i, tx := range txs {
				said[i] = fmt.Sprintf("%s sets %s, number %d, fee %d", short(tx.Client.String()), Quote(tx.Key), tx.Number, tx.Fee)
			}
			return strings.Join(said, "; ")
		}
	default:
		return saidBy(kind, body)
	}
	return ""
}

// saidBy is a member's word in words; empty if it is none.
func saidBy(kind messaging.Kind, body []byte) string {
	var (
		ack    leader.Ack
		wish   leader.Wish
		change leader.Change
		begin  leader.Begin
		beat   leader.Beat
		here   leader.Here
	)
	is := func(want messaging.Kind, w leader.Word) bool { return kind == want && leader.Decode(body, w) == nil }
	switch {
	case is(leader.KindAck, &ack):
		return fmt.Sprintf("member %d acknowledges block %d, %x.., in view %d", ack.Member, ack.Height, ack.Hash[:4], ack.View)
	case is(leader.KindWish, &wish):
		return fmt.Sprintf("member %d wishes view %d", wish.Member, wish.View)
	case is(leader.KindChange, &change):
		return fmt.Sprintf("member %d changes to view %d, with the log of view %d up to block %d", change.Member, change.View,
			change.LastNormal, change.Height)
	case is(leader.KindBegin, &begin):
		return fmt.Sprintf("member %d begins view %d at block %d, %x..", begin.Member, begin.View, begin.Height, begin.Hash[:4])
	case is(leader.KindBeat, &beat):
		return fmt.Sprintf("member %d leads view %d, committed %d", beat.Member, beat.View, beat.Commit)
	case is(leader.KindHere, &here):
		return fmt.Sprintf("member %d is in view %d", here.Member, here.View)
	}
	return ""
}
