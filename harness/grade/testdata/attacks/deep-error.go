package messaging

import (
	"strata/messaging"
	"strata/network"
)

// edit returns an error whose text needs a stack without end.
type edit struct{ messaging.Messaging }

func (edit) Handle(messaging.Kind, messaging.Handler) error { return deep{} }

type deep struct{}

func (d deep) Error() string { return d.Error() + "." }

func New(host network.Host, net network.Network, cfg messaging.Config) messaging.Messaging {
	return edit{ours(host, net, cfg)}
}
