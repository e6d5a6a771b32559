// Package netns gives tests network namespaces, one for each of some nodes, on a switch that can be cut in two:
//
//	node 1       node 2       node 3       node 4       node 5      namespaces
//	10.77.0.1    10.77.0.2    10.77.0.3    10.77.0.4    10.77.0.5
//	   |            |            |            |            |        pairs of veth
//	 +-p1-----------p2-----------p3-+       +-p4-----------p5-+
//	 |            bridge 0          |       |     bridge 1    |     namespace of the switch
//	 +------------------------------+       +-----------------+
//
// Nothing of it is in the namespace of this machine itself.
package netns
