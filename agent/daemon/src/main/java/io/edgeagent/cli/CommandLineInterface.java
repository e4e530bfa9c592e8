package io.edgeagent.cli;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.model.Json;
import java.nio.file.Path;
import java.util.Optional;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code edge-agent} and its subcommands. Each says its exit codes in its help. */
@Command(
        name = "edge-agent",
        description = "Runs Azure IoT Edge deployments on a small board, in one process.",
        mixinStandardHelpOptions = true,
        versionProvider = CommandLineInterface.Version.class,
        subcommands = CommandLine.HelpCommand.class,
        footer = {
            "",
            "Examples:",
            "  sudo edge-agent config mp     # asks for the device's connection string",
            "  edge-agent status             # says whether all is well",
            "  sudo edge-agent check         # looks for what is wrong, and says what helps",
            "  edge-agent logs led --tail 20",
            "  edge-agent run --state ./state",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the agent does not answer,",
            "78 the configuration cannot be used"
        })
public final class CommandLineInterface {
    // for the packages: prints what bash reads
    private static final String COMPLETION = "generate-completion";
    private static final String HELP = "help";

    private final Daemon daemon;

    /** Starts the daemon; returns its exit code when it ended. */
    public interface Daemon {
        int run(Path configFile, Optional<Path> stateFolder, String version);
    }

    private CommandLineInterface(Daemon daemon) {
        this.daemon = daemon;
    }

    /** As {@link #run}, for the whole process: an answer that could not be written is a failure. */
    public static int main(String[] args, Daemon daemon, Object... commands) {
        if (args.length > 0 && args[0].equals("run")) {
            // its output is the log, which logback writes
            return run(args, daemon, commands);
        }
        // what libraries of the agent log is no answer
        System.setProperty("edge-agent.command", args.length == 0 ? HELP : args[0]);
        StandardOutput output = StandardOutput.take();
        return output.end(run(args, daemon, commands));
    }

    /**
     * Runs one command and returns its exit code.
     *
     * @param commands more subcommands, which need what this package may not know
     */
    public static int run(String[] args, Daemon daemon, Object... commands) {
        CommandLine line = args.length == 0 ? line(daemon, commands) : lineFor(args[0], daemon, commands);
        // only where it is asked for: other commands need not load it
        if (args.length > 0 && args[0].equals(COMPLETION)) {
            CommandLine completion = new CommandLine(new AutoComplete.GenerateCompletion());
            completion.getCommandSpec().usageMessage().hidden(true);
            line.addSubcommand(completion);
        }
        if (args.length > 0 && args[0].equals(ManPages.NAME)) {
            line.addSubcommand(new ManPages());
        }
        return line.execute(args.length == 0 ? new String[] {HELP} : args);
    }

    /** The same for one call: the annotations of all commands take longer to read than the command that is meant. */
    private static CommandLine lineFor(String wanted, Daemon daemon, Object... commands) {
        CommandLine line = line(daemon);
        if (!wanted.equals(HELP) && line.getSubcommands().containsKey(wanted)) {
            return line;
        }
        // no lambda here: one that holds picocli's class keeps it out of the class data archive, which costs more than
        // all the rest
        for (Object command : commands) {
            if (command.getClass().getAnnotation(Command.class).name().equals(wanted)) {
                return line.addSubcommand(command);
            }
        }
        return line(daemon, commands);
    }

    static CommandLine line(Daemon daemon, Object... commands) {
        CommandLine line = new CommandLine(new CommandLineInterface(daemon));
        for (Object command : commands) {
            line.addSubcommand(command);
        }
        return line;
    }

    @Command(
            name = "run",
            description = "Runs the agent in the foreground until SIGTERM.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Example:",
                "  edge-agent run --state ./state",
                "",
                "On a board the service runs it: systemctl status edge-agent"
            })
    int run(
            @Option(
                            names = "--config",
                            paramLabel = "FILE",
                            defaultValue = "/etc/edge-agent/config.toml",
                            description = "The settings, a TOML file that may be missing (default: ${DEFAULT-VALUE})")
                    Path config,
            @Option(
                            names = "--state",
                            paramLabel = "DIR",
                            description = "Folder for what must survive a reboot (default: /var/lib/edge-agent)")
                    Optional<Path> state) {
        return daemon.run(config, state, Version.current());
    }

    @Command(
            name = "version",
            description = "Prints the version.",
            mixinStandardHelpOptions = true,
            footer = {"", "Example:", "  edge-agent version -o json | jq -r .version"})
    int version(@Mixin OutputOption output) {
        System.out.println(
                output.isJson()
                        ? Json.MAPPER
                                .createObjectNode()
                                .put("version", Version.current())
                                .put("java", System.getProperty("java.version"))
                                .put("architecture", System.getProperty("os.arch"))
                                .toPrettyString()
                        : "edge-agent " + Version.current());
        return 0;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"edge-agent " + current()};
        }

        /** The package's or the image's, which set the property; else the jar's. */
        static String current() {
            return Optional.ofNullable(System.getProperty("edge-agent.version"))
                    .or(() -> Optional.ofNullable(AgentConfig.class.getPackage().getImplementationVersion()))
                    .orElse("dev");
        }
    }
}
