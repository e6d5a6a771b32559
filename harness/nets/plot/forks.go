package plot

import (
	"fmt"
	"strconv"
)

// Block is a block in a time line.
type Block struct {
	ID, Parent string
	Number     uint64
	Found      float64 // seconds
	Miner      int
	Stale      bool
}

// Forks is a time line of blocks: the chain along one line, what lost beside it.
type Forks struct {
	File   string
	Title  string
	Note   string
	Blocks []Block // parents before their children
}

// Name is Picture's.
func (f *Forks) Name() string { return f.File }

// Where the parts of a time line are, in pixels.
const (
	laneTop    = 84
	laneHeight = 34
	blockSize  = 16
)

// Draw is Picture's.
func (f *Forks) Draw(alone bool) []byte {
	lanes, most := f.lanes()
	bottom := float64(laneTop + most*laneHeight + 24)
	svg := newCanvas(chartWidth, bottom+48, f.Title, f.Note, alone)
	low, high := 0.0, 1.0
	if n := len(f.Blocks); n > 0 {
		low, high = f.Blocks[0].Found, f.Blocks[0].Found
		for _, b := range f.Blocks {
			low, high = min(low, b.Found), max(high, b.Found)
		}
	}
	x := newScale(low, high, false, 40, 690, ticksAcross)
	for _, v := range x.ticks {
		svg.line(x.at(v), laneTop-24, x.at(v), bottom, "grid")
		svg.text(x.at(v), bottom+16, "tick", "middle", label(v))
	}
	svg.text(chartWidth/2, bottom+34, "", "middle", "time in seconds")
	places := map[string][2]float64{}
	for i, b := range f.Blocks {
		at := [2]float64{x.at(b.Found), float64(laneTop + lanes[i]*laneHeight)}
		places[b.ID] = at
		if from, ok := places[b.Parent]; ok {
			svg.put(
				`<path class="link" d="M%s %s C%s %s %s %s %s %s"/>`,
				num(from[0]),
				num(from[1]),
				num((from[0]+at[0])/2),
				num(from[1]),
				num((from[0]+at[0])/2),
				num(at[1]),
				num(at[0]),
				num(at[1]),
			)
		}
	}
	for _, b := range f.Blocks {
		svg.block(b, places[b.ID])
	}
	return svg.end(f.Table())
}

func (c *canvas) block(b Block, at [2]float64) {
	colour := strconv.Itoa(b.Miner % colours)
	class, fate := "f"+colour, ""
	if b.Stale {
		class, fate = "stale s"+colour, ", stale"
	}
	c.put(
		`<rect class="%s" x="%s" y="%s" width="%d" height="%d" rx="4"><title>%s</title></rect>`,
		class,
		num(at[0]-blockSize/2),
		num(at[1]-blockSize/2),
		blockSize,
		blockSize,
		escape(fmt.Sprintf("block %d of miner %d, at %s s%s", b.Number, b.Miner, label(b.Found), fate)),
	)
}

// lanes gives each block its line: 0 for the chain, and for those that lost the first line below that is free.
func (f *Forks) lanes() (lanes []int, most int) {
	lane := map[string]int{}
	until := map[int]float64{} // when the last block of a lane was found
	for _, b := range f.Blocks {
		at := 0
		if b.Stale {
			if at = lane[b.Parent]; at == 0 {
				for at = 1; until[at] > b.Found-1e-9 && until[at] > 0; at++ {
				}
			}
			until[at] = b.Found
		}
		lane[b.ID] = at
		lanes = append(lanes, at)
		most = max(most, at)
	}
	return lanes, most
}

// Table is Picture's.
func (f *Forks) Table() [][]string {
	rows := [][]string{{"block", "parent", "number", "found_s", "miner", "stale"}}
	for _, b := range f.Blocks {
		rows = append(
			rows,
			[]string{
				b.ID,
				b.Parent,
				strconv.FormatUint(b.Number, 10),
				Field(b.Found),
				strconv.Itoa(b.Miner),
				strconv.FormatBool(b.Stale),
			},
		)
	}
	return rows
}
