package io.edgeagent.check;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.images.DiskFloor;
import io.edgeagent.images.DiskSpace;
import io.edgeagent.model.HostReadings;
import io.edgeagent.model.StateFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The board: disks, memory, power, wear, and the agent's own files. */
final class HostChecks {
    private static final String SECTION = "Board checks";
    private static final long MB = 1_000_000;
    private static final double HOT = 80;
    private static final int WORN = 80;
    private static final int WORN_OUT = 100;

    private final BoardSettings settings;
    private final Once<EngineSight.Facts> engine;
    private final HostSight host;
    private final DiskSpace disks;
    private final StateSight state;

    HostChecks(
            BoardSettings settings, Once<EngineSight.Facts> engine, HostSight host, DiskSpace disks, StateSight state) {
        this.settings = settings;
        this.engine = engine;
        this.host = host;
        this.disks = disks;
        this.state = state;
    }

    List<Check> all() {
        return List.of(
                new Check("disk-space", SECTION, "the disks have room for data and files", this::disk),
                new Check("memory", SECTION, "there is memory left", this::memory),
                new Check("power-supply", SECTION, "the power supply is strong enough", this::power),
                new Check("temperature", SECTION, "the board is not too hot", this::temperature),
                new Check("card-wear", SECTION, "the memory card is not worn out", this::wear),
                new Check("state-folder", SECTION, "the agent's files are whole", this::files),
                new Check("hub-store", SECTION, "the hub's store has room", this::store));
    }

    private Verdict disk() throws CannotAsk {
        AgentConfig config = settings.require();
        Set<String> folders = new LinkedHashSet<>();
        folders.add(existing(config.stateFolder()).toString());
        try {
            folders.add(engine.get().info().dataRoot());
        } catch (CannotAsk e) {
            // the disk of the agent is looked at all the same
            folders.add("/");
        }
        folders.add("/var/log");
        DiskFloor floor = new DiskFloor(config.limits().minFreeBytes());
        List<String> details = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (String folder : folders) {
            Optional<DiskSpace.FreeSpace> room = folder.isEmpty() ? Optional.empty() : disks.of(folder);
            room.ifPresent(found -> {
                details.add(folder + ": " + words(found));
                if (floor.isUndercut(found)) {
                    faults.add("The disk of " + folder + " is nearly full: " + words(found) + " are free; "
                            + found.files()
                                    .filter(files -> files.free() < floor.files(files))
                                    .map(files -> floor.files(files) + " inodes")
                                    .orElse(floor.bytes(found) / MB + " MB")
                            + " should be.");
                }
            });
        }
        return faults.isEmpty()
                ? Verdict.ok(details.toArray(String[]::new))
                : Verdict.error(
                                String.join("\n", faults),
                                "docker image prune -a, sudo journalctl --vacuum-size=50M; see what is large with: sudo"
                                        + " du -xh / | sort -h | tail, many small files with: df -i")
                        .with(details);
    }

    private static String words(DiskSpace.FreeSpace room) {
        return room.free() / MB + " of " + room.total() / MB + " MB"
                + room.files()
                        .map(files -> " and " + files.free() + " of " + files.total() + " inodes")
                        .orElse("");
    }

