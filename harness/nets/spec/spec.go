package spec

import "strata/harness/nets/topology"

// Spec is one experiment.
type Spec struct {
	Title    string    `toml:"title" doc:"what the experiment is called"`
	Question string    `toml:"question" doc:"what it asks, in a sentence"`
	Page     string    `toml:"page" doc:"the page of the book that it belongs to, such as forks"`
	Run      Run       `toml:"run" doc:"what runs, for how long, and how often"`
	Network  Network   `toml:"network" doc:"the nodes and who dials whom"`
	Places   Places    `toml:"places" for:"chain,flood,push,forward,ledger" doc:"where nodes are, and what links and connections are like there"`
	Miners   Miners    `toml:"miners" for:"chain" doc:"who finds blocks, and how often"`
	Ledger   Ledger    `toml:"ledger" for:"ledger" doc:"which ledger the nodes keep, who pays, and what goes wrong"`
	Traffic  Traffic   `toml:"traffic" for:"chain,flood,push,forward" doc:"what is sent beside blocks"`
	Churn    Churn     `toml:"churn" for:"chain" doc:"nodes that come and go"`
	Faults   []Fault   `toml:"fault" for:"chain" doc:"what goes wrong, once or again and again"`
	Attack   Attack    `toml:"attack" for:"chain" doc:"who does not play by the rules"`
	Raids    []Attack  `toml:"raid" for:"chain" doc:"attacks that begin and end during the run; the attacker is no miner of the file, and takes its share from all of them meanwhile"`
	Measure  Measure   `toml:"measure" for:"chain" doc:"what is measured beside the usual"`
	Sweep    Sweep     `toml:"sweep" doc:"what is varied"`
	Expect   []Expect  `toml:"expect" doc:"what has to come out"`
	Plots    []Plot    `toml:"plot" doc:"pictures beside the usual"`
	Short    []Replace `toml:"short" doc:"what is smaller in the short form of the experiment"`
}

// Run says what runs.
type Run struct {
	Protocol string   `toml:"protocol" doc:"chain: whole nodes; flood: messages through the layers up to gossip; push, forward: rumours on the first layer; graph: only the graph is measured; ledger: nodes of one of the five ledgers, and clients who pay" enum:"chain,flood,push,forward,graph,ledger"`
	Blocks   int      `toml:"blocks" for:"chain" doc:"chain: the run ends soon after so many blocks were found" least:"0" most:"10000000"`
	For      Duration `toml:"for" for:"chain,ledger" doc:"the run ends then"`
	Until    Duration `toml:"until" for:"chain" doc:"instead of blocks and for: the run breaks off then, and nothing settles; strata net live writes such files"`
	Warmup   Duration `toml:"warmup" for:"chain,flood,push,forward,ledger" doc:"from then on is measured; the default lets all links be made"`
	Settle   Duration `toml:"settle" for:"chain,flood,push,forward,ledger" doc:"how long a run goes on after its last block, message or payment"`
	Seeds    int      `toml:"seeds" doc:"how many runs each point has; the default is 10" least:"0" most:"1000000"`
	First    uint64   `toml:"first_seed" doc:"the seed of the first; the others follow it; the default is 1"`
	Most     int      `toml:"max_seeds" doc:"with stop_at: how many runs a point has at most" least:"0" most:"1000000"`
	StopAt   Share    `toml:"stop_at" doc:"a point gets further seeds until the interval of stop_measure is no wider, to each side, than this part of its middle"`
	StopOn   string   `toml:"stop_measure" doc:"the measure that stop_at looks at"`
	Engine   string   `toml:"engine" doc:"of the simulator; the default is windows; both give the same" enum:"windows,total order"`
	Workers  int      `toml:"workers" doc:"threads of one run; the default is 1 where there are more runs than processors, else as many as there are" least:"0" most:"256"`
}

