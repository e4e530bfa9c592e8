package io.edgeagent.adapter.linux;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;

import io.edgeagent.device.DeviceInventory;
import io.edgeagent.device.HostDevices;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices nodes that come to and go from /dev. Only creation and deletion is listened to: on many kernels
 * every write to /dev/null counts as a modification.
 */
final class DevWatch implements DeviceInventory.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(DevWatch.class);
    private static final Duration LOOK_ANYWAY = Duration.ofSeconds(30);
    private static final Duration LOOK_WITHOUT_EVENTS = Duration.ofMillis(500);
    // udev gives a new node its group and its links a moment after the kernel made it
    private static final Duration SETTLE = Duration.ofMillis(100);
    private static final int SETTLE_AT_MOST = 5;
    private static final int DEEPEST = 3;
    private static final Set<String> BUSY = Set.of("pts", "shm", "mqueue", "hugepages", "block", "disk", "char", "fd");

    private final Path dev;
    private final Supplier<HostDevices> look;
    private final Runnable changed;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Optional<WatchService> events;
    private HostDevices known;

    private DevWatch(Path dev, HostDevices known, Supplier<HostDevices> look, Runnable changed) {
        this.dev = dev;
        this.known = known;
        this.look = look;
        this.changed = changed;
        this.events = open(dev);
        register(dev, 0);
    }

    static DevWatch start(Path dev, HostDevices known, Supplier<HostDevices> look, Runnable changed) {
        DevWatch watch = new DevWatch(dev, known, look, changed);
        Thread thread = new Thread(watch::run, "devices");
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    private static Optional<WatchService> open(Path dev) {
        try {
            return Optional.of(dev.getFileSystem().newWatchService());
        } catch (IOException e) {
            LOG.warn(
                    "event=no_device_events reason=\"{}\" advice=\"raise fs.inotify.max_user_instances\"",
                    e.toString());
            return Optional.empty();
        }
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                try {
                    lookAgain();
                } catch (RuntimeException e) {
                    if (closed.getCount() == 0) {
                        return;
                    }
                    LOG.error("event=device_look_failed", e);
                }
                await(events.isPresent() ? LOOK_ANYWAY : LOOK_WITHOUT_EVENTS);
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            LOG.debug("event=device_watch_ended");
        }
    }

    private void lookAgain() throws InterruptedException {
        HostDevices now = look.get();
        if (now.equals(known)) {
            return;
        }
        for (int i = 0; i < SETTLE_AT_MOST; i++) {
            await(SETTLE);
            HostDevices before = now;
            now = look.get();
            if (now.equals(before)) {
                break;
            }
        }
        // for a node that came and went meanwhile nothing needs to be done
        if (!now.equals(known)) {
            known = now;
            changed.run();
        }
    }

    /** Until something happens in /dev, at most so long. */
    private void await(Duration longest) throws InterruptedException {
        if (events.isEmpty()) {
            closed.await(longest.toMillis(), TimeUnit.MILLISECONDS);
            return;
        }
        WatchKey key = events.get().poll(longest.toMillis(), TimeUnit.MILLISECONDS);
        while (key != null) {
            key.pollEvents();
            key.reset();
            key = events.get().poll();
        }
        register(dev, 0);
    }

    /** Folders come and go too; one that is watched already is not watched twice. */
    private void register(Path folder, int depth) {
        if (events.isEmpty()) {
            return;
        }
        try {
            folder.register(events.get(), ENTRY_CREATE, ENTRY_DELETE);
        } catch (IOException e) {
            LOG.debug("event=device_folder_not_watched folder={} reason=\"{}\"", folder, e.toString());
        }
        if (depth < DEEPEST) {
            Sysfs.list(folder).stream()
                    .filter(entry -> !BUSY.contains(entry.getFileName().toString()))
                    .filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                    .forEach(entry -> register(entry, depth + 1));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        events.ifPresent(service -> {
            try {
                service.close();
            } catch (IOException e) {
                LOG.debug("event=device_watch_not_closed reason=\"{}\"", e.toString());
            }
        });
    }
}
