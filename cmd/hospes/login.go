package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/token"
	"github.com/spf13/cobra"
)

// login is what is kept of a person who has signed in to a server: one file for each server and tenant.
type login struct {
	Server  string `json:"server"`
	Tenant  string `json:"tenant"` // as it was named; empty for the home of whoever signed in
	Home    string `json:"home"`   // id
	Account string `json:"account"`
	Refresh string `json:"refreshToken"`
}

func (c *cli) loginCommand() *cobra.Command {
	return c.verb("login", "Sign in to a server with a browser", "hospes login --server https://localhost:8443 --tenant aurora.example",
		func(ctx context.Context, _ []string) error {
			if c.flags.server == "" {
				return usagef("give the server with --server URL")
			}
			client, err := c.anonymous()
			if err != nil {
				return err
			}
			tenant := c.flags.tenant
			if tenant == "" {
				tenant = "organizations"
			}
			who, err := client.SignIn(ctx, tenant, token.CommandLineAppID, func(address, code string) {
				// Where there is nothing to be quiet about: without this nobody could go on.
				_, _ = fmt.Fprintf(c.err, "To sign in, open %s in a browser and enter the code %s.\n", clean(address), clean(code))
			})
			if err != nil {
				return err
			}
			kept := login{Server: serverName(c.flags.server), Tenant: c.flags.tenant, Home: who.Tenant, Account: who.Account, Refresh: who.Refresh}
			if err := c.keepLogin(kept); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.out, "Signed in to %s as %s.\n", kept.Server, clean(kept.Account))
			return err
		})
}

func (c *cli) logoutCommand() *cobra.Command {
	return c.verb("logout", "Forget who has signed in to a server", "hospes logout --server https://localhost:8443 --tenant aurora.example",
		func(context.Context, []string) error {
			if c.flags.server == "" {
				return usagef("give the server with --server URL")
			}
			path, err := c.loginFile(c.flags.server, c.flags.tenant)
			if err != nil {
				return err
			}
			if err := os.Remove(path); errors.Is(err, fs.ErrNotExist) {
				return notFoundf("nobody has signed in to %s with this --tenant", serverName(c.flags.server))
			} else if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.out, "Signed out of %s.\n", serverName(c.flags.server))
			return err
		})
}

// anonymous makes a client of the server that nobody has signed in with yet.
func (c *cli) anonymous() (*graphclient.Client, error) {
	transport, err := c.transport()
	if err != nil {
		return nil, err
	}
	client, err := graphclient.New(graphclient.Options{Base: c.flags.server, Transport: transport, Clock: c.clock, UserAgent: agent(), Retries: c.retries, Wait: c.wait})
	if err != nil {
		return nil, usagef("--server: %s", textOf(err))
	}
	return client, nil
}

// signedIn gives the credentials of whoever has signed in to the server, for the tenant or at all; nil where nobody has.
func (c *cli) signedIn() (*graphclient.Credentials, error) {
	for _, tenant := range []string{c.flags.tenant, ""} {
		kept, err := c.readLogin(c.flags.server, tenant)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out := &graphclient.Credentials{Tenant: c.flags.tenant, ClientID: token.CommandLineAppID, Refresh: kept.Refresh}
		if out.Tenant == "" {
			out.Tenant = kept.Home
		}
		out.Keep = func(refresh string) error {
			kept.Refresh = refresh
			return c.keepLogin(kept)
		}
		return out, nil
	}
	return nil, nil
}

// serverName writes a server in one way only.
func serverName(address string) string { return strings.ToLower(strings.TrimRight(address, "/")) }

// loginFile is where a sign-in is kept, beside the configuration.
func (c *cli) loginFile(server, tenant string) (string, error) {
	config := c.defaultConfig()
	if config == "" {
		return "", usagef("there is no place to keep the sign-in: set HOME or XDG_CONFIG_HOME")
	}
	sum := sha256.Sum256([]byte(serverName(server) + "\n" + strings.ToLower(tenant)))
	return filepath.Join(filepath.Dir(config), "logins", hex.EncodeToString(sum[:16])+".json"), nil
}

func (c *cli) readLogin(server, tenant string) (kept login, err error) {
	path, err := c.loginFile(server, tenant)
	if err != nil {
		return kept, fs.ErrNotExist // nothing can be kept there
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return kept, err
	}
	if err := json.Unmarshal(text, &kept); err != nil || kept.Refresh == "" {
		return kept, usagef("%s cannot be read; sign in again with 'hospes login'", path)
	}
	return kept, nil
}

// keepLogin writes a sign-in down, readable by its owner only, and whole or not at all: a command may be ended at any time.
func (c *cli) keepLogin(kept login) error {
	path, err := c.loginFile(kept.Server, kept.Tenant)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(kept, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	scratch, err := os.CreateTemp(filepath.Dir(path), ".login-*") // 0600
	if err != nil {
		return err
	}
	_, err = scratch.Write(append(text, '\n'))
	if err = errors.Join(err, scratch.Sync(), scratch.Close()); err == nil {
		err = os.Rename(scratch.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(scratch.Name()))
	}
	return nil
}