// Network says which nodes there are.
type Network struct {
	Nodes       int      `toml:"nodes" doc:"how many; a topology from a file says so itself" least:"0" most:"1000000"`
	Topology    Topology `toml:"topology" doc:"who dials whom at the start"`
	Stack       string   `toml:"stack" doc:"whose layers run: solutions (the default), exercises or a directory"`
	Parts       []Part   `toml:"part" for:"chain,flood,push,forward" doc:"nodes that are not like the others"`
	MaxPeers    int      `toml:"max_peers" for:"chain,ledger" doc:"of each node; the default is twice its links, so that nobody dials beyond the topology" least:"0" most:"1000000"`
	Maintenance Duration `toml:"maintenance" for:"chain,ledger" doc:"between rounds of a node's upkeep of its peers; the default is 60s, of a ledger 1s"`
	Guard       string   `toml:"guard" for:"chain" doc:"whether nodes limit strangers, as real ones do; the default is on" enum:"on,off"`
	MaxBlock    int      `toml:"max_transactions" for:"chain,ledger" doc:"of a block of proof of work; the default is 10" least:"0" most:"10000"`
}

// Topology is a kind of graph with its parameters, or a file.
type Topology struct {
	Kind       string `toml:"kind" doc:"dials, regular, gnp, small-world, scale-free, torus, complete, star or ring" enum:"dials,regular,gnp,small-world,scale-free,torus,complete,star,ring"`
	File       string `toml:"file" doc:"a graph in GraphML, GEXF or edge CSV instead; a path is seen from the experiment's file"`
	Dials      int    `toml:"dials" kinds:"dials" doc:"dials: others that each node dials"`
	Degree     int    `toml:"degree" kinds:"regular" doc:"regular: links of each node"`
	Chance     Share  `toml:"chance" kinds:"gnp" doc:"gnp: of each pair to be linked"`
	Neighbours int    `toml:"neighbours" kinds:"small-world" doc:"small-world: on the ring, an even number"`
	Rewire     Share  `toml:"rewire" kinds:"small-world" doc:"small-world: links that go elsewhere"`
	Links      int    `toml:"links" kinds:"scale-free" doc:"scale-free: that each new node brings"`
	Rows       int    `toml:"rows" kinds:"torus" doc:"torus: of the grid"`
}

// Graph is the topology as the generators have it.
func (n Network) Graph() topology.Spec {
	t := n.Topology
	return topology.Spec{Kind: t.Kind, Nodes: n.Nodes, Dials: t.Dials, Degree: t.Degree, Chance: float64(t.Chance),
		Neighbours: t.Neighbours, Rewire: float64(t.Rewire), Links: t.Links, Rows: t.Rows}
}

// Part is some of the nodes.
type Part struct {
	Name   string `toml:"name" doc:"what they are called"`
	Share  Share  `toml:"share" doc:"of all nodes, drawn at random"`
	Stack  string `toml:"stack" doc:"whose layers they run"`
	Member string `toml:"member" for:"chain" doc:"a hostile member instead of an honest node: silent passes nothing on; censor passes no transaction on; spam makes messages of its own; liar names peers that there are not" enum:"silent,censor,spam,liar"`
}

// Places says where nodes are.
type Places struct {
	Regions   string   `toml:"regions" doc:"latencies between regions: wondernetwork2018 (10 regions), gervais2015 or simblock2019 (6), aws2025 (33), or a CSV file with the columns from, to, one_way_ms"`
	Shares    string   `toml:"shares" doc:"how many nodes are in which region: bitcoin2015, bitcoin2019, litecoin2016, dogecoin2016, or a CSV file with the columns region, share; the default is as many in each"`
	Bandwidth string   `toml:"bandwidth" doc:"what nodes in a region can send and receive: simblock2015, simblock2019, or a CSV file with the columns region, up_mbit_s, down_mbit_s"`
	Latency   Law      `toml:"latency" doc:"of links, one way, where no regions are given; the default is uniform from 20ms to 150ms"`
	Spread    bool     `toml:"spread" doc:"links between the same two regions differ as they do in the data (wondernetwork2018, aws2025)"`
	Jitter    Law      `toml:"jitter" doc:"how much longer a piece takes than its link's latency; the default is none"`
	Floor     Duration `toml:"floor" doc:"no link is faster: the simulator's windows are as long; the default is 5ms, or the latency if that is constant"`
	Classes   []Class  `toml:"class" doc:"nodes with links of their own speed"`
}

