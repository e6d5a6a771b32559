// Package live has one of layers 1 to 4 run on TCP under somebody's hands: alone, or with others in a room.
//
//	what is typed --Say--> the layer --TCP--> others      lines --Told--> the terminal
//
// network and messaging say back what comes in over a connection that others have opened, and have one of their
// own: to the first bootstrap address, or to themselves. p2p finds peers and asks each for its own, so that two
// steps of the network can be drawn. gossip is a chat: what one says, all hear once.
package live
