package leader

import (
	"strata/ledgers"
	"strata/ledgers/leader"
)

// keeper writes snapshots, cuts the log, and keeps what waits over a restart (LDR-8, LDR-9).
type keeper struct {
	saving bool
	saved  uint64 // height of the last snapshot
	pool   ledgers.Shelf
}

// filePool is where what waits is kept. It promises nothing, and what is lost of it is submitted again.
const filePool = "pool"

// maxPoolFile is the size at which the file is written again, and maxLog that of a log which is cut though few
// blocks have been executed since the last snapshot: it carries them, and is read whole at the start. In bytes.
const (
	maxPoolFile = 8 << 20
	maxLog      = 64 << 20
)

// load reads the snapshot and what waited. Errors: ErrForeign, ErrDamaged, the disk's.
func (k *keeper) load(n *node) error {
	body, err := leader.LoadSnapshot(n.host.Disk())
	if err != nil {
		return err
	}
	if body != nil {
		state, cert, err := leader.DecodeState(body, n.genesis())
		if err != nil {
			return err
		}
		n.state, k.saved = state, state.Height // what is committed, the log says
		if err := n.certs.Add(state.Height, cert); err != nil {
			return err
		}
	}
	return nil
}

// loadPool reads what waited.
func (k *keeper) loadPool(n *node) error {
	err := k.pool.Open(n.host.Disk(), filePool, func(_ int64, body []byte) error {
		if tx, err := leader.DecodeTransaction(body); err == nil {
			_, _ = n.pooled(tx.ID(n.chain), tx) // what was executed meanwhile is refused
		}
		return nil
	})
	return errorOr(err, k.pool.Cut())
}

// waits keeps a transaction that came into the pool.
func (k *keeper) waits(n *node, tx *leader.Transaction) {
	if n.watch == nil {
		return // it is being read
	}
	if k.pool.Size() > maxPoolFile {
		if err := k.pool.Clear(); err != nil {
			n.host.Log().Warn("what waits is not kept", "reason", err)
			return
		}
		for _, other := range n.pool.All() {
			_, _ = k.pool.Add(other.Encode())
		}
		return
	}
	if _, err := k.pool.Add(tx.Encode()); err != nil {
		n.host.Log().Warn("what waits is not kept", "reason", err)
	}
}

// tick saves a snapshot if enough blocks have been executed since the last, or the log is long.
func (k *keeper) tick(n *node) {
	enough := n.state.Height >= k.saved+uint64(n.cfg.Snapshot) || n.log.Size() >= maxLog && n.state.Height > k.saved
	if k.saving || !enough || n.certs.Top() < n.state.Height {
		return
	}
	cert, err := n.certs.Get(n.state.Height)
	if err != nil || cert == nil {
		return // with the next block that has one
	}
	k.saving = true
	height, body := n.state.Height, n.state.Encode(n.chain, cert)
	n.write(leader.RecordCommit, uints(height), func() { // the log is not to be behind the state
		leader.SaveSnapshot(n.host.Disk(), body, func(err error) {
			if err != nil {
				n.fail(err)
				return
			}
			k.saved = height
			n.syncBodies(func() { // most of them before the log stands still
				n.writes.pause(n, func(resume func()) { k.cut(n, resume) })
			})
		})
	})
}

// cut writes the log again, without what the snapshot makes superfluous: beside, safe, and only then in the
// place of the old one. No record is written meanwhile.
func (k *keeper) cut(n *node, resume func()) {
	disk := n.host.Disk()
	_ = disk.Remove(leader.FileNewLog) // of a crash before; ErrNoFile if there is none
	fresh := NewLog(disk, leader.FileNewLog)
	kind, body := pack(k.rest(n))
	n.syncBodies(func() { // the new log carries none
		fresh.Append(kind, body, func(err error) {
			if err == nil {
				err = disk.Rename(leader.FileNewLog, leader.FileLog)
			}
			if err != nil {
				n.fail(err)
				return
			}
			disk.SyncNames(func(err error) {
				if err == nil {
					n.log = NewLog(disk, leader.FileLog)
					err = n.log.Recover(func(leader.RecordKind, []byte) {})
				}
				if err != nil {
					n.fail(err)
					return
				}
				k.saving = false
				resume()
			})
		})
	})
}

// rest is what the log has to say beside the snapshot.
func (k *keeper) rest(n *node) (records []queued) {
	hash := n.hashAt(k.saved)
	base := append(uints(k.saved), hash[:]...)
	base = append(base, uints(n.durableView, n.lastNormal, n.votes.wished, n.votes.number)...)
	records = append(records, queued{kind: leader.RecordBase, body: base})
	if n.begun != nil && n.begun.View == n.lastNormal {
		records = append(records, queued{kind: leader.RecordBegin, body: leader.Encode(n.begun)})
	}
	above := append(uints(k.saved), n.hashesFrom(k.saved)...)
	return append(records, queued{kind: leader.RecordAdopt, body: above}, queued{kind: leader.RecordCommit, body: uints(n.commit)})
}