// Law is a distribution of lengths of time.
type Law struct {
	Law   string   `toml:"law" doc:"constant, uniform (least to most), exponential, weibull, pareto (shape), lognormal (shape: deviation of the logarithm)" enum:"constant,uniform,exponential,weibull,pareto,lognormal"`
	Mean  Duration `toml:"mean" doc:"its mean"`
	Least Duration `toml:"least" doc:"uniform: the smallest; others: nothing below it"`
	Most  Duration `toml:"most" doc:"uniform: the largest; others: nothing above it; 0 means no bound"`
	Shape float64  `toml:"shape" doc:"weibull, pareto, lognormal: the parameter of that name"`
}

// Class is nodes with a connection of one kind.
type Class struct {
	Name  string `toml:"name" doc:"what it is called"`
	Share Share  `toml:"share" doc:"of all nodes; all classes together have 1"`
	Up    Rate   `toml:"up" doc:"what such a node can send; none is no limit"`
	Down  Rate   `toml:"down" doc:"what it can receive"`
}

// Miners says who finds blocks.
type Miners struct {
	Interval Duration `toml:"interval" doc:"between two blocks of all miners together, on average; the default is 600s"`
	Count    int      `toml:"count" doc:"miners with equal shares, on nodes of their own" least:"0" most:"1000000"`
	Shares   []Share  `toml:"shares" doc:"of the hash power, a miner each; together 1"`
	Pools    string   `toml:"pools" doc:"shares and regions of real pools: bitcoin, litecoin, dogecoin"`
}

// Ledger says which ledger the nodes keep. Nodes are members in their order; those beyond follow.
type Ledger struct {
	Kind     string   `toml:"kind" doc:"work: proof of work; leader, validators, lattice, causal: electives 7 to 10" enum:"work,leader,validators,lattice,causal"`
	Members  int      `toml:"members" doc:"who agree, or mine: the first nodes; the default is all, and 21 at most" least:"0" most:"21"`
	Interval Duration `toml:"interval" kinds:"work,causal" doc:"between two blocks: of proof of work on average, the default is 4s; of causal at least, the default is 1s"`
	Clients  int      `toml:"clients" doc:"who pay, each at a node of its own; the default is 8" least:"0" most:"1000"`
	Rate     float64  `toml:"payments_per_second" doc:"of all clients together, evenly spaced; the default is 1"`
	Retry    Duration `toml:"retry" doc:"how long a client waits for its answer before it goes to the next node; the default is 5s"`
	Trouble  Trouble  `toml:"trouble" doc:"what goes wrong"`
}

// Trouble is what goes wrong with a ledger.
type Trouble struct {
	Kind    string   `toml:"kind" doc:"none (the default); crash: as many members as the ledger can lose, floor((n-1)/2) of leader, else floor((n-1)/3); crash-beyond: one more; partition: the nodes fall into two halves; two-faced: the first member runs twice under one key; neither copy knows of the other, and one hears no payment of every second client" enum:"none,crash,crash-beyond,partition,two-faced"`
	Crashes int      `toml:"crashes" kinds:"crash" doc:"crash: instead, so many members" least:"0" most:"21"`
	At      Duration `toml:"at" kinds:"crash,crash-beyond,partition" doc:"when"`
	For     Duration `toml:"for" kinds:"crash,crash-beyond,partition" doc:"for how long"`
}

