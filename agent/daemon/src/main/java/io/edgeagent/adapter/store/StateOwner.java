package io.edgeagent.adapter.store;

import io.edgeagent.identity.Device;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose state the folder holds. What another device left there, its deployment, identities and history, is put aside in a folder
 * {@code former} and comes back if that device does: a slip in the settings must not cost a board its modules.
 */
public final class StateOwner {
    private static final Logger LOG = LoggerFactory.getLogger(StateOwner.class);
    private static final String OWNER = "device.json";
    /** The hub's folder holds messages and twins of the device's modules. */
    private static final List<String> FILES =
            List.of("deployment.json", "identities.json", "modules.json", "agent.json", "edge-hub.json", "hub", OWNER);

    private final Path folder;
    private final Path former;
    private final Path beingMoved;
    private final Path comingBack;
    private Optional<Device> current = Optional.empty();

    /** @param folder the agent's state */
    public StateOwner(Path folder) {
        this.folder = folder;
        this.former = folder.resolve("former");
        this.beingMoved = folder.resolve("former.new");
        this.comingBack = folder.resolve("former.back");
    }

    /**
     * Makes the folder this device's.
     *
     * @throws ProblemException DISK_FULL if another device's state cannot be put aside
     */
    public void take(Device device) {
        current = Optional.of(device);
        takeBack(device);
        Optional<Device> before = read(folder);
        if (before.equals(Optional.of(device)) && !Files.exists(beingMoved)) {
            return;
        }
        if (before.isPresent() || Files.exists(beingMoved)) {
            LOG.warn(
                    "event=other_device before=\"{}\" now=\"{}\"",
                    before.map(Device::toString).orElse("unknown"),
                    device);
            exchange(read(former).equals(Optional.of(device)));
        }
        try {
            file(folder).write(DeviceJson.write(device).toString().getBytes(StandardCharsets.UTF_8));
        } catch (ProblemException e) {
            // a board whose disk is full must start all the same
            LOG.error("event=device_not_saved reason=\"{}\"", e.problem());
        }
    }

    /** The device before this one, whose modules may still be there. */
    public Optional<Device> former() {
        return read(former).filter(device -> !current.equals(Optional.of(device)));
    }

    /** Nothing is left of the device before this one. */
    public void forgetFormer() {
        FILES.forEach(name -> delete(former.resolve(name)));
        delete(former);
    }

    /** A change to another device that was cut off half-way, and is not wanted any more: all is as it was before. */
    private void takeBack(Device device) {
        try {
            if (Files.exists(beingMoved)) {
                boolean ownerHasMoved = Files.exists(beingMoved.resolve(OWNER));
                Optional<Device> whose = ownerHasMoved ? read(beingMoved) : read(folder);
                if (!whose.equals(Optional.of(device))) {
                    return;
                }
                if (ownerHasMoved) {
                    // what is here by now is the other device's
                    Files.createDirectories(former);
                    moveAll(folder, former);
                }
                Files.move(beingMoved, comingBack, StandardCopyOption.ATOMIC_MOVE);
            }
            if (Files.exists(comingBack)) {
                moveAll(comingBack, folder);
                Files.delete(comingBack);
                LOG.warn("event=change_of_device_taken_back device=\"{}\"", device);
            }
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.DISK_FULL, "cannot take this device's state back: " + e, e);
        }
    }

    /** The owner's name last. */
    private static void moveAll(Path from, Path to) throws IOException {
        for (String name : FILES) {
            move(from.resolve(name), to.resolve(name));
        }
    }

    /** A cut at any point is made up for at the next start: the name of the owner moves last. */
    private void exchange(boolean cameBack) {
        try {
            Files.createDirectories(beingMoved);
            if (!Files.exists(beingMoved.resolve(OWNER))) {
                moveAll(folder, beingMoved);
            }
            if (cameBack) {
                moveAll(former, folder);
            }
            forgetFormer();
            Files.move(beingMoved, former, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.DISK_FULL, "cannot put the other device's state aside: " + e, e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static void delete(Path path) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(path)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("event=not_deleted file={} reason=\"{}\"", path, e.toString());
        }
    }

    private static Optional<Device> read(Path where) {
        return DeviceJson.read(file(where), json -> true);
    }

    private static AtomicFile file(Path where) {
        return new AtomicFile(where.resolve(OWNER));
    }
}
