package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/graphapi"
)

const (
	defaultListen = "localhost:8443"
	parityEntra   = "entra"
)

// serveCommand runs the server.
func (c *cli) serveCommand() *cobra.Command {
	var listen, plain, relay, sender, parity string
	cmd := c.verb("serve", "Serve Graph, tokens and the engine over HTTPS",
		"hospes serve --data ./data\nhospes serve --data ./data --listen 0.0.0.0:443 --postgres 'host=/run/postgresql dbname=hospes'",
		func(ctx context.Context, _ []string) error {
			options := c.serverOptions()
			options.MailRelay, options.MailFrom = relay, sender
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
			return i.Serve(ctx, listen, plain, func(url string) {
				fmt.Fprintf(c.err, "hospes serves %s\nIts certificate is signed by %s\n", url, i.CAFile())
			})
		})
	cmd.Flags().StringVar(&listen, "listen", defaultListen, "`ADDRESS` to serve HTTPS at")
	cmd.Flags().StringVar(&plain, "http", "", "loopback `ADDRESS` to serve plain HTTP at as well")
	cmd.Flags().StringVar(&relay, "mail-relay", "", "`URL` of the server that takes mail, smtp://host:port or smtps://user:password@host; without one, messages are files in DIR/mail")
	cmd.Flags().StringVar(&sender, "mail-from", "", "`ADDRESS` that messages come from")
	cmd.Flags().StringVar(&parity, "parity", "", "hold the limits of another `SYSTEM`: entra (resource units and writes of an application, 15 alternatives of a filter, 5 provisionings on demand of a job in 10 seconds)")
	complete(cmd, "parity", parityEntra)
	return cmd
}
