// Package glass runs layers in Go as WebAssembly. Every node has a memory of its own, and nothing reaches its code but what
// crosses the boundary: no clock, no file, no address, no other node, and no random numbers but seeded ones. So
// what the code can print, read or touch leads nowhere, and a run depends on the module, the scenario and the seed alone.
//
//	the simulator, the checks    Engine: compiled once
//	        |                       |
//	        v                       v
//	  boundary.Link  <------->  room: one instance, one memory   (one for each node of a run)
//
// # Rooms
//
// The code of the first room sets up its memory, and all others begin with a copy. Even so an instance takes a while to make, so
// rooms are used again. After a run a room is put back: its memory is
// overwritten with what it was before the first call, and all above that is zeroed, for Go's runtime takes memory that
// it gets for zero. A room whose memory has grown beyond mostKept is replaced. So is one whose code has
// trapped or panicked: the engine would still take calls for it.
//
// Linux maps what a fresh room has into each, and copies a page when a run first writes to it. Since 6.7 it says which pages
// are such copies (scan), so that these alone are put back, and most stay for the next run. To say so it wants the pagemap of the
// process. One that may open no file is handed it (AskPagemap). An older system drops the copies, but for pages that most
// runs write to (hot); any other has all that a room had copied.
//
// # Bounds
//
// The engine bounds memory: mostMemory for a room. It does not bound time, for that would make each call many times
// slower: whoever owns the process ends it.
//
// # What stays outside
//
// Go's runtime asks for a clock and for random bytes. The clock is a counter, and the bytes come from a fixed seed; both
// are put back with the memory. The order of maps is that of the run's seed (Engine.Order). What the code writes on its
// standard error, and so the runtime's last words, is text for people: nothing is read from it.
package glass
