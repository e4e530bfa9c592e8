package io.edgeagent.cli;

import io.edgeagent.model.Leftover;
import io.edgeagent.model.ProblemException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Scanner;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code edge-agent clean}: takes away what agents made on this engine, going by their label. Needs no running agent. */
@Command(
        name = "clean",
        header = "Removes the module containers and the module network that an agent made, found by their label.",
        description = {
            "Images, named volumes and everything without that label stay. Stop the agent first, because it"
                    + " would make its modules again."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  edge-agent clean --dry-run                 # shows what would be removed",
            "  sudo edge-agent clean                      # asks, then removes",
            "  sudo edge-agent clean --device my-board --yes",
            "  docker run --rm -v /var/run/docker.sock:/var/run/docker.sock \\",
            "    edge-agent clean --all --yes",
            "",
            "Exit codes: 0 done, 1 something could not be removed, 2 wrong usage"
        })
public final class CleanCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    /** The engine, as far as cleaning goes. Methods throw {@link ProblemException}. */
    public interface Engine extends AutoCloseable {
        /** All that any agent made on it, in the order of removal. */
        List<Leftover> leftovers();

        /** Names of running containers of agents. */
        List<String> runningAgents();

        void remove(Leftover leftover);

        @Override
        void close();
    }

    private final Supplier<Engine> engines;

    @Option(names = "--device", paramLabel = "ID", description = "Removes only those of this device: its id, or HUB/ID")
    private Optional<String> device = Optional.empty();

    @Option(names = "--all", description = "Removes those of all devices on this engine")
    private boolean all;

    @Option(names = "--dry-run", description = "Shows what would be removed and removes nothing")
    private boolean dryRun;

    @Option(
            names = {"-y", "--yes"},
            description = "Does not ask")
    private boolean yes;

    public CleanCommand(Supplier<Engine> engines) {
        this.engines = engines;
    }

    @Override
    public Integer call() {
        if (all && device.isPresent()) {
            return fail(USAGE, "give --all or --device, not both");
        }
        try (Engine engine = engines.get()) {
            List<Leftover> found =
                    engine.leftovers().stream().filter(this::isMeant).toList();
            TreeSet<String> devices =
                    found.stream().map(Leftover::device).collect(Collectors.toCollection(TreeSet::new));
            if (found.isEmpty()) {
                System.out.println("Nothing to remove"
                        + device.map(id -> " of device " + id).orElse("") + ".");
                return 0;
            }
            show(found);
            if (devices.size() > 1 && !all && !dryRun) {
                return fail(
                        USAGE, "these are of " + devices.size() + " devices: choose one with --device, or say --all");
            }
            return dryRun ? 0 : remove(engine, found);
        } catch (ProblemException e) {
            return fail(FAILED, e.problem().text());
        }
    }

    private boolean isMeant(Leftover leftover) {
        return device.map(
                        id -> leftover.device().equals(id) || leftover.device().endsWith("/" + id))
                .orElse(true);
    }

    private static void show(List<Leftover> found) {
        for (Leftover leftover : found) {
            System.out.printf(
                    "%-10s %-24s %-40s %s%n",
                    leftover.kind().name().toLowerCase(Locale.ROOT),
                    Terminal.plain(leftover.name()),
                    Terminal.plain(leftover.device()),
                    Terminal.plain(leftover.state()));
        }
    }

    private int remove(Engine engine, List<Leftover> found) {
        List<String> agents = engine.runningAgents();
        if (!agents.isEmpty()) {
            Terminal.complain("note: an agent runs in container " + String.join(", ", agents)
                    + "; if these modules are its own, it makes them again: stop it first with docker stop");
        }
        if (!yes && !confirmed()) {
            return fail(USAGE, "nothing was removed: answer yes, or use --yes");
        }
        int code = 0;
        for (Leftover leftover : found) {
            if (leftover.kind() == Leftover.Kind.NETWORK && !leftover.state().isEmpty()) {
                System.out.println(
                        Terminal.plain("kept network " + leftover.name() + ": in use by " + leftover.state()));
                continue;
            }
            try {
                engine.remove(leftover);
                System.out.println("removed " + Terminal.plain(leftover.name()));
            } catch (ProblemException e) {
                code = fail(
                        FAILED,
                        leftover.name() + " could not be removed: "
                                + e.problem().text());
            }
        }
        return code;
    }

    /** No answer, as where nobody sits at a terminal, is a no. */
    private static boolean confirmed() {
        System.out.print("Remove these? [y/N] ");
        System.out.flush();
        try (Scanner answers = new Scanner(System.in, Charset.defaultCharset())) {
            return answers.hasNextLine() && answers.nextLine().strip().equalsIgnoreCase("y");
        }
    }

    private static int fail(int code, String why) {
        Terminal.complain("edge-agent clean: " + why);
        return code;
    }
}