// Traffic says what is sent.
type Traffic struct {
	Transactions float64  `toml:"transactions_per_block" for:"chain" doc:"chain: transactions that miners make, on average, in an interval"`
	Messages     int      `toml:"messages" for:"flood,push,forward" doc:"flood, push, forward: messages, each from a random node" least:"0" most:"10000000"`
	Size         Size     `toml:"size" for:"flood,push,forward" doc:"flood, push, forward: of a message; the default is 100 B"`
	Gap          Duration `toml:"gap" for:"flood,push,forward" doc:"flood, push, forward: between two messages; the default lets each come to an end"`
	Fanout       int      `toml:"fanout" for:"forward" doc:"forward: to how many random nodes each who hears of a message passes it on, once" least:"0" most:"1000"`
	Round        Duration `toml:"round" for:"push" doc:"push: how long a round is; the default is 1s"`
}

// Churn says who comes and goes.
type Churn struct {
	Share   Share `toml:"share" doc:"of the nodes that do; miners stay"`
	Session Law   `toml:"session" doc:"how long a node stays"`
	Gap     Law   `toml:"gap" doc:"how long it is away"`
}

// Fault is what goes wrong.
type Fault struct {
	Kind    string   `toml:"kind" doc:"what: see the table of faults in the book; join has nodes come late, leave has them go, crash has them lose everything but their disk" enum:"partition,cut,stall,delay,slow,reset,crash,leave,join,pause"`
	At      Duration `toml:"at" doc:"when"`
	For     Duration `toml:"for" kinds:"partition,cut,stall,delay,slow,crash,pause" doc:"for how long"`
	Every   Duration `toml:"every" doc:"again and again, with so much time between two beginnings; 0 means once"`
	Share   Share    `toml:"share" doc:"of whom it strikes: nodes, or hash power"`
	Of      string   `toml:"of" doc:"what share is of; hash power takes whole miners, and other nodes in the same share" enum:"nodes,hash power"`
	Regions []string `toml:"regions" doc:"whom it strikes instead: all nodes there"`
	Nodes   []int    `toml:"nodes" doc:"whom it strikes instead: these nodes, counted from 0"`
	By      Duration `toml:"by" kinds:"delay" doc:"delay: how much longer everything takes"`
	Rate    Rate     `toml:"rate" kinds:"slow" doc:"slow: what is left of each link"`
	Wipe    bool     `toml:"wipe" kinds:"crash" doc:"crash: the disk is lost too"`
}

// Attack is what some of the hash power, or of the nodes, do.
type Attack struct {
	Kind          string   `toml:"kind" doc:"selfish: keeps blocks back to waste those of others; double-spend: mines in secret to undo a payment; catch-up: mines a chain of its own from some blocks back, counts how often it becomes as long, and publishes it when it is longer; withhold: keeps each of its blocks back for a while; eclipse: owns addresses that nodes dial; censor: leaves transactions out" enum:"selfish,double-spend,catch-up,withhold,eclipse,censor"`
	At            Duration `toml:"at" doc:"of a raid: when it begins"`
	For           Duration `toml:"for" doc:"of a raid: for how long"`
	Share         Share    `toml:"share" doc:"of the hash power; eclipse: of the addresses"`
	Confirmations int      `toml:"confirmations" kinds:"double-spend" doc:"double-spend: blocks that the merchant waits for" least:"0" most:"1000"`
	GiveUp        int      `toml:"give_up" kinds:"double-spend,catch-up" doc:"double-spend, catch-up: how much further behind the attacker gives up; the default is 30" least:"0" most:"1000"`
	Behind        int      `toml:"behind" kinds:"catch-up" doc:"catch-up: how many blocks back it begins" least:"0" most:"10000"`
	Hold          Duration `toml:"hold" kinds:"withhold" doc:"withhold: for how long"`
	Reach         Share    `toml:"reach" kinds:"selfish" doc:"selfish: of the honest miners, who hear of its blocks before all others; what gamma comes of it is measured"`
	Slots         int      `toml:"slots" kinds:"eclipse" doc:"eclipse: addresses that each node dials" least:"0" most:"1000"`
}

