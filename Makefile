# Everything that one does with Strata. `make help` lists the targets; no set-up is needed but Go.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

GO     ?= go
STRATA := bin/strata
# What toolchain.Flags has; who wants a debugger builds without.
SAME    = -trimpath -gcflags=all=-dwarf=false
# As the grader builds (harness/grade/process): no workspace, no flags of the user's, and no need for git.
BUILD   = GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0 $(GO) build $(SAME) $(shell git rev-parse -q --verify HEAD >/dev/null 2>&1 || echo -buildvcs=false)
# The tests as well, and what they build: nothing is compiled in two ways. What vet says, make check says. A package more
# than there are processors: some wait for other processes.
BESIDE  = -p=$$(($$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) + 1))
TEST    = CGO_ENABLED=0 GOFLAGS="$(BESIDE) $$($(GO) env GOFLAGS) $(SAME)" $(GO) test -vet=off
# What is generated must not drift, nor what students write in exercises/ fail our own checks.
ELECTIVES = leader validators lattice causal
OURS    = $$($(GO) list -e ./... | grep -v -e '^strata/exercises/' -e '^strata/harness/grade/submission$$' -e '^strata/harness/grade/child$$' -e '^strata/harness/grade/guest$$' -e '^strata/cmd/strata-exercises$$')

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  Settings follow the target, as in: make grade DIR=solutions SEEDS=50"

.PHONY: grade
grade: build ## grade exercises/, or DIR=, over SEEDS= seeds a scenario
	@$(STRATA) grade $(DIR) $(if $(SEEDS),--seeds $(SEEDS))

.PHONY: demo
demo: build ## five nodes mine a chain on this machine; FOR=20s ends it
	@$(STRATA) demo $(if $(FOR),--for $(FOR)) $(if $(STACK),--stack $(STACK))

.PHONY: test
test: go ## run the project's own tests that need nothing but Go; make machine and make browser run the others
	@$(TEST) -timeout 40m -skip _Needs $(OURS)

.PHONY: reset
reset: build ## a fresh skeleton of one LAYER=, bare with HARD=1; the old files are kept
	@if [ -z "$(LAYER)" ]; then echo "make reset: say which layer, as in: make reset LAYER=gossip" >&2; exit 2; fi
	@$(STRATA) reset $(LAYER) $(if $(HARD),--hard)

.PHONY: skeletons
skeletons: build ## make all exercises again from the solutions, bare with HARD=1
	@$(STRATA) skeletons $(if $(HARD),--hard)

.PHONY: book
book: build ## make the book as a static site in book/, or OUT=
	@$(STRATA) book $(if $(OUT),--out $(OUT))

.PHONY: assembly
assembly: go ## write the miner's assembly again with its generator
	@$(GO) generate ./node/offloop/pow

.PHONY: mutants
mutants: build ## grade the bank of wrong solutions, or LAYER= of it: each has to fail
	@$(STRATA) mutants $(if $(LAYER),--layer $(LAYER)) $(if $(SEEDS),--seeds $(SEEDS))

.PHONY: experiments
experiments: build ## run experiments/ and compare with theory, in short; FULL=1 whole; OUT= of the results
	@tools/experiments $(if $(FULL),full,short) $(or $(OUT),results)

.PHONY: experiment-pictures
experiment-pictures: experiments ## make the plots of the book's pages about experiments again
	@tools/experiment-pictures $(or $(OUT),results)

.PHONY: real
real: build ## run experiments/real with processes in network namespaces, which takes root, and compare: some two minutes
	@tools/real

.PHONY: electives
electives: build ## grade the electives' solutions and wrong solutions, explore their orders, and run liars 1,000 times
	@$(STRATA) grade solutions $(foreach e,$(ELECTIVES),--layer $(e)) $(if $(SEEDS),--seeds $(SEEDS))
	@$(foreach e,$(ELECTIVES),$(STRATA) mutants --layer $(e) --quiet $(if $(SEEDS),--seeds $(SEEDS)) &&) true
	@$(GO) test -count=1 -v -timeout 1h -run Electives ./harness/explore/orders/upon -full
	@$(GO) test -count=1 -v -timeout 1h -run Faulty ./solutions/validators -full

