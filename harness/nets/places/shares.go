package places

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// shares reads how many of the nodes are in each of the regions.
func shares(dir, name string, regions []string) ([]float64, error) {
	all := make([]float64, len(regions))
	if name == "" {
		for i := range all {
			all[i] = 1 / float64(len(all))
		}
		return all, nil
	}
	t, rows, err := setOrFile(dir, name, "shares_regions6.csv", "shares", "region", "share")
	if err != nil {
		return nil, err
	}
	sum := 0.0
	for _, row := range rows {
		v, err := t.number(row, "share", 0)
		if err != nil {
			return nil, err
		}
		i := slices.Index(regions, t.get(row, "region"))
		if i < 0 {
			return nil, fmt.Errorf("%w: %s:%d: no region %q: the latencies have %s", ErrData, t.name, row+2, t.get(row, "region"), strings.Join(regions, ", "))
		}
		all[i] += v
		sum += v
	}
	if math.Abs(sum-1) > 0.01 {
		return nil, fmt.Errorf("%w: %s: the shares add up to %.4g: want 1", ErrData, name, sum)
	}
	for i := range all {
		all[i] /= sum
	}
	return all, nil
}

// setOrFile is the rows of a named set of a table that is checked in, or a file of the user's.
func setOrFile(dir, name, file, what string, columns ...string) (t table, rows []int, err error) {
	t = builtIn(file)
	var sets []string
	for row := range t.rows {
		set := t.get(row, "set")
		if set == name {
			rows = append(rows, row)
		}
		if !slices.Contains(sets, set) {
			sets = append(sets, set)
		}
	}
	if len(rows) > 0 {
		return t, rows, nil
	}
	if t, err = own(dir, name, columns...); err != nil {
		return t, nil, unknown(err, name, what, strings.Join(sets, ", "))
	}
	return t, all(t), nil
}

// bandwidth reads what nodes of each region can send and receive, in bytes a second.
func bandwidth(dir, name string, regions []string) (up, down []int64, err error) {
	up, down = make([]int64, len(regions)), make([]int64, len(regions))
	if name == "" {
		return up, down, nil
	}
	t, rows, err := setOrFile(dir, name, "bandwidth_regions6.csv", "bandwidth", "region", "up_mbit_s", "down_mbit_s")
	if err != nil {
		return nil, nil, err
	}
	for _, row := range rows {
		i := slices.Index(regions, t.get(row, "region"))
		if i < 0 {
			continue // such as what lies between regions
		}
		u, errUp := t.number(row, "up_mbit_s", 1e-3)
		d, errDown := t.number(row, "down_mbit_s", 1e-3)
		if errUp != nil || errDown != nil {
			return nil, nil, slices.DeleteFunc([]error{errUp, errDown}, func(e error) bool { return e == nil })[0]
		}
		up[i], down[i] = int64(u*1e6/8), int64(d*1e6/8)
	}
	for i, v := range up {
		if v == 0 {
			return nil, nil, fmt.Errorf("%w: %s: no bandwidth for %s: add the row", ErrData, name, regions[i])
		}
	}
	return up, down, nil
}

// Pool is a miner of a real network.
type Pool struct {
	Share  float64
	Region string
}

// Pools are those of a network, with shares that add up to 1; ErrData for a network that nobody has counted.
func Pools(network string) ([]Pool, error) {
	t := builtIn("mining_pools_gervais2016.csv")
	var pools []Pool
	var sum float64
	var networks []string
	for row := range t.rows {
		if !slices.Contains(networks, t.get(row, "network")) {
			networks = append(networks, t.get(row, "network"))
		}
		if t.get(row, "network") == network {
			share := t.must(row, "hash_share")
			sum += share
			pools = append(pools, Pool{share, t.get(row, "region")})
		}
	}
	if len(pools) == 0 {
		return nil, fmt.Errorf("%w: no pools of %q: want one of %s", ErrData, network, strings.Join(networks, ", "))
	}
	for i := range pools {
		pools[i].Share /= sum
	}
	return pools, nil
}