// Measure says what is measured beside the usual.
type Measure struct {
	Graph    bool `toml:"graph" doc:"distances, clustering and second eigenvalue of the links there are at the end"`
	Hops     bool `toml:"hops" doc:"over how many nodes blocks came"`
	Finality int  `toml:"finality" doc:"how often a block with so many on top of it is undone after all" least:"0" most:"1000"`
	Times    bool `toml:"block_times" doc:"whether the times between blocks are exponential"`
}

// Sweep says what is varied.
type Sweep struct {
	Kind   string `toml:"kind" doc:"grid: every value of each axis with every one of the others; zip: the first of each, the second of each, and so on; latin: points of a Latin hypercube" enum:"grid,zip,latin"`
	Points int    `toml:"points" doc:"latin: how many" least:"0" most:"1000000"`
	Axes   []Axis `toml:"axis" doc:"what is varied"`
}

// Axis is a key with its values.
type Axis struct {
	Key    string `toml:"key" doc:"what is varied, as in miners.interval; an element of a list by its number, as in fault.0.share"`
	As     string `toml:"as" doc:"what it is called in formulae and columns; the default is the key's last part"`
	Values []any  `toml:"values" doc:"the values, each as the key wants it"`
	From   any    `toml:"from" doc:"the first of a range"`
	To     any    `toml:"to" doc:"the last of a range"`
	Steps  int    `toml:"steps" doc:"how many values the range has, both ends among them" least:"0" most:"1000000"`
	Log    bool   `toml:"log" doc:"the range grows by a factor, not by a difference"`
}

// Expect is what has to come out, at each point of the sweep.
type Expect struct {
	Name      string            `toml:"name" doc:"what is expected, in words"`
	Measure   string            `toml:"measure" doc:"the measure, such as stale_share"`
	Theory    string            `toml:"theory" doc:"the formula of what it has to be; it knows all measures and what the sweep varies"`
	Least     string            `toml:"least" doc:"instead: the formula of what it has to reach"`
	Most      string            `toml:"most" doc:"instead, or beside least: what it may not pass"`
	Let       map[string]string `toml:"let" doc:"names for parts of the formulae"`
	MaxZ      float64           `toml:"max_z" doc:"how many standard deviations theory and measurement may lie apart; the default is 4"`
	Allow     Share             `toml:"allow" doc:"a part of the theory's value that is forgiven: what the formula leaves out"`
	Along     string            `toml:"along" doc:"not the measure itself is expected, but how much it grows when this formula grows by 1: of each seed the slope of the line that fits its points best"`
	When      string            `toml:"when" doc:"only at points where this formula is not 0"`
	MustFail  bool              `toml:"must_fail" doc:"a canary: the formula is wrong, and an experiment whose check does not notice it fails"`
	Tolerance float64           `toml:"tolerance" doc:"as allow, but a number that is forgiven"`
}

// Plot is a picture.
type Plot struct {
	Name   string   `toml:"name" doc:"of its files; letters, digits and dashes"`
	Title  string   `toml:"title" doc:"what it shows"`
	X      string   `toml:"x" doc:"a formula of measures and varied values: what goes to the right"`
	Y      []string `toml:"y" doc:"measures or formulae: what goes up"`
	Theory []string `toml:"theory" doc:"formulae that are drawn as lines"`
	By     string   `toml:"by" doc:"a line for each value of this"`
	When   string   `toml:"when" doc:"only points where this formula is not 0"`
	LogX   bool     `toml:"log_x" doc:"powers of ten to the right"`
	LogY   bool     `toml:"log_y" doc:"powers of ten upwards"`
	LabelX string   `toml:"label_x" doc:"what x is, with its unit"`
	LabelY string   `toml:"label_y" doc:"what y is, with its unit"`
}

// Replace is a key and its value in the short form.
type Replace struct {
	Key   string `toml:"key" doc:"as in the sweep's axes"`
	Value any    `toml:"value" doc:"as the key wants it"`
}