.PHONY: bench
bench: go ## measure docs/targets.md, or ONLY=S2,C4 of it, RUNS= times each; FORMAT=markdown or FORMAT=json
	@cd bench && $(GO) run . $(if $(ONLY),--only $(ONLY)) $(if $(RUNS),--runs $(RUNS)) $(if $(FORMAT),--$(FORMAT))

.PHONY: check
check: go ## what has to hold before a commit: format, vet, staticcheck, tests, no drift
	@tools/check-format
	@$(GO) vet $(OURS)
	@$(GO) tool -modfile=tools/go.mod staticcheck $(OURS)
	@STRATA_CHECK=1 $(TEST) $(OURS)

.PHONY: check-exercises
check-exercises: build ## check steps, rules and checks; KILLS= of strata mutants --json
	@$(STRATA) check-exercises $(if $(KILLS),--kills $(KILLS))

.PHONY: soak
soak: go ## kill a process that stores blocks ROUNDS= times (300); flip 60,000 bits; fuzz 1,000,000 frames; join networks
	@STRATA_SOAK=$(or $(ROUNDS),300) $(GO) test -count=1 -timeout 2h -v -run 'Killed|FlippedBits' ./node/process/soak ./node/process/boltstore
	@STRATA_SOAK=1 $(GO) test -count=1 -timeout 6h -run 'FindsPeers|IslandsJoin|UnderChurn' ./node
	@STRATA_FRAMES=1000000 $(GO) test -count=1 -timeout 2h -v -run FuzzedFrames ./harness/proof/hostile

.PHONY: fuzz
fuzz: go ## run every fuzz test for COUNT= inputs
	@tools/fuzz $(or $(COUNT),100000)

.PHONY: race
race: go ## run the packages with goroutines under the race detector
	@tools/race

.PHONY: machine
machine: go ## run the tests that need root, tshark, python3, bash, curl, promtool or systemd-analyze
	@NEEDS=all $(GO) test -count=1 -run _Needs $$(grep -rl --include='*_test.go' -e proof/needs -e proof/netns cmd harness node | xargs -n1 dirname | sort -u | sed 's,^,./,')

.PHONY: monitor
monitor: go ## run Prometheus against nodes on loopback, and evaluate deploy/monitoring
	@NEEDS=all $(GO) test -count=1 -run Monitor ./cmd/strata-node ./node/process/ledgernode

.PHONY: bitcoin
bitcoin: go ## build a btcd, and test the Bitcoin side of the causal elective against it
	@cd bitcoin && $(GO) vet ./... && $(GO) tool -modfile=../tools/go.mod staticcheck ./... && $(GO) test -count=1 ./...

.PHONY: browser
browser: go ## test the pages in headless Chromium
	@cd browser && $(GO) vet . && $(GO) test -count=1 .

.PHONY: kits
kits: build ## grade the kits, layers in other languages: reference, skeleton, wrong solutions
	@tools/kits

.PHONY: class-trial
class-trial: go ## grade a made-up class of 200 hand-ins by one process and by shards, and compare; SIZE=
	@STRATA_TRIAL=$(or $(SIZE),200) $(GO) test -count=1 -v -timeout 2h ./harness/class/trial

.PHONY: carriers
carriers: build ## grade solutions and the bank in place, sealed and through a process; SAMPLE= of them
	@$(STRATA) mutants --carriers --seeds $(or $(SEEDS),10) $(if $(SAMPLE),--sample $(SAMPLE))

.PHONY: build
build: go ## build bin/strata
	@[ -x $(STRATA) ] || echo "building $(STRATA); the first time takes half a minute or more"
	@$(BUILD) -o $(STRATA) ./cmd/strata

# strata carries the workshop for the directories that strata new makes.
.PHONY: archive
archive: go
	@GOWORK=off GOFLAGS=-mod=readonly $(GO) run ./harness/course/workshop/pack cmd/strata/carried/workshop.zip

build: archive

.PHONY: clean
clean: ## remove what was built; exercises and their backups stay
	@rm -rf bin

.PHONY: go
go:
	@tools/need-go $(GO)
