package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Json;
import io.edgeagent.model.ProblemException;
import io.edgeagent.ops.AgentAnswers;
import io.edgeagent.ops.BundleRequest;
import io.edgeagent.ops.SupportBundle;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code edge-agent support-bundle}: all that somebody needs who cannot come to the board, without its secrets. */
@Command(
        name = "support-bundle",
        header = "Collects logs, settings and the state of the board in a zip, without secrets.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  sudo edge-agent support-bundle",
            "  sudo edge-agent support-bundle --since 1h -o bundle.zip",
            "  ssh board sudo edge-agent support-bundle -q -o - > bundle.zip",
            "",
            "Keys, passwords, tokens and the values of variables that look like them are",
            "replaced by ***. Look at it before you give it away: what modules write into",
            "their logs may be private in other ways. It works without the agent.",
            "Exit codes: 0 done, 1 not written, 2 wrong usage"
        })
public final class SupportBundleCommand implements Callable<Integer> {
    private final BoardCommands board;
    private final Bundles bundles;

    @Mixin
    private CheckOptions options = new CheckOptions();

    @Option(
            names = {"--output", "-o"},
            paramLabel = "FILE",
            defaultValue = "support_bundle.zip",
            description = "The zip; - is standard output (default: ${DEFAULT-VALUE})")
    private String output = "support_bundle.zip";

    @Option(
            names = {"--since", "-s"},
            paramLabel = "TIME",
            defaultValue = "1 day",
            description = "Logs from then on: \"1 day\", 10m, or a time like 2026-11-21T08:00:00Z (default: 1 day)")
    private String since = "1 day";

    @Option(
            names = {"--until", "-u"},
            paramLabel = "TIME",
            description = "Logs up to then")
    private Optional<String> until = Optional.empty();

    @Option(
            names = {"--include-edge-runtime-only", "--edge-runtime-only", "-e"},
            description = "Without the logs of modules")
    private boolean runtimeOnly;

    @Option(
            names = {"--quiet", "-q"},
            description = "Says nothing while it collects")
    private boolean quiet;

    /** Makes bundles of this board. */
    public interface Bundles {
        /** @param progress told the name of each file */
        SupportBundle of(
                Path config, Optional<Path> state, AgentAnswers agent, String version, Consumer<String> progress);
    }

    public SupportBundleCommand(BoardCommands board, Bundles bundles) {
        this.board = board;
        this.bundles = bundles;
    }

    @Override
    public Integer call() {
        BundleRequest wanted;
        CheckCommand.Request whose = options.request(board);
        try {
            Instant now = board.now();
            wanted = new BundleRequest(
                    Optional.of(Times.point(since, now)),
                    until.map(text -> Times.point(text, now)),
                    runtimeOnly,
                    whose.hub());
        } catch (IllegalArgumentException e) {
            Terminal.complain(e.getMessage());
            return BoardCommands.USAGE;
        }
        if (wanted.until()
                .filter(end -> end.isBefore(wanted.since().orElseThrow()))
                .isPresent()) {
            Terminal.complain("--until is before --since");
            return BoardCommands.USAGE;
        }
        SupportBundle bundle = bundles.of(
                whose.config(),
                whose.state(),
                new BySocket(options.client(board)),
                CommandLineInterface.Version.current(),
                quiet ? name -> {} : name -> Terminal.complain("  " + name));
        try {
            if (output.equals("-")) {
                OutputStream out = new BufferedOutputStream(System.out);
                bundle.write(out, wanted);
                out.flush();
            } else {
                toFile(bundle, wanted);
            }
            return 0;
        } catch (FileAlreadyExistsException e) {
            Terminal.complain(output + " is there already: remove it, or name another file with -o");
            return BoardCommands.FAILED;
        } catch (IOException e) {
            Terminal.complain("the bundle could not be written: " + e.getMessage());
            return BoardCommands.FAILED;
        }
    }

    /** Only for who made it: secrets are taken out, but what modules write is private all the same. */
    private void toFile(SupportBundle bundle, BundleRequest wanted) throws IOException {
        Path file = Path.of(output);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        boolean done = false;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.WRITE))) {
            bundle.write(out, wanted);
            done = true;
        } finally {
            if (!done) {
                Files.deleteIfExists(file);
            }
        }
        if (!quiet) {
            System.out.println("Wrote " + file + ", " + Files.size(file) / 1000 + " kB.");
        }
    }

    private record BySocket(AgentClient client) implements AgentAnswers {
        @Override
        public JsonNode ask(String what) {
            try {
                JsonNode answer = client.ask(Json.MAPPER.createObjectNode().put("do", what));
                if (answer.has("error")) {
                    throw new ProblemException(
                            ErrorCode.INTERNAL, answer.path("error").asText());
                }
                return answer;
            } catch (AgentClient.Unreachable e) {
                throw new ProblemException(ErrorCode.INTERNAL, String.valueOf(e.getMessage()), e);
            }
        }
    }
}
