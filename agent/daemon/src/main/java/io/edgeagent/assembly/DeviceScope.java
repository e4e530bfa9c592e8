package io.edgeagent.assembly;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubDocuments;
import io.edgeagent.hub.HubRuntime;
import io.edgeagent.hub.ModuleDirectory.Known;
import io.edgeagent.hub.ModuleDirectory.Occasion;
import io.edgeagent.identity.Sealing;
import io.edgeagent.model.Json;
import io.edgeagent.model.Printable;
import io.edgeagent.protocol.ProtocolException;
import io.edgeagent.protocol.SharedKey;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices below this one, and their modules: asked of the cloud once, and each hour if there are any; on the disk, sealed, for a
 * start without a network. For the hub's thread, except for {@link #find}.
 */
final class DeviceScope {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceScope.class);
    private static final String KIND = "scope";
    private static final Duration REFRESH = Duration.ofHours(1);
    /** After a refusal, and after a link that comes and goes. */
    private static final Duration SOONEST = Duration.ofMinutes(2);

    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final int MOST_IDENTITIES = 1000;
    /** Of SHA-1 or SHA-256. */
    private static final Pattern THUMBPRINT = Pattern.compile("[0-9A-Fa-f:]{40,95}");

    private final ClientId hub;
    private final HubRuntime runtime;
    private final HubDocuments documents;
    private final Sealing sealing;
    private final Source source;
    private final Threads threads;
    private volatile Map<ClientId, Known> known = Map.of();
    private Runnable changed = () -> {};
    private Optional<HubRuntime.Cancellation> timer = Optional.empty();
    private Optional<Long> askedAt = Optional.empty();
    private Optional<ObjectNode> unsaved = Optional.empty();
    private boolean savingAgain;
    private boolean asking;
    private boolean answered;
    private int failures;
    private String said = "";

    /** The cloud. */
    interface Source {
        /** {@code {"devices":[..],"modules":[..]}}; blocks. @throws IOException in words */
        ObjectNode read() throws IOException;
    }

    /**
     * @param hub runs something on the hub's thread
     * @param slow runs what blocks for a minute
     */
    record Threads(Executor hub, Executor slow) {}

    /** @param device the edge device itself */
    DeviceScope(
            String device,
            HubRuntime runtime,
            HubDocuments documents,
            Sealing sealing,
            Source source,
            Threads threads) {
        this.hub = ClientId.module(device, "$edgeHub");
        this.runtime = runtime;
        this.documents = documents;
        this.sealing = sealing;
        this.source = source;
        this.threads = threads;
        documents.read(KIND, hub).ifPresent(this::restore);
    }

    private void restore(String sealed) {
        Optional<String> text = sealing.open(sealed);
        try {
            if (text.isPresent()) {
                known = parse(Json.MAPPER.readTree(text.get()));
                LOG.info("event=device_scope_restored identities={}", known.size());
                return;
            }
        } catch (JsonProcessingException e) {
            // as if it had never been there: the cloud has it
        }
        LOG.warn("event=device_scope_unreadable action=\"it is asked of the cloud\"");
    }

    /** @param listener is told when somebody has come, gone or changed */
    void onChange(Runnable listener) {
        changed = listener;
    }

    /** From any thread. */
    Optional<Known> find(ClientId id) {
        return Optional.ofNullable(known.get(id));
    }

    /** Whether somebody below proves himself with a certificate. From any thread. */
    boolean hasCertificates() {
        return known.values().stream().anyMatch(Known::hasCertificate);
    }

    void look(Occasion occasion) {
        boolean lately =
                askedAt.filter(at -> runtime.nanos() - at < SOONEST.toNanos()).isPresent();
        boolean due = switch (occasion) {
            case ASKED -> true;
            case CLIENT_REFUSED -> !lately;
            // who has no device below asks once
            case CLOUD_IS_THERE -> !lately && (!answered || !known.isEmpty());
        };
        if (due) {
            ask();
        }
    }

    private void ask() {
        if (asking) {
            return;
        }
        asking = true;
        askedAt = Optional.of(runtime.nanos());
        timer.ifPresent(HubRuntime.Cancellation::cancel);
        threads.slow().execute(() -> {
            Runnable outcome = outcome();
            threads.hub().execute(() -> {
                asking = false;
                outcome.run();
            });
        });
    }

    private Runnable outcome() {
        try {
            ObjectNode answer = source.read();
            return () -> take(answer);
        } catch (IOException | RuntimeException e) {
            return () -> failed(String.valueOf(e.getMessage()));
        }
    }

    private void failed(String reason) {
        if (!reason.equals(said)) {
            said = reason;
            LOG.info("event=device_scope_not_read reason=\"{}\"", reason);
        }
        again(FIRST_RETRY.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS)));
        failures++;
    }

    private void again(Duration time) {
        timer = Optional.of(runtime.after(time, this::ask));
    }

    private void take(ObjectNode answer) {
        failures = 0;
        said = "";
        answered = true;
        Map<ClientId, Known> fresh = parse(answer);
        if (!fresh.equals(known)) {
            known = fresh;
            LOG.info("event=device_scope identities={}", fresh.size());
            unsaved = Optional.of(answer);
            save();
            changed.run();
        }
        if (!fresh.isEmpty()) {
            again(REFRESH);
        }
    }

    /** A disk that is full now has room later: until then a start without a network would not know who is below. */
    private void save() {
        if (unsaved.isEmpty()) {
            return;
        }
        try {
            if (known.isEmpty()) {
                documents.delete(KIND, hub);
            } else {
                documents.write(KIND, hub, sealing.seal(unsaved.get().toString()));
            }
            unsaved = Optional.empty();
        } catch (IOException e) {
            saveLater(e);
        }
    }

    private void saveLater(IOException failure) {
        if (!savingAgain) {
            savingAgain = true;
            LOG.error("event=device_scope_not_saved reason=\"{}\" action=\"it is tried again\"", failure.getMessage());
            saveAgain();
        }
    }

    private void saveAgain() {
        runtime.after(FIRST_RETRY, () -> {
            save();
            if (unsaved.isEmpty()) {
                savingAgain = false;
            } else {
                saveAgain();
            }
        });
    }

    /** What is below; the device itself and its own modules are left out. */
    private Map<ClientId, Known> parse(JsonNode answer) {
        Map<ClientId, Known> found = new HashMap<>();
        for (JsonNode device : answer.path("devices")) {
            add(found, ClientId.leaf(device.path("deviceId").asText("")), device);
        }
        for (JsonNode module : answer.path("modules")) {
            String device = module.path("deviceId").asText("");
            String name = module.path("moduleId").asText("");
            if (found.containsKey(ClientId.leaf(device)) && !name.isEmpty()) {
                add(found, ClientId.module(device, name), module);
            }
        }
        return Map.copyOf(found);
    }

    private void add(Map<ClientId, Known> found, ClientId id, JsonNode identity) {
        if (id.device().isEmpty() || id.device().equals(hub.device()) || found.size() >= MOST_IDENTITIES) {
            return;
        }
        JsonNode authentication = identity.path("authentication");
        List<SharedKey> keys = new ArrayList<>();
        for (String name : List.of("primaryKey", "secondaryKey")) {
            String key = authentication.path("symmetricKey").path(name).asText("");
            try {
                if (!key.isEmpty() && authentication.path("symmetricKey").hasNonNull(name)) {
                    keys.add(SharedKey.fromBase64(key));
                }
            } catch (ProtocolException e) {
                // one that nobody can sign with
                LOG.debug("event=device_scope_key_unreadable client={}", id);
            }
        }
        boolean edge = identity.path("capabilities").path("iotEdge").asBoolean();
        found.put(
                id,
                new Known(
                        identity.path("generationId").asText(""),
                        !identity.path("status").asText("enabled").equalsIgnoreCase("disabled"),
                        edge ? Known.EDGE : type(authentication.path("type").asText("none")),
                        keys,
                        thumbprints(authentication.path("x509Thumbprint"))));
    }

    private static String type(String type) {
        return Stream.of(Known.SAS, Known.SELF_SIGNED, Known.CA_SIGNED)
                .filter(type::equalsIgnoreCase)
                .findFirst()
                .orElseGet(() -> Printable.of(type, 40));
    }

    private static List<String> thumbprints(JsonNode x509) {
        return Stream.of("primaryThumbprint", "secondaryThumbprint")
                .map(name -> x509.path(name).asText())
                .filter(text -> THUMBPRINT.matcher(text).matches())
                .toList();
    }
}
