package server

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/authn"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/dynamic"
	"github.com/hospes-dev/hospes/federation"
	"github.com/hospes-dev/hospes/grant"
	"github.com/hospes-dev/hospes/graphapi"
	"github.com/hospes-dev/hospes/mail"
	"github.com/hospes-dev/hospes/oidc"
	"github.com/hospes-dev/hospes/outbound"
	"github.com/hospes-dev/hospes/provision"
	"github.com/hospes-dev/hospes/seal"
	"github.com/hospes-dev/hospes/signin"
	"github.com/hospes-dev/hospes/store"
	"github.com/hospes-dev/hospes/store/sqlstore"
	"github.com/hospes-dev/hospes/token"
)

// Options are what an instance is opened with. DataDir is required; everything else has a default.
type Options struct {
	DataDir        string
	Postgres       string   // a DSN; empty for SQLite in the data directory
	MasterKey      string   // base64; empty for the file in the data directory
	Names          Names    // by which clients know the instance
	TrustedProxies []string // networks of the reverse proxies that say whom they speak for
	MailRelay      string   // smtp://… or smtps://…; empty for files in the data directory
	MailFrom       string   // the sender of messages
	Limits         graphapi.Limits
	DNS            string   // address of the name server that proves domains; empty for those of the system
	Outbound       []string // networks beside the internet that tenants may name addresses of
	Log            *slog.Logger
	Clock          hospes.Clock
	Random         hospes.Random
}

// Instance is hospes, put together.
type Instance struct {
	Store  store.Store
	Engine *provision.Engine

	options Options
	proxies proxies
	lock    *os.File
	api     *graphapi.API
	handler http.Handler
	system  hospes.Tenant
	outbox  *mail.Outbox
	rules   *dynamic.Processor
}

// SystemDomain is the domain of the tenant of the operator. The ending is reserved, so that nobody can own it.
const SystemDomain = "system.invalid"

// Open puts an instance together. It makes the data directory, the keys and the operator's tenant where they are not
// there. A second process on the same directory gets Unavailable.
func Open(ctx context.Context, o Options) (_ *Instance, err error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = hospes.SystemClock{}
	}
	if o.Random == nil {
		o.Random = hospes.SystemRandom()
	}
	if err := os.MkdirAll(o.DataDir, 0o700); err != nil {
		return nil, err
	}
	if err := o.Names.check(); err != nil {
		return nil, err
	}
	known, err := parseProxies(o.TrustedProxies)
	if err != nil {
		return nil, err
	}
	i := &Instance{options: o, proxies: known}
	defer func() {
		if err != nil {
			err = errors.Join(err, i.Close())
		}
	}()
	if i.lock, err = lockDir(o.DataDir); err != nil {
		return nil, err
	}
	if o.Postgres != "" {
		i.Store, err = asStore(sqlstore.OpenPostgres(ctx, o.Postgres, sqlstore.Options{Clock: o.Clock}))
	} else {
		i.Store, err = asStore(sqlstore.OpenSQLite(ctx, filepath.Join(o.DataDir, database), sqlstore.Options{Clock: o.Clock}))
	}
	if err != nil {
		return nil, err
	}
	return i, i.assemble(ctx)
}

// DatabaseFile names the file of an instance that is not on PostgreSQL.
func (i *Instance) DatabaseFile() string { return filepath.Join(i.options.DataDir, database) }

