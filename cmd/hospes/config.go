package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// origin says where the value of a flag comes from; a higher one wins.
type origin int

const (
	fromDefault origin = iota
	fromFile
	fromEnvironment
	fromCommandLine
)

// settings remembers where flags got their values from.
type settings map[string]origin

// envPrefix begins the names of the variables that flags can be set by.
const envPrefix = "HOSPES_"

// envName gives the variable of a flag: client-id is HOSPES_CLIENT_ID.
func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// configure fills the flags that the command line leaves open, from the environment and then from the file.
func (c *cli) configure(cmd *cobra.Command) error {
	c.settings = settings{}
	file, err := c.readConfig(cmd)
	if err != nil {
		return err
	}
	var failure error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if failure == nil && f.Name != "help" && f.Name != "config" {
			failure = c.fill(cmd.Flags(), f, file)
		}
	})
	if failure != nil {
		return failure
	}
	if !slices.Contains(formats, c.flags.output) {
		return usagef("'%s' is not an output format; there are %s", c.flags.output, strings.Join(formats, ", "))
	}
	return c.chooseSide()
}

func (c *cli) fill(flags *pflag.FlagSet, f *pflag.Flag, file map[string][]string) error {
	if f.Changed {
		c.settings[f.Name] = fromCommandLine
		return nil
	}
	if text, ok := c.env(envName(f.Name)); ok && text != "" { // an empty variable is how shells unset one
		c.settings[f.Name] = fromEnvironment
		if err := flags.Set(f.Name, text); err != nil {
			return usagef("%s: %v", envName(f.Name), err)
		}
		return nil
	}
	for _, text := range file[f.Name] {
		c.settings[f.Name] = fromFile
		if err := flags.Set(f.Name, text); err != nil {
			return usagef("%s in %s: %v", f.Name, c.flags.config, err)
		}
	}
	return nil
}

// chooseSide settles whether a server or a data directory is meant, where both are set: what was said later on the
// way from the file to the command line.
func (c *cli) chooseSide() error {
	if c.flags.server == "" || c.flags.data == "" {
		return nil
	}
	switch server, data := c.settings["server"], c.settings["data"]; {
	case server > data:
		c.flags.data = ""
	case data > server:
		c.flags.server = ""
	default:
		return usagef("--server and --data exclude each other")
	}
	return nil
}

// readConfig reads the file of settings: the values of each flag, by its name. A file that was not asked for need not
// be there.
func (c *cli) readConfig(cmd *cobra.Command) (map[string][]string, error) {
	path, asked := c.flags.config, true
	if path == "" {
		path, _ = c.env(envName("config"))
	}
	if path == "" {
		if path, asked = c.defaultConfig(), false; path == "" {
			return nil, nil
		}
	}
	c.flags.config = path
	text, err := os.ReadFile(path) //nolint:gosec // the file that the user names
	if !asked && errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, usagef("the configuration cannot be read: %v", err)
	}
	var nodes map[string]yaml.Node
	if err := yaml.Unmarshal(text, &nodes); err != nil {
		return nil, usagef("%s: %v", path, err)
	}
	known := flagNames(cmd.Root())
	file := make(map[string][]string, len(nodes))
	for name, node := range nodes {
		if !known[name] {
			return nil, usagef("%s:%d: there is no flag '%s'", path, node.Line, name)
		}
		if file[name], err = scalars(&node); err != nil {
			return nil, usagef("%s:%d: the value of '%s' is neither a text nor a list of texts", path, node.Line, name)
		}
	}
	return file, nil
}

// defaultConfig is where the file is looked for that nobody names.
func (c *cli) defaultConfig() string {
	dir, _ := c.env("XDG_CONFIG_HOME")
	if dir == "" {
		home, _ := c.env("HOME")
		if home == "" {
			return ""
		}
		dir = filepath.Join(home, ".config")
	}
	return filepath.Join(dir, "hospes", "config.yaml")
}

// scalars gives the texts of a node as they are written: what a value means is the flag's business.
func scalars(node *yaml.Node) ([]string, error) {
	switch {
	case node.Kind == yaml.AliasNode:
		return scalars(node.Alias)
	case node.Kind == yaml.ScalarNode && node.Tag == "!!null":
		return nil, nil
	case node.Kind == yaml.ScalarNode:
		return []string{node.Value}, nil
	case node.Kind != yaml.SequenceNode:
		return nil, errors.New("not a text")
	}
	var list []string
	for _, item := range node.Content {
		if item.Kind != yaml.ScalarNode {
			return nil, errors.New("not a text")
		}
		list = append(list, item.Value)
	}
	return list, nil
}

// flagNames collects the flags of every command, as one file serves them all.
func flagNames(cmd *cobra.Command) map[string]bool {
	names := map[string]bool{}
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, set := range []*pflag.FlagSet{cmd.LocalFlags(), cmd.PersistentFlags()} {
			set.VisitAll(func(f *pflag.Flag) { names[f.Name] = f.Name != "help" && f.Name != "config" })
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(cmd)
	return names
}
