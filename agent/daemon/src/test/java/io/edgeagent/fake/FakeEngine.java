package io.edgeagent.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.RegistryCredential;
import io.edgeagent.reconcile.Container;
import io.edgeagent.reconcile.Container.Health;
import io.edgeagent.reconcile.Container.State;
import io.edgeagent.reconcile.ContainerEngine;
import io.edgeagent.reconcile.ContainerRecipe;
import io.edgeagent.reconcile.ContainerSpec;
import io.edgeagent.reconcile.EngineInfo;
import io.edgeagent.reconcile.LocalImage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * An engine in memory. It keeps the port's contract, which it shares with the real one, and can be troubled: it goes away,
 * containers end, images vanish. Safe for use by several threads.
 */
public final class FakeEngine implements ContainerEngine {
    private final String deviceLabel;
    private final Map<String, FakeContainer> containers = new LinkedHashMap<>();
    private final Map<String, String> images = new HashMap<>();
    private final Map<String, String> registry = new HashMap<>();
    private final Map<String, RegistryCredential> logins = new HashMap<>();
    private final Map<String, ProblemException> refusals = new HashMap<>();
    private final Set<String> devices = new HashSet<>();
    private final List<FakeWatch> watches = new CopyOnWriteArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private int networksMade;
    private int codeWhenStopped;
    private int lives = 1;
    private boolean ending;
    private boolean away;
    private String lastCall = "";
    private long seconds;

    /** @param deviceLabel value of the label that marks this device's containers */
    public FakeEngine(String deviceLabel) {
        this.deviceLabel = deviceLabel;
    }

    // --- what a test does behind the agent's back ---

    /** Puts an image into its registry, which asks for this login. */
    public synchronized FakeEngine push(String image, RegistryCredential login) {
        ImageReference reference = ImageReference.parse(image);
        reference.registry().ifPresent(host -> logins.put(host, login));
        return push(image);
    }

    /** Puts an image into its registry. */
    public synchronized FakeEngine push(String image) {
        ImageReference reference = ImageReference.parse(image);
        registry.put(reference.engineText(), idOf(reference.engineText()));
        registry.put(digestOf(image).engineText(), idOf(reference.engineText()));
        return this;
    }

    /** Takes an image out of its registry. */
    public synchronized void unpush(String image) {
        registry.remove(ImageReference.parse(image).engineText());
    }

    /** The image as its registry names it by content. */
    public ImageReference digestOf(String image) {
        ImageReference reference = ImageReference.parse(image);
        return ImageReference.parse(reference.repository() + "@" + idOf(reference.engineText()));
    }

    /** Puts an image on the board, as docker load does. */
    public synchronized FakeEngine load(String image) {
        String text = ImageReference.parse(image).engineText();
        images.put(text, idOf(text));
        return this;
    }

    public synchronized void loseImage(String image) {
        images.remove(ImageReference.parse(image).engineText());
    }

    public synchronized void plugIn(String device) {
        devices.add(device);
    }

    /** A container of somebody else. */
    public synchronized void addForeign(String name) {
        FakeContainer foreign = new FakeContainer(new ContainerSpec(name, Manifest.json("{}")), "sha256:foreign");
        foreign.state = State.RUNNING;
        containers.put(name, foreign);
    }

    /** From now on containers that are stopped end with this code. */
    public synchronized void endOnStopWith(int exitCode) {
        codeWhenStopped = exitCode;
    }

    public void exit(String name, int exitCode) {
        synchronized (this) {
            containers.get(name).end(exitCode, tick());
        }
        tell();
    }

    /** The board or the engine went down, and whatever was up ended with this code. */
    public void cutOff(int exitCode) {
        synchronized (this) {
            containers.values().stream()
                    .filter(container -> container.shown().isUp())
                    .forEach(container -> container.end(exitCode, tick()));
        }
        tell();
    }

    public void health(String name, Health health) {
        synchronized (this) {
            containers.get(name).health = health;
        }
        tell();
    }

    /** The next calls of this kind fail: "stop led". */
    public synchronized void refuse(String call, ErrorCode code, String text) {
        refusals.put(call, new ProblemException(code, text));
    }

    public synchronized void relent(String call) {
        refusals.remove(call);
    }

    /**
     * The engine is told to end: it takes no new connections, and stops what is up, which ends with this code. It still answers
     * who is connected.
     */
    public void beginToEnd(int exitCode) {
        synchronized (this) {
            ending = true;
        }
        cutOff(exitCode);
    }