// asStore keeps a nil *sqlstore.Store from becoming a store that is not nil.
func asStore(s *sqlstore.Store, err error) (store.Store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (i *Instance) assemble(ctx context.Context) error {
	o := i.options
	box, err := openBox(o)
	if err != nil {
		return err
	}
	keys, err := token.OpenKeyRing(ctx, token.KeyRingConfig{Store: i.Store, Box: box, Clock: o.Clock, Random: o.Random})
	if err != nil {
		return err
	}
	allowed, err := outbound.ParseAllowed(o.Outbound)
	if err != nil {
		return err
	}
	issuers := federation.New(federation.Config{Fetcher: outbound.New(outbound.Config{Allowed: allowed}), Clock: o.Clock})
	authority := token.NewAuthority(token.Config{Keys: keys, Clock: o.Clock, Random: o.Random, Origins: o.Names.all(), Issuers: issuers})
	positions, err := box.Derive("positions in lists")
	if err != nil {
		return err
	}
	node, err := nodeName(o)
	if err != nil {
		return err
	}
	i.Engine = &provision.Engine{Store: i.Store, Clock: o.Clock, Random: o.Random, Sealer: box, Log: o.Log, Node: node}
	i.rules = &dynamic.Processor{Store: i.Store, Clock: o.Clock, Log: o.Log, Node: node}
	if i.outbox, err = openOutbox(o, i.Store, box, node); err != nil {
		return err
	}
	people := authn.New(authn.Config{Store: i.Store, Box: box, Clock: o.Clock, Random: o.Random})
	i.api = graphapi.New(graphapi.API{
		Store: i.Store, Engine: i.Engine, Authority: authority, Clock: o.Clock, Random: o.Random, Log: o.Log, Origin: o.Names.of, Login: o.Names.login, TokenKey: positions, Limits: o.Limits,
		Resolver: resolver(o.DNS), People: people,
	})
	if err := i.openSystem(ctx); err != nil {
		return err
	}
	grants := grant.New(grant.Config{
		Store: i.Store, Box: box, Clock: o.Clock, Random: o.Random, Authority: authority, People: people, System: i.system.ID,
	})
	pages := signin.New(signin.Config{Store: i.Store, People: people, Grants: grants, Box: box, Origin: o.Names.of, Clock: o.Clock, Random: o.Random, Log: o.Log})
	login := oidc.New(oidc.Config{
		Store: i.Store, Authority: authority, People: people, Grants: grants, Pages: pages, Origin: o.Names.of, Login: o.Names.login, Graph: o.Names.graph, Clock: o.Clock, Random: o.Random, Log: o.Log,
	})
	i.handler = i.proxies.behind(dispatcher{api: i.api, login: login, pages: pages, ready: i.ready})
	return nil
}

// openOutbox makes the worker that sends messages: to the relay, or into files where there is none.
func openOutbox(o Options, s store.Store, sealer mail.Sealer, node string) (*mail.Outbox, error) {
	out := &mail.Outbox{
		Store: s, Sealer: sealer, Way: mail.Files{Dir: filepath.Join(o.DataDir, "mail")}, From: o.MailFrom, Node: node, Clock: o.Clock, Log: o.Log,
	}
	if out.From == "" {
		out.From = "hospes@localhost"
	}
	if o.MailRelay != "" {
		relay, err := mail.NewRelay(o.MailRelay)
		if err != nil {
			return nil, err
		}
		out.Way = relay
	}
	return out, nil
}

// nodeName gives the name of this data directory in leases. It stays the same over restarts: the lock keeps any other
// process out of the directory, so a process that follows one that was killed may take over its leases at once.
func nodeName(o Options) (string, error) {
	path := filepath.Join(o.DataDir, "node")
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		text = []byte(hospes.NewUUID(o.Random))
		err = writeFile(path, text, 0o600)
	}
	return string(text), err
}

func openBox(o Options) (*seal.Box, error) {
	if o.MasterKey != "" {
		return seal.Parse(o.MasterKey, o.Random)
	}
	return seal.OpenDir(o.DataDir, o.Random)
}

// openSystem brings the tenants up to this version, and finds that of the operator or makes it.
func (i *Instance) openSystem(ctx context.Context) error {
	tenants, err := i.Store.Tenants(ctx)
	if err != nil {
		return err
	}
	by := hospes.By{Actor: hospes.Actor{Kind: hospes.ActorSystem, DisplayName: "hospes"}, Cause: hospes.CauseSetup}
	for _, t := range tenants {
		if err := directory.RenewTenant(ctx, i.Store, i.options.Random, by, t.ID); err != nil {
			return err
		}
		if t.System {
			i.system = t
		}
	}
	if !i.system.ID.IsZero() {
		return nil
	}
	i.system, err = directory.CreateTenant(ctx, i.Store, i.options.Random, by, hospes.Tenant{DisplayName: "hospes operator", InitialDomain: SystemDomain, System: true}, nil)
	return err
}

// Handler serves everything under the one origin.
func (i *Instance) Handler() http.Handler { return i.handler }

// ready tells whether the store answers.
func (i *Instance) ready(ctx context.Context) error {
	_, err := i.Store.NextDue(ctx)
	return err
}

// Close gives everything up.
func (i *Instance) Close() error {
	var errs []error
	if i.Store != nil {
		errs = append(errs, i.Store.Close())
	}
	if i.lock != nil {
		errs = append(errs, i.lock.Close())
	}
	return errors.Join(errs...)
}