    /** The folder, or the one above it in which it will be made. */
    private Path existing(Path folder) {
        Path at = folder.toAbsolutePath();
        while (!host.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    private Verdict memory() {
        HostReadings readings = host.readings();
        long available = readings.memoryAvailable();
        String words = available / MB + " of " + readings.memoryTotal() / MB + " MB are available";
        boolean isShort = available < Math.min(64 * MB, readings.memoryTotal() / 10);
        return isShort
                ? Verdict.warning(
                        "Memory is short: " + words + ". The kernel may end modules.",
                        "limit modules with Memory in HostConfig; see who uses it with: docker stats --no-stream")
                : Verdict.ok(words);
    }

    private Verdict power() {
        Optional<HostReadings.Power> power = host.readings().power();
        if (power.isEmpty()) {
            return Verdict.ignored("the board does not tell");
        }
        String fix = "use the power supply that the board's maker names and a short, thick cable";
        if (power.get().undervoltage()) {
            return Verdict.error("The voltage is too low now. Writes to the card can get lost.", fix);
        }
        if (power.get().undervoltageSinceBoot()) {
            return Verdict.warning("The voltage has been too low since the board started.", fix);
        }
        return Verdict.ok();
    }

    private Verdict temperature() {
        HostReadings readings = host.readings();
        String degrees = readings.celsius().isPresent()
                ? String.format(
                        Locale.ROOT, "%.0f degrees Celsius", readings.celsius().getAsDouble())
                : "";
        String fix = "give the board a heat sink or more air";
        boolean throttled =
                readings.power().filter(HostReadings.Power::throttled).isPresent();
        if (throttled) {
            return Verdict.warning(
                    "The processor is slowed down, because the board is too hot or its voltage too low"
                            + (degrees.isEmpty() ? "." : ": " + degrees + "."),
                    fix);
        }
        if (degrees.isEmpty()) {
            return Verdict.ignored("the board does not tell");
        }
        return readings.celsius().getAsDouble() >= HOT
                ? Verdict.warning("The board is hot: " + degrees + ".", fix)
                : Verdict.ok(
                        degrees,
                        readings.power()
                                        .filter(HostReadings.Power::throttledSinceBoot)
                                        .isPresent()
                                ? "the processor has been slowed down since the board started"
                                : "not slowed down");
    }

    private Verdict wear() {
        List<HostReadings.Card> cards = host.readings().cards();
        if (cards.isEmpty()) {
            return Verdict.ignored("no card tells");
        }
        List<String> details = new ArrayList<>();
        for (HostReadings.Card card : cards) {
            String words = card.name() + " has used "
                    + (card.used() > WORN_OUT ? "more than its whole life" : "up to " + card.used() + " % of its life");
            String fix = "copy the card and replace it";
            if (card.used() > WORN_OUT || card.reserve() >= 3) {
                return Verdict.error(words + ". It can fail at any time.", fix);
            }
            if (card.used() >= WORN || card.reserve() == 2) {
                return Verdict.warning(words + ".", fix);
            }
            details.add(words);
        }
        return Verdict.ok(details.toArray(String[]::new));
    }

    private Verdict files() throws CannotAsk {
        settings.require();
        List<StateFile> files = state.files();
        List<String> damaged = files.stream()
                .map(StateFile::name)
                .filter(HostChecks::isSetAside)
                .toList();
        return damaged.isEmpty()
                ? Verdict.ok(files.size() + " files, " + bytes(files) / 1000 + " kB")
                : Verdict.warning(
                        "Files were damaged or could not be read, and were set aside: " + String.join(", ", damaged)
                                + ". A power cut or a worn card does that; the agent went on without them.",
                        "look at the card with: sudo dmesg | grep -i mmc; remove the files when all is well");
    }

    /** By the stores of the agent, and by those of the hub. */
    private static boolean isSetAside(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        return file.endsWith(".damaged") || file.startsWith("damaged-") || file.startsWith("unreadable-");
    }

    private Verdict store() throws CannotAsk {
        AgentConfig config = settings.require();
        if (!config.hub().enabled()) {
            return Verdict.ignored("the hub is switched off");
        }
        long used = bytes(state.files().stream()
                .filter(file -> file.name().startsWith("hub/"))
                .toList());
        String words = "messages take " + used / MB + " MB"
                + (config.store().bytes().isPresent()
                        ? " of " + config.store().bytes().getAsLong() / MB + " MB"
                        : "");
        boolean nearlyFull = config.store().bytes().isPresent()
                && used > config.store().bytes().getAsLong() / 10 * 9;
        return nearlyFull
                ? Verdict.warning(
                        "The hub's store is nearly full: " + words + ". "
                                + (config.store().refusesWhenFull()
                                        ? "New messages are refused."
                                        : "The oldest messages are dropped."),
                        "see which route waits with: edge-agent routes; raise max_store_mb in [hub] of "
                                + settings.file())
                : Verdict.ok(words);
    }

    private static long bytes(List<StateFile> files) {
        return files.stream().mapToLong(StateFile::bytes).sum();
    }
}
