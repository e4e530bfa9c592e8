package io.edgeagent.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.ConfigException;
import io.edgeagent.config.ConfigFile;
import io.edgeagent.config.Findings;
import io.edgeagent.config.OpenSecrets;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.ProtocolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code edge-agent config}: the settings file, so that nobody needs to know TOML and no key gets into a shell's history. */
@Command(
        name = "config",
        description = "Writes and checks the settings in /etc/edge-agent/config.toml.",
        mixinStandardHelpOptions = true,
        subcommands = ImportCommand.class,
        synopsisSubcommandLabel = "(mp | import | apply)")
public final class ConfigCommand implements Runnable {
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final int BAD_CONFIG = 78;
    private static final int MAX_INPUT = 4096;
    private static final String DEFAULT_FILE = "/etc/edge-agent/config.toml";

    private final ServiceControl service;
    private final Map<String, String> environment;

    /** @param environment of the process */
    public ConfigCommand(ServiceControl service, Map<String, String> environment) {
        this.service = service;
        this.environment = environment;
    }

    @Override
    public void run() {
        picocli.CommandLine.usage(this, System.out);
    }

    @Command(
            name = "mp",
            header = "Writes the device's connection string into the settings.",
            description = {
                "It asks for the connection string on a terminal, or reads it from standard input or from a file."
                        + " Everybody can see a command's options in ps, so do not give it as one."
            },
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  sudo edge-agent config mp     # asks for it",
                "  az iot hub device-identity connection-string show -n HUB -d DEVICE -o tsv |",
                "    sudo edge-agent config mp",
                "  sudo edge-agent config mp --connection-string-file key.txt --force",
                "",
                "Exit codes: 0 done, 1 not written, 2 wrong usage"
            })
    int mp(
            @Option(
                            names = {"--connection-string", "-c"},
                            paramLabel = "TEXT",
                            description = "The connection string itself. Other users can see it in ps")
                    Optional<String> given,
            @Option(
                            names = "--connection-string-file",
                            paramLabel = "FILE",
                            description = "A file that holds it; - is standard input")
                    Optional<Path> from,
            @Option(
                            names = {"--out-config-file", "-o"},
                            paramLabel = "FILE",
                            defaultValue = DEFAULT_FILE,
                            description = "The settings (default: ${DEFAULT-VALUE})")
                    Path file,
            @Option(
                            names = {"--force", "-f"},
                            description =
                                    "Even if the file already says who the device is; the old file is kept as FILE.bak")
                    boolean force) {
        if (given.isPresent() && from.isPresent()) {
            Terminal.complain("give either --connection-string or --connection-string-file");
            return USAGE;
        }
        if (given.isPresent()) {
            Terminal.complain(
                    "warning: --connection-string shows the key in ps and in your shell's history; next time leave it "
                            + "out and paste the text when asked");
        }
        try {
            ConfigFile config = new ConfigFile(file);
            if (config.isProvisioned() && !force) {
                Terminal.complain(
                        file + " already says who this device is; --force replaces that and keeps the old file as "
                                + file + ".bak");
                return FAILED;
            }
            ConnectionString device = ConnectionString.parseDevice(given.isPresent() ? given.get() : read(from));
            Optional<Path> kept = config.setConnectionString(device.toText());
            System.out.println("Wrote the connection string of device "
                    + device.deviceId().orElse("") + " on " + device.hostName() + " to " + file + ".");
            kept.ifPresent(backup -> System.out.println("The previous file is kept as " + backup + "."));
            System.out.println("Next: sudo edge-agent config apply");
            return 0;
        } catch (ProtocolException | ConfigException e) {
            Terminal.complain(e.getMessage());
            return FAILED;
        } catch (IOException e) {
            Terminal.complain("cannot read the connection string: " + e);
            return FAILED;
        }
    }

    private static String read(Optional<Path> from) throws IOException {
        boolean standardInput =
                from.filter(path -> !path.toString().equals("-")).isEmpty();
        if (!standardInput) {
            if (Files.size(from.orElseThrow()) > MAX_INPUT) {
                throw new ConfigException(from.get() + " is too large for a connection string");
            }
            return Files.readString(from.get());
        }
        if (from.isEmpty() && isAtTerminal()) {
            char[] typed = System.console().readPassword("Connection string of the device (it is not shown): ");
            return typed == null ? "" : new String(typed);
        }
        return new String(System.in.readNBytes(MAX_INPUT), StandardCharsets.UTF_8);
    }

    @SuppressWarnings("SystemConsoleNull")
    private static boolean isAtTerminal() {
        return System.console() != null && Terminal.isTerminal("/proc/self/fd/0");
    }

    @Command(
            name = "apply",
            header = "Checks all settings and restarts the service with them.",
            description = "If another file is given, it is checked and then replaces the settings.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Examples:",
                "  sudo edge-agent config apply",
                "  sudo edge-agent config apply -c new.toml",
                "  edge-agent config apply --check -o json     # changes nothing",
                "",
                "Exit codes: 0 done, 1 not written or not restarted, 2 wrong usage,",
                "78 something is wrong with the settings"
            })
    int apply(
            @Option(
                            names = {"--config-file", "-c"},
                            paramLabel = "FILE",
                            defaultValue = DEFAULT_FILE,
                            description = "The settings to apply (default: ${DEFAULT-VALUE})")
                    Path file,
            @Option(
                            names = "--to",
                            paramLabel = "FILE",
                            defaultValue = DEFAULT_FILE,
                            description = "Where the agent reads its settings (default: ${DEFAULT-VALUE})")
                    Path target,
            @Option(names = "--check", description = "Only checks") boolean checkOnly,
            @Option(names = "--no-restart", description = "Leaves the service alone") boolean noRestart,
            @Option(
                            names = {"--output", "-o"},
                            paramLabel = "text|json",
                            defaultValue = "text",
                            description = "How the findings are written")
                    Format output) {
        Findings findings = AgentConfig.check(file, environment);
        output.print(file, findings);
        OpenSecrets.warnings(OpenSecrets.ENVIRONMENT, file)
                .forEach(warning -> Terminal.complain("warning: " + warning));
        if (!findings.errors().isEmpty()) {
            return BAD_CONFIG;
        }
        if (checkOnly) {
            return 0;
        }
        if (!file.toAbsolutePath().normalize().equals(target.toAbsolutePath().normalize())) {
            try {
                new ConfigFile(target).replaceBy(file);
            } catch (ConfigException e) {
                Terminal.complain(e.getMessage());
                return FAILED;
            }
            output.say("Wrote " + target + ".");
        }
        return noRestart ? 0 : restart(output);
    }

    private int restart(Format output) {
        Optional<Boolean> restarted = service.order("restart");
        if (restarted.isEmpty()) {
            output.say("There is no systemd here. Restart the agent yourself; modules keep running.");
            return 0;
        }
        if (!restarted.get()) {
            Terminal.complain("The service was not restarted. Try: sudo systemctl restart edge-agent");
            return FAILED;
        }
        output.say("Restarted the service edge-agent. See how it does: edge-agent status");
        return 0;
    }

    /** How findings are written. */
    enum Format {
        text {
            @Override
            void print(Path file, Findings findings) {
                List<String> errors = findings.errors();
                findings.warnings().forEach(warning -> Terminal.complain("warning: " + warning));
                errors.forEach(error -> Terminal.complain("error: " + error));
                if (errors.isEmpty()) {
                    System.out.println(file + " is in order.");
                } else {
                    Terminal.complain(
                            file + " cannot be used: " + errors.size() + (errors.size() == 1 ? " error." : " errors."));
                }
            }

            @Override
            void say(String line) {
                System.out.println(line);
            }
        },
        json {
            @Override
            void print(Path file, Findings findings) {
                ObjectNode json = Json.MAPPER.createObjectNode().put("file", file.toString());
                findings.errors().forEach(json.putArray("errors")::add);
                findings.warnings().forEach(json.putArray("warnings")::add);
                System.out.println(json.toPrettyString());
            }

            @Override
            void say(String line) {
                Terminal.complain(line);
            }
        };

        abstract void print(Path file, Findings findings);

        abstract void say(String line);
    }
}
