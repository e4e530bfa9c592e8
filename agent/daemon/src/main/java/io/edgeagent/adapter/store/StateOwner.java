package io.edgeagent.adapter.store;

import io.edgeagent.identity.Device;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose state the folder holds. What another device left there, its deployment, identities and history, is put aside in a folder
 * {@code former} and comes back if that device does: a slip in the settings must not cost a board its modules.
 */
public final class StateOwner {
    private static final Logger LOG = LoggerFactory.getLogger(StateOwner.class);
    private static final String OWNER = "device.json";
    private static final List<String> FILES =
            List.of("deployment.json", "identities.json", "modules.json", "agent.json", OWNER);

    private final Path folder;
    private final Path former;
    private final Path beingMoved;

    /** @param folder the agent's state */
    public StateOwner(Path folder) {
        this.folder = folder;
        this.former = folder.resolve("former");
        this.beingMoved = folder.resolve("former.new");
    }

    /**
     * Makes the folder this device's.
     *
     * @throws ProblemException DISK_FULL if another device's state cannot be put aside
     */
    public void take(Device device) {
        Optional<Device> before = read(folder);
        if (before.equals(Optional.of(device)) && !Files.exists(beingMoved)) {
            return;
        }
        if (before.isPresent() || Files.exists(beingMoved)) {
            LOG.warn(
                    "event=other_device before=\"{}\" now=\"{}\"",
                    before.map(Device::toString).orElse("unknown"),
                    device);
            exchange(former().equals(Optional.of(device)));
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
        return read(former);
    }

    /** Nothing is left of the device before this one. */
    public void forgetFormer() {
        FILES.forEach(name -> delete(former.resolve(name)));
        delete(former);
    }

    /** A cut at any point is made up for at the next start: the name of the owner moves last. */
    private void exchange(boolean cameBack) {
        try {
            Files.createDirectories(beingMoved);
            if (!Files.exists(beingMoved.resolve(OWNER))) {
                for (String name : FILES) {
                    move(folder.resolve(name), beingMoved.resolve(name));
                }
            }
            if (cameBack) {
                for (String name : FILES) {
                    move(former.resolve(name), folder.resolve(name));
                }
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
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
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
