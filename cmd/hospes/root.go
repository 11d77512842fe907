package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// root makes the whole tree of commands.
func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "hospes",
		Short: "Guests between tenants: see the plan, apply exactly that, undo it",
		Long: `hospes keeps people of one directory present in another, and is a directory itself.

Commands talk to a server (--server, after 'hospes login' or with the credentials of an application) or, given --data DIR, to that data
directory in this process. Every flag can also be set as HOSPES_<FLAG> or in the file that --config names, where the
flag goes before the variable and the variable before the file.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused, 5 conflict, 6 unavailable.`,
		Example: "  hospes tenant create Aurora --domain aurora.example --data ./data\n" +
			"  hospes user list --data ./data --tenant Aurora",
		SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown command '%s'", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return c.configure(cmd)
		},
	}
	c.addGlobals(root)
	root.AddCommand(c.nouns()...)
	describeBuiltin(root)
	return root
}

// nouns are the commands of the first level, one file each.
func (c *cli) nouns() []*cobra.Command {
	return []*cobra.Command{
		c.tenantCommand(), c.domainCommand(), c.userCommand(), c.groupCommand(), c.guestCommand(), c.policyCommand(), c.syncCommand(),
		c.auditCommand(), c.mailCommand(), c.backupCommand(), c.restoreCommand(), c.doctorCommand(), c.exprCommand(), c.filterCommand(), c.importCommand(), c.exportCommand(), c.checkCommand(), c.benchCommand(), c.loginCommand(), c.logoutCommand(), c.caCommand(), c.versionCommand(), c.serveCommand(), c.demoCommand(),
	}
}

func (c *cli) addGlobals(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&c.flags.server, "server", "", "`URL` of the server to talk to")
	f.StringVar(&c.flags.ca, "ca", "", "`FILE` with the certificate of the authority that the server's own is signed by")
	f.StringVar(&c.flags.clientID, "client-id", "", "`ID` of the application to act as")
	f.StringVar(&c.flags.clientSecret, "client-secret", "", "its `SECRET`; better given as HOSPES_CLIENT_SECRET, which other users of the machine cannot see")
	f.StringVar(&c.flags.data, "data", "", "data `DIR` to work on in this process, as the operator")
	f.StringVar(&c.flags.postgres, "postgres", "", "`DSN` of PostgreSQL, where the data is not in a file of the data directory")
	f.StringVar(&c.flags.masterKey, "master-key", "", "`KEY` that secrets are sealed with; without it, the one in the data directory")
	f.StringVar(&c.flags.dns, "dns", "", "`ADDRESS` of the name server that proves domains, with --data; without it, those of the system")
	f.StringVar(&c.flags.tenant, "tenant", "", "`TENANT` to act in: its id, a domain, or its display name (the name only with --data)")
	f.StringVar(&c.flags.config, "config", "", "`FILE` with settings (default: hospes/config.yaml in $XDG_CONFIG_HOME)")
	f.StringVarP(&c.flags.output, "output", "o", formatTable, "`FORMAT` of the result: "+strings.Join(formats, ", "))
	f.BoolVarP(&c.flags.quiet, "quiet", "q", false, "show no progress and no hints")
	f.BoolVarP(&c.flags.verbose, "verbose", "v", false, "log on standard error what is done in this process")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return asUsage(err, cmd.CommandPath()) })
	complete(root, "output", formats...)
	_ = root.MarkPersistentFlagDirname("data") // fails only for a flag that is not there
	_ = root.MarkPersistentFlagFilename("ca")  // likewise
	_ = root.MarkPersistentFlagFilename("config", "yaml", "yml")
}

// complete offers the values of a flag to the completion of shells.
func complete(cmd *cobra.Command, flag string, values ...string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic("hospes: " + err.Error()) // a flag that was not defined
	}
}

// noun makes a command that only has others below it.
func noun(name, short string, verbs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use: name, Short: short,
		Example: "  " + exampleOf(verbs[0]),
		RunE: func(cmd *cobra.Command, args []string) error {
			var names []string
			for _, v := range cmd.Commands() {
				if v.IsAvailableCommand() {
					names = append(names, v.Name())
				}
			}
			if len(args) > 0 {
				return asUsage(usagef("unknown command '%s'; there are %s", args[0], strings.Join(names, ", ")), cmd.CommandPath())
			}
			return asUsage(usagef("a verb is missing; there are %s", strings.Join(names, ", ")), cmd.CommandPath())
		},
	}
	cmd.AddCommand(verbs...)
	return cmd
}

func exampleOf(cmd *cobra.Command) string {
	first, _, _ := strings.Cut(strings.TrimSpace(cmd.Example), "\n")
	return first
}

// verb makes a command that does something. Use names its arguments, and so says how many there have to be: "set ID
// NAME=VALUE..." takes two or more, "show [ID]" at most one.
func (c *cli) verb(use, short, example string, do func(context.Context, []string) error) *cobra.Command {
	arguments := strings.Fields(use)[1:]
	for i, line := range strings.Split(strings.TrimSpace(example), "\n") {
		if i == 0 {
			example = ""
		}
		example += "  " + strings.TrimSpace(line) + "\n"
	}
	return &cobra.Command{
		Use: use, Short: short, Example: strings.TrimRight(example, "\n"), DisableFlagsInUseLine: true,
		Args: func(_ *cobra.Command, args []string) error { return checkArguments(arguments, args) },
		RunE: func(cmd *cobra.Command, args []string) error {
			c.started = true
			return withPath(do(cmd.Context(), args), cmd.CommandPath())
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
}

// checkArguments holds arguments to what the usage says, and names the one that is missing.
func checkArguments(names, args []string) error {
	for i, name := range names {
		if i >= len(args) && !strings.HasPrefix(name, "[") {
			return usagef("%s is missing", strings.TrimSuffix(name, "..."))
		}
	}
	many := len(names) > 0 && strings.HasSuffix(strings.TrimSuffix(names[len(names)-1], "]"), "...")
	if len(args) > len(names) && !many {
		return usagef("'%s' is one argument too many", args[len(names)])
	}
	if i := slices.Index(args, ""); i >= 0 {
		return usagef("%s is empty", strings.Trim(names[min(i, len(names)-1)], "[]."))
	}
	return nil
}

// describeBuiltin gives the commands that come with the library what all commands have.
func describeBuiltin(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Example = "  hospes help user create"
		case "completion":
			cmd.Example = "  hospes completion bash > /etc/bash_completion.d/hospes"
			for _, shell := range cmd.Commands() {
				shell.Example = fmt.Sprintf("  hospes completion %s --help", shell.Name())
			}
		}
	}
}
