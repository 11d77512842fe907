package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/graphapi"
	"github.com/hospes-dev/hospes/server"
)

const (
	defaultListen = "localhost:8443"
	parityEntra   = "entra"
)

// serveCommand runs the server.
func (c *cli) serveCommand() *cobra.Command {
	var relay, sender, parity string
	var listen server.Listen
	var names server.Names
	var proxies, outbound []string
	cmd := c.verb("serve", "Serve Graph, tokens and the engine over HTTPS",
		"hospes serve --data ./data\nhospes serve --data ./data --listen 0.0.0.0:443 --postgres 'host=/run/postgresql dbname=hospes'\nhospes serve --data ./data --listen 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem --login-origin https://login.example.org --graph-origin https://graph.example.org",
		func(ctx context.Context, _ []string) error {
			options := c.serverOptions()
			options.MailRelay, options.MailFrom, options.Names, options.TrustedProxies, options.Outbound = relay, sender, names, proxies, outbound
			switch parity {
			case "":
			case parityEntra:
				options.Limits = graphapi.Parity()
			default:
				return usagef("--parity knows only %s", parityEntra)
			}
			i, err := c.openWith(ctx, options)
			if err != nil {
				return err
			}
			return i.Serve(ctx, listen, func(url string) {
				fmt.Fprintf(c.err, "hospes serves %s\nIts certificate is signed by %s\n", url, i.CAFile())
			})
		})
	cmd.Flags().StringVar(&listen.Address, "listen", defaultListen, "`ADDRESS` to serve HTTPS at")
	cmd.Flags().StringVar(&listen.Plain, "http", "", "loopback `ADDRESS` to serve plain HTTP at as well")
	cmd.Flags().StringVar(&listen.Certificate, "tls-cert", "", "PEM `FILE` of a certificate to serve by, in place of one of the own authority; a newer one is used without a restart")
	cmd.Flags().StringVar(&listen.Key, "tls-key", "", "PEM `FILE` of its key")
	cmd.Flags().StringVar(&names.Origin, "origin", "", "`URL` by which clients know this server, such as https://hospes.example.org; without one, whatever they used")
	cmd.Flags().StringVar(&names.Login, "login-origin", "", "`URL` of sign-in and tokens, beside the origin")
	cmd.Flags().StringVar(&names.Graph, "graph-origin", "", "`URL` of Graph, beside the origin")
	cmd.Flags().StringSliceVar(&proxies, "trusted-proxy", nil, "`NETWORK` of reverse proxies, such as 10.0.0.0/8, whose X-Forwarded-For says where requests come from (repeatable)")
	cmd.Flags().StringVar(&relay, "mail-relay", "", "`URL` of the server that takes mail, smtp://host:port or smtps://user:password@host; without one, messages are files in DIR/mail")
	cmd.Flags().StringVar(&sender, "mail-from", "", "`ADDRESS` that messages come from")
	cmd.Flags().StringSliceVar(&outbound, "outbound-allow", nil, "`NETWORK`, such as 10.20.0.0/16, whose addresses are reached like those of the internet when a tenant names them, as issuers of federated credentials (repeatable)")
	cmd.Flags().StringVar(&parity, "parity", "", "hold the limits of another `SYSTEM`: entra (resource units and writes of an application, 15 alternatives of a filter, 5 provisionings on demand of a job in 10 seconds)")
	complete(cmd, "parity", parityEntra)
	return cmd
}
