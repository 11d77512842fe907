// Command story does with azidentity and msgraph-sdk-go-core, as they come, what a program does with a tenant of hospes:
// it gets a token, lists with paging, creates, invites, groups, filters, batches, follows changes and sets a policy. It
// stops with an error at the first thing that is not as it should be, and takes away what it made.
//
//	SSL_CERT_FILE=DIR/ca.pem go run . demo.json
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
)

// demo is what `hospes demo --json FILE` tells.
type demo struct {
	BaseURL string `json:"baseUrl"`
	Source  tenant `json:"source"`
	Target  tenant `json:"target"`
}

type tenant struct {
	ID           string `json:"tenantId"`
	DisplayName  string `json:"displayName"`
	Domain       string `json:"domain"`
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
}

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("the story is told")
}

func run(ctx context.Context, args []string) (err error) {
	if len(args) != 1 {
		return errors.New("usage: story FILE, where FILE is what hospes demo --json wrote")
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	var d demo
	if err := json.Unmarshal(text, &d); err != nil {
		return err
	}
	s := &story{demo: d, unique: "story-" + strings.ToLower(rand.Text())}
	if s.source, err = connect(d.BaseURL, d.Source); err != nil {
		return err
	}
	if s.target, err = connect(d.BaseURL, d.Target); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.takeAway(ctx)) }()
	return s.tell(ctx)
}
