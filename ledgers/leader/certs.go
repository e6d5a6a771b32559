package leader

import (
	"encoding/binary"
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// Certs is where the certificates of committed blocks lie. Losing the latest costs nothing: peers have
// them. Not every block has one of its own; a later block's covers it.
type Certs struct {
	shelf ledgers.Shelf
	at    map[uint64]int64
	top   uint64
}

// Open reads what is there.
func (c *Certs) Open(disk network.Disk) error {
	c.at, c.top = map[uint64]int64{}, 0
	err := c.shelf.Open(disk, fileCerts, func(at int64, body []byte) error {
		if len(body) < 8 {
			return fmt.Errorf("%w: %s at byte %d", ledgers.ErrDamaged, fileCerts, at)
		}
		c.note(binary.BigEndian.Uint64(body), at)
		return nil
	})
	return errors.Join(err, c.shelf.Cut())
}

func (c *Certs) note(height uint64, at int64) {
	c.at[height] = at
	c.top = max(c.top, height)
}

// Top is the highest block with a certificate.
func (c *Certs) Top() uint64 { return c.top }

// Get is the certificate of the block of that height; nil if there is none. Errors: ledgers.ErrDamaged,
// the disk's.
func (c *Certs) Get(height uint64) (*Certificate, error) {
	at, ok := c.at[height]
	if !ok {
		return nil, nil
	}
	body, err := c.shelf.Read(at)
	if err != nil {
		return nil, err
	}
	d := ledgers.NewDecoder(body)
	d.Uint64()
	cert := DecodeCertificate(d)
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, fileCerts, at, err)
	}
	return cert, nil
}

// Add keeps a certificate, unless there is one. Errors: the disk's.
func (c *Certs) Add(height uint64, cert *Certificate) error {
	if _, ok := c.at[height]; ok {
		return nil
	}
	at, err := c.shelf.Add(cert.Append(binary.BigEndian.AppendUint64(nil, height)))
	if err == nil {
		c.note(height, at)
	}
	return err
}
