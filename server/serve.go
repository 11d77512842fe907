package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/provision"
)

// drain is how long requests that are under way may take after the end was asked for.
const drain = 10 * time.Second

// Listen says where an instance is reached, and by which certificate it is known.
type Listen struct {
	Address     string // host:port of TLS
	Plain       string // of plain HTTP, on loopback only; empty for none
	Certificate string // PEM file; empty for one of the instance's own authority
	Key         string // PEM file
}

// Serve answers and runs the scheduler until the context ends. ready is told the address once it can be used.
func (i *Instance) Serve(ctx context.Context, o Listen, ready func(url string)) error {
	listen, plain := o.Address, o.Plain
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return hospes.Invalidf("server.Serve", "'%s' is not an address to listen on: write host:port.", listen)
	}
	source, err := i.certificateSource(o, host)
	if err != nil {
		return err
	}
	certificates, err := newCertificates(i.options.Clock, i.options.Log, source)
	if err != nil {
		return err
	}
	secure, err := net.Listen("tcp", listen)
	if err != nil {
		return unavailable(listen, err)
	}
	listeners := []net.Listener{tls.NewListener(secure, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: certificates.get, NextProtos: []string{"http/1.1"}})}
	if plain != "" {
		open, err := listenLoopback(plain)
		if err != nil {
			return errors.Join(err, secure.Close())
		}
		listeners = append(listeners, open)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var background sync.WaitGroup
	background.Go(func() { (&provision.Scheduler{Engine: i.Engine}).Run(ctx) })
	background.Go(func() { i.outbox.Run(ctx) })
	background.Go(func() { i.rules.Run(ctx) })
	background.Go(func() { i.keepForgetting(ctx) })
	server := &http.Server{
		Handler: i.handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(i.options.Log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, len(listeners))
	for _, l := range listeners {
		background.Go(func() { ended <- server.Serve(l) })
	}
	_, port, err := net.SplitHostPort(secure.Addr().String())
	if err != nil {
		return err
	}
	if host == "" || host == "0.0.0.0" || host == "::" {
		host = "localhost"
	}
	ready("https://" + net.JoinHostPort(host, port))
	var failure error
	select {
	case <-ctx.Done():
	case failure = <-ended:
	}
	stop()
	finish, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err = server.Shutdown(finish)
	background.Wait()
	if errors.Is(failure, http.ErrServerClosed) {
		failure = nil
	}
	return errors.Join(failure, err)
}

func unavailable(address string, err error) error {
	return &hospes.Error{
		Kind: hospes.KindUnavailable, Op: "server.Serve", Code: "AddressInUse",
		Message: fmt.Sprintf("%s cannot be listened on. Choose another address with --listen.", address), Err: err,
	}
}

// listenLoopback opens a plain listener. Without encryption it must not be reachable from elsewhere.
func listenLoopback(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, hospes.Invalidf("server.Serve", "'%s' is not an address to listen on: write host:port.", address)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, hospes.Invalidf("server.Serve", "Plain HTTP is for loopback only: '%s' is reachable from elsewhere.", host)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, unavailable(address, err)
	}
	return l, nil
}
