package boundary

import "strata/network"

// disk is a node's directory.
type disk struct{ network.Disk }

func (o disk) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callNames:
		return append([]string{}, o.Names()...), nil
	case callRead:
		return o.read(a)
	case callAppend:
		return nil, o.Append(a.text(0), a.bytes(1))
	case callTruncate:
		return nil, o.Truncate(a.text(0), int64(read[int](a, 1)))
	case callRename:
		return nil, o.Rename(a.text(0), a.text(1))
	case callRemove:
		return nil, o.Remove(a.text(0))
	case callSync:
		o.Sync(a.text(0), l.synced(a.ref(1)))
		return nil, nil
	case callSyncNames:
		o.SyncNames(l.synced(a.ref(0)))
		return nil, nil
	}
	return unknown(l, "disk", method)
}

// read returns bytes, which are none if the file ends there.
func (o disk) read(a arguments) (any, error) {
	b, err := o.Read(a.text(0), int64(read[int](a, 1)), read[int](a, 2))
	if err != nil {
		return nil, err
	}
	return b, nil
}

// synced is the callback of a sync of the process.
func (l *Link) synced(f int) func(error) {
	return func(err error) { l.do(callRun, f, l.failureOf(err)) }
}

// farDisk is a disk of the other side.
type farDisk struct{ far }

func (d farDisk) Names() (names []string) { d.link.ask(&names, callNames, d.ref); return names }

func (d farDisk) Read(name string, offset int64, most int) (b []byte, err error) {
	err = d.link.call(&b, callRead, d.ref, name, offset, most)
	return b, err
}

func (d farDisk) Append(name string, data []byte) error {
	return d.link.call(nil, callAppend, d.ref, name, data)
}

func (d farDisk) Truncate(name string, size int64) error {
	return d.link.call(nil, callTruncate, d.ref, name, size)
}

func (d farDisk) Rename(from, to string) error {
	return d.link.call(nil, callRename, d.ref, from, to)
}

func (d farDisk) Remove(name string) error { return d.link.call(nil, callRemove, d.ref, name) }

func (d farDisk) Sync(name string, done func(error)) {
	d.link.do(callSync, d.ref, name, d.link.exportSynced(done))
}

func (d farDisk) SyncNames(done func(error)) {
	d.link.do(callSyncNames, d.ref, d.link.exportSynced(done))
}

// exportSynced is a callback of a sync of this side.
func (l *Link) exportSynced(done func(error)) int {
	return l.exportOnce(func(a arguments) { done(a.err(0)) })
}
