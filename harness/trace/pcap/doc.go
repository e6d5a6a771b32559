// Package pcap writes a recorded run as a capture that Wireshark opens, and reads captures of real
// nodes back as what happened. It alone imports gopacket.
//
// A written capture is pcapng with one interface per node. Each node's packets are on its own
// interface, at the instant at which it sends them: data when it is written, an acknowledgement when
// data arrives. Every packet is Ethernet, IPv4 and TCP with true checksums and sequence
// numbers, so that any analyser follows the streams. The same run gives the same bytes.
//
// Simplifications: nothing is retransmitted, segments have up to 1,460 bytes, and a node whose
// host is not an IPv4 address gets one of 10.254.0.0/16.
package pcap
