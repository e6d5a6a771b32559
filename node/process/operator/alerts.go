package operator

// The checks.
const (
	CheckSet        = "validator_set"
	CheckConsensus  = "consensus"
	CheckSettlement = "settlement_throughput"
	CheckPeers      = "peers"
	CheckRecovery   = "recovery"
	CheckClock      = "clock"
	CheckRejections = "rejections"
)

// Submission is the kind of rejections that clients get: they alarm nobody.
const Submission = "submission"

// alertNames are the alerts of each check: of a warning, and of a failure.
var alertNames = map[string]struct{ warn, fail string }{
	CheckSet:        {"validator_misses_certificates", "validator_set_missing"},
	CheckConsensus:  {"consensus_slow", "consensus_stalled"},
	CheckSettlement: {"settlement_throughput_reduced", "settlement_throughput_stalled"},
	CheckPeers:      {"peers_degraded", "peers_unavailable"},
	CheckRecovery:   {"node_behind", "node_behind"},
	CheckClock:      {"clock_skewed", "clock_far_off"},
	CheckRejections: {"recent_rejections", "recent_rejections"},
}

// alerts are those of the checks.
func alerts(checks []Check) []Alert {
	all := []Alert{}
	for _, c := range checks {
		switch names := alertNames[c.Name]; c.Status {
		case Warn:
			all = append(all, Alert{names.warn, "warning", c.Detail})
		case Fail:
			all = append(all, Alert{names.fail, "critical", c.Detail})
		}
	}
	return all
}

// The objectives, and the checks that they stand on; node_readiness stands on all.
var objectiveChecks = []struct{ name, check string }{
	{"node_readiness", ""}, {"consensus_continuity", CheckConsensus}, {"peer_continuity", CheckPeers},
	{"settlement_throughput", CheckSettlement},
}

var objectiveOf = map[string]string{OK: "meeting", Warn: "at_risk", Fail: "breached"}

// objectiveStates are what an objective comes to.
var objectiveStates = []string{"meeting", "at_risk", "breached"}

func objectives(checks []Check, worst string) (all []Objective) {
	for _, o := range objectiveChecks {
		status := worst
		for _, c := range checks {
			if c.Name == o.check {
				status = c.Status
			}
		}
		all = append(all, Objective{o.name, objectiveOf[status]})
	}
	return all
}
