package transcript

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"strata/chain/chaintest"
	"strata/mempool"
	"strata/mempool/mempooltest"
	"strata/messaging"
	"strata/network"
)

// An action is something that a node does at the time that it is. other is the second name, if there is one.
//
//	network:   dial A B · send A B text=T · close A B          A has dialled B
//	messaging: dial A B · close A B · request A B kind=K text=T · tell A B text=T
//	           kind ask is answered, kind wait is not, nobody handles another
//	p2p:       broadcast A text=T · stop A
//	gossip:    broadcast A text=T · stop A
//	mempool:   pay A from=alice to=bob nonce=N amount=N [forged=yes]
//	chain:     pay A ... · mine A
type action struct {
	from, to string // the first and the last layer that has it
	do       func(a *actor, other string, c command) error
}

var actions = map[string]action{
	"dial":      {"network", "messaging", dial},
	"send":      {"network", "network", send},
	"close":     {"network", "messaging", hangUp},
	"request":   {"messaging", "messaging", request},
	"tell":      {"messaging", "messaging", tellOther},
	"broadcast": {"p2p", "gossip", broadcast},
	"stop":      {"p2p", "gossip", stop},
	"pay":       {"mempool", "chain", pay},
	"mine":      {"chain", "chain", mine},
}

// act has a node do something.
func (p *Player) act(c command) error {
	act, ok := actions[c.word]
	if !ok || !p.reaches(act.from) || p.reaches(act.to) && p.layer != act.to {
		return errors.New("the nodes of this script have no such command")
	}
	if len(c.names) == 0 {
		return errors.New("want the name of a node")
	}
	a, err := p.find(c.names[0])
	if err != nil {
		return err
	}
	other := ""
	if len(c.names) > 1 {
		other = c.names[1]
	}
	text := strings.TrimSpace(c.word + " " + other + " " + c.settings["text"])
	p.net.Work(p.net.Now(), addr(a.name), text, func() { p.err = errors.Join(p.err, act.do(a, other, c)) })
	return nil
}

func dial(a *actor, other string, _ command) error {
	a.Dial(addr(other), func(id network.ConnID, err error) {
		if err == nil {
			a.to[other] = id
		}
	})
	return nil
}

// hash is one in full, as errors have it.
var hash = regexp.MustCompile(`\b([0-9a-f]{8})[0-9a-f]{56}\b`)

// refused writes down an error that a layer returned.
func (a *actor) refused(what string, err error) {
	if err != nil {
		a.says("%s: %s", what, hash.ReplaceAllString(err.Error(), "$1.."))
	}
}

func send(a *actor, other string, c command) error {
	a.refused("send", a.Send(a.to[other], []byte(c.settings["text"])))
	return nil
}

func hangUp(a *actor, other string, _ command) error {
	a.Close(a.to[other])
	return nil
}

func request(a *actor, other string, c command) error {
	text := c.settings["text"]
	a.msg.Request(a.to[other], messaging.Kind(c.settings["kind"]), []byte(text), func(reply []byte, err error) {
		if err != nil {
			a.says("%q ends with: %v", text, err)
			return
		}
		a.says("%q ends with the answer %q", text, reply)
	})
	return nil
}

func tellOther(a *actor, other string, c command) error {
	a.refused("tell", a.msg.Send(a.to[other], "tell", []byte(c.settings["text"])))
	return nil
}

func broadcast(a *actor, _ string, c command) error {
	text := []byte(c.settings["text"])
	if a.gsp != nil {
		return a.gsp.Broadcast("talk", text)
	}
	return a.p2p.Broadcast("talk", text)
}

func stop(a *actor, _ string, _ command) error {
	if a.gsp != nil {
		a.gsp.Stop()
	} else {
		a.p2p.Stop()
	}
	return nil
}

func pay(a *actor, _ string, c command) error {
	nonce, errNonce := c.number("nonce")
	amount, errAmount := c.number("amount")
	from, errFrom := account(c.settings["from"])
	to, errTo := account(c.settings["to"])
	if err := errors.Join(errNonce, errAmount, errFrom, errTo); err != nil {
		return err
	}
	tx := mempooltest.Pay(from, to, nonce, amount)
	if c.settings["forged"] != "" {
		tx.Amount++ // after it was signed
	}
	if a.node != nil {
		a.refused("pay", a.node.Submit(tx))
	} else {
		a.refused("announce", a.pool.Announce(tx))
	}
	return nil
}

// mine makes the next block, with all that is pooled, for the account of the node's own name.
func mine(a *actor, _ string, _ command) error {
	n := int(a.name[0]-'a') % len(accounts)
	b := chaintest.Next(params, a.node.State(), chaintest.Account(n), a.node.Transactions()...)
	return a.node.AddBlock(b)
}

// accounts are the names of the first accounts of package mempooltest.
var accounts = []string{"alice", "bob", "carol", "dave"}

// account is the number of an account by its name.
func account(name string) (int, error) {
	for n, known := range accounts {
		if name == known {
			return n, nil
		}
	}
	return 0, fmt.Errorf("no account %q: want one of %s", name, strings.Join(accounts, ", "))
}

// named puts the names of accounts in place of their keys.
func named(text string) string {
	for n, name := range accounts {
		text = strings.ReplaceAll(text, fmt.Sprintf("%.8s..", mempooltest.Account(n)), name)
	}
	return text
}

// tell says a transaction.
func tell(tx mempool.Transaction) string {
	return named(fmt.Sprintf("%.8s.. pays %.8s.. %d, nonce %d", tx.Sender, tx.Recipient, tx.Amount, tx.Nonce))
}

// tellAll says a list of them.
func tellAll(txs []mempool.Transaction) string {
	var all []string
	for _, tx := range txs {
		all = append(all, tell(tx))
	}
	if len(all) == 0 {
		return "empty"
	}
	return strings.Join(all, "; ")
}