    /** The engine is told to end while this call is under way: "start led". */
    public synchronized void endDuring(String call) {
        lastCall = call;
    }

    /** The engine is away for a moment and comes back as another one; what is up was killed, or has ended before. */
    public void restart(int exitCode) {
        setAway(true);
        cutOff(exitCode);
        setAway(false);
    }

    /** The connection to the engine breaks, which goes on. */
    public void breakConnections() {
        List<FakeWatch> broken = List.copyOf(watches);
        watches.clear();
        broken.forEach(watch -> watch.lost.run());
    }

    /** The engine ends; or it is there again, as another one. */
    public void setAway(boolean nowAway) {
        List<FakeWatch> broken = new ArrayList<>();
        synchronized (this) {
            lives += away && !nowAway ? 1 : 0;
            ending = false;
            away = nowAway;
            if (away) {
                broken.addAll(watches);
                watches.clear();
            }
        }
        broken.forEach(watch -> watch.lost.run());
    }

    /** Every call that changed something or tried to, in order: "pull acr.io/led:1", "start led". */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    public synchronized void forgetCalls() {
        calls.clear();
    }

    public synchronized int networksMade() {
        return networksMade;
    }

    public synchronized Optional<State> stateOf(String name) {
        return Optional.ofNullable(containers.get(name)).map(container -> container.state);
    }

    public synchronized Optional<String> idOfContainer(String name) {
        return Optional.ofNullable(containers.get(name)).map(container -> container.id);
    }

    public synchronized ObjectNode bodyOf(String name) {
        return containers.get(name).spec.body().deepCopy();
    }

    // --- the port ---

    @Override
    public synchronized EngineInfo info() {
        answer("info");
        return new EngineInfo("fake", "1.0", "1.41", "linux", "aarch64", "json-file", "/fake/docker");
    }

    @Override
    public synchronized List<Container> containers() {
        answer("list");
        return containers.values().stream()
                .filter(this::isOurs)
                .map(FakeContainer::shown)
                .toList();
    }

    @Override
    public synchronized String life() {
        answer("life");
        if (ending) {
            throw new ProblemException(ErrorCode.ENGINE_UNREACHABLE, "the container engine does not answer");
        }
        return "life " + lives;
    }

    @Override
    public synchronized Optional<String> imageId(ImageReference image) {
        answer("image");
        return Optional.ofNullable(images.get(image.engineText()));
    }

    @Override
    public synchronized List<LocalImage> images() {
        answer("images");
        return images.values().stream()
                .distinct()
                .map(id -> new LocalImage(id, namesOf(id)))
                .toList();
    }

    @Override
    public synchronized Set<String> imagesInUse() {
        answer("images in use");
        return containers.values().stream().map(container -> container.imageId).collect(Collectors.toSet());
    }

    @Override
    public synchronized boolean removeImage(String name) {
        note("remove image " + name);
        String id = images.getOrDefault(name, name);
        if (namesOf(id).size() == 1 && imagesInUse().contains(id)) {
            return false;
        }
        images.remove(name);
        return true;
    }

    private Set<String> namesOf(String id) {
        return images.keySet().stream()
                .filter(name -> images.get(name).equals(id))
                .collect(Collectors.toSet());
    }

    @Override
    public synchronized void pull(
            ImageReference image, Optional<RegistryCredential> credential, Consumer<String> progress) {
        note("pull " + image);
        String host = image.registry().orElse("docker.io");
        Optional<RegistryCredential> needed = Optional.ofNullable(logins.get(host));
        if (needed.isPresent() && !needed.equals(credential)) {
            throw new ProblemException(ErrorCode.REGISTRY_UNAUTHORIZED, "image " + image + ": unauthorized");
        }
        if (registry.keySet().stream().noneMatch(known -> known.startsWith(host + "/"))) {
            throw new ProblemException(ErrorCode.REGISTRY_UNREACHABLE, "image " + image + ": no such host");
        }
        String id = registry.get(image.engineText());
        if (id == null) {
            throw new ProblemException(ErrorCode.IMAGE_NOT_FOUND, "image " + image + ": manifest unknown");
        }
        progress.accept("1.0 of 1.0 MB, 100%");
        images.put(image.engineText(), id);
    }

    @Override
    public synchronized void ensureNetwork() {
        answer("network");
        networksMade = Math.max(1, networksMade);
    }

    @Override
    public void create(ContainerSpec spec) {
        synchronized (this) {
            note("create " + spec.name());
            FakeContainer known = containers.get(spec.name());
            if (known != null && isOurs(known)) {
                return;
            }
            if (known != null) {
                throw new ProblemException(ErrorCode.NAME_TAKEN, "the name is taken by a foreign container");
            }
            String image = spec.body().path("Image").asText();
            if (!images.containsKey(image)) {
                throw new ProblemException(ErrorCode.IMAGE_NOT_FOUND, "no such image: " + image);
            }
            containers.put(spec.name(), new FakeContainer(spec, images.get(image)));
        }
        tell();
    }

    @Override
    public void start(String name) {
        synchronized (this) {
            note("start " + name);
            FakeContainer container = own(name);
            if (container.shown().isUp()) {
                return;
            }
            for (JsonNode device : container.hostConfig().path("Devices")) {
                String path = device.path("PathOnHost").asText();
                if (!devices.contains(path)) {
                    throw new ProblemException(ErrorCode.DEVICE_MISSING, path + " is not there");
                }
            }
            for (FakeContainer other : containers.values()) {
                if (other != container
                        && other.shown().isUp()
                        && other.ports().stream().anyMatch(container.ports()::contains)) {
                    throw new ProblemException(ErrorCode.PORT_TAKEN, "port is already allocated: " + other.ports());
                }
            }
            container.start(tick());
        }
        tell();
    }

    @Override
    public void stop(String name) {
        synchronized (this) {
            note("stop " + name);
            FakeContainer container = own(name);
            if (!container.shown().isUp()) {
                return;
            }
            container.end(codeWhenStopped, tick());
        }
        tell();
    }

    @Override
    public void remove(String name) {
        synchronized (this) {
            note("remove " + name);
            FakeContainer container = containers.get(name);
            if (container == null || !isOurs(container)) {
                return;
            }
            containers.remove(name);
        }
        tell();
    }

    @Override
    public void rename(String from, String to) {
        synchronized (this) {
            note("rename " + from);
            FakeContainer container = own(from);
            if (containers.containsKey(to)) {
                throw new ProblemException(ErrorCode.NAME_TAKEN, "the name is taken by a foreign container");
            }
            containers.remove(from);
            container.name = to;
            containers.put(to, container);
        }
        tell();
    }

    @Override
    public void makeAnew(String name) {
        synchronized (this) {
            note("make anew " + name);
            FakeContainer old = own(name);
            containers.put(name, new FakeContainer(new ContainerSpec(name, old.spec.body()), old.imageId));
        }
        tell();
    }

    @Override
    public synchronized Watch watch(Runnable changed, Runnable lost) {
        answer("watch");
        FakeWatch watch = new FakeWatch(changed, lost);
        watches.add(watch);
        return () -> watches.remove(watch);
    }

    @Override
    public void close() {
        watches.clear();
    }

    private record FakeWatch(Runnable changed, Runnable lost) {}

    private void tell() {
        watches.forEach(watch -> watch.changed.run());
    }

    private void note(String call) {
        calls.add(call);
        answer(call);
    }

    private void answer(String call) {
        if (away) {
            throw new ProblemException(ErrorCode.ENGINE_UNREACHABLE, "the container engine does not answer");
        }
        if (call.equals(lastCall)) {
            lastCall = "";
            ending = true;
            throw new ProblemException(
                    ErrorCode.ENGINE_FAILED, "failed to update store for object type *libnetwork.endpoint");
        }
        if (refusals.containsKey(call)) {
            throw refusals.get(call);
        }
    }

    private FakeContainer own(String name) {
        FakeContainer container = containers.get(name);
        if (container == null || !isOurs(container)) {
            throw new ProblemException(ErrorCode.CONTAINER_GONE, "there is no container of ours of this name");
        }
        return container;
    }

    private boolean isOurs(FakeContainer container) {
        return container.label(ContainerRecipe.DEVICE_LABEL).equals(deviceLabel);
    }

    private Instant tick() {
        return Instant.parse("2026-01-01T00:00:00Z").plusSeconds(seconds++);
    }

    private static String idOf(String image) {
        String hex = UUID.nameUUIDFromBytes(image.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
        return "sha256:" + hex + hex;
    }
}
