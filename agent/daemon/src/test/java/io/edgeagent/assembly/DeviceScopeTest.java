package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubDocuments;
import io.edgeagent.hub.HubRuntime;
import io.edgeagent.hub.ModuleDirectory.Known;
import io.edgeagent.hub.ModuleDirectory.Occasion;
import io.edgeagent.identity.Sealing;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeviceScopeTest {
    private static final ClientId CAMERA = ClientId.leaf("camera");
    private static final String KEY = SharedKey.of(new byte[] {1, 2, 3}).toBase64();
    private static final String EMPTY = "{\"devices\":[{\"deviceId\":\"board\"}],\"modules\":[]}";
    private static final String FULL = """
            {"devices":[
              {"deviceId":"board","generationId":"1","status":"enabled","capabilities":{"iotEdge":true},
               "authentication":{"type":"sas","symmetricKey":{"primaryKey":"BBBB"}}},
              {"deviceId":"camera","generationId":"2","status":"enabled","capabilities":{"iotEdge":false},
               "authentication":{"type":"sas","symmetricKey":{"primaryKey":"%s","secondaryKey":"no key"}}},
              {"deviceId":"old","generationId":"3","status":"disabled","authentication":{"type":"none","symmetricKey":{"primaryKey":null}}},
              {"deviceId":"child","generationId":"4","capabilities":{"iotEdge":true},"authentication":{"type":"sas"}},
              {"deviceId":7}, "x", {}],
             "modules":[{"deviceId":"board","moduleId":"led"},{"deviceId":"camera","moduleId":"eye","generationId":"5",
               "authentication":{"type":"sas","symmetricKey":{"primaryKey":"%s"}}},{"deviceId":"nobody","moduleId":"x"}]}
            """.formatted(KEY, KEY);

    private final FakeTime time = new FakeTime();
    private final Documents documents = new Documents();
    private final SharedKey master = SharedKey.of("master".getBytes(StandardCharsets.UTF_8));
    private String answer = FULL;
    private int asked;
    private int changes;

    private DeviceScope scope() {
        DeviceScope scope = new DeviceScope(
                "board",
                time,
                documents,
                new Sealing(() -> master, "device scope"),
                this::read,
                new DeviceScope.Threads(Runnable::run, Runnable::run));
        scope.onChange(() -> changes++);
        return scope;
    }

    private ObjectNode read() throws IOException {
        asked++;
        if (answer.isEmpty()) {
            throw new IOException("the cloud is away");
        }
        return (ObjectNode) Json.MAPPER.readTree(answer);
    }

    @Test
    void what_is_below_is_known_with_its_keys_and_whether_it_may() {
        DeviceScope scope = scope();
        scope.look(Occasion.CLOUD_IS_THERE);
        assertThat(scope.find(CAMERA)).hasValueSatisfying(known -> {
            assertThat(known.enabled()).isTrue();
            assertThat(known.type()).isEqualTo("sas");
            assertThat(known.keys()).containsExactly(SharedKey.fromBase64(KEY));
        });
        assertThat(scope.find(ClientId.leaf("old")).orElseThrow().enabled()).isFalse();
        assertThat(scope.find(ClientId.leaf("child")).orElseThrow().type()).isEqualTo(Known.EDGE);
        assertThat(scope.find(ClientId.module("camera", "eye"))).isPresent();
        assertThat(scope.find(ClientId.leaf("board"))).isEmpty();
        assertThat(scope.find(ClientId.module("board", "led"))).isEmpty();
        assertThat(scope.find(ClientId.module("nobody", "x"))).isEmpty();
        assertThat(changes).isEqualTo(1);
    }

    @Test
    @Warns("event=device_scope_not_saved")
    void what_could_not_be_saved_is_saved_once_the_disk_has_room() {
        documents.full = true;
        scope().look(Occasion.CLOUD_IS_THERE);
        time.pass(Duration.ofMinutes(5));
        assertThat(documents.all).isEmpty();

        documents.full = false;
        time.pass(Duration.ofMinutes(2));
        assertThat(documents.all).hasSize(1);
        assertThat(asked).isEqualTo(1);
        answer = "";
        assertThat(scope().find(CAMERA)).isPresent();
    }

    @Test
    void a_board_with_nothing_below_asks_once() {
        answer = EMPTY;
        DeviceScope scope = scope();
        scope.look(Occasion.CLOUD_IS_THERE);
        for (int i = 0; i < 48; i++) {
            time.pass(Duration.ofHours(1));
            scope.look(Occasion.CLOUD_IS_THERE);
        }
        assertThat(asked).isEqualTo(1);
        assertThat(documents.all).isEmpty();
        assertThat(changes).isZero();
    }

    @Test
    void a_refused_device_is_looked_up_at_most_each_two_minutes_and_a_person_at_once() {
        answer = EMPTY;
        DeviceScope scope = scope();
        for (int i = 0; i < 100; i++) {
            scope.look(Occasion.CLIENT_REFUSED);
            time.pass(Duration.ofSeconds(10));
        }
        assertThat(asked).isBetween(8, 9);
        int before = asked;
        answer = FULL;
        scope.look(Occasion.ASKED);
        assertThat(asked).isEqualTo(before + 1);
        assertThat(scope.find(CAMERA)).isPresent();
        time.pass(Duration.ofHours(3));
        assertThat(asked).as("each hour while there is somebody").isEqualTo(before + 4);
    }

    @Test
    void a_start_without_the_cloud_knows_what_was_below_and_nobody_can_read_it_on_the_disk() {
        scope().look(Occasion.CLOUD_IS_THERE);
        assertThat(documents.all.values())
                .hasSize(1)
                .allSatisfy(text -> assertThat(text).doesNotContain(KEY, "camera"));
        answer = "";
        DeviceScope later = scope();
        assertThat(later.find(CAMERA)).isPresent();
        later.look(Occasion.CLOUD_IS_THERE);
        time.pass(Duration.ofMinutes(10));
        assertThat(asked).as("ever less often").isBetween(4, 6);
        assertThat(later.find(CAMERA)).isPresent();
        // all were removed meanwhile
        answer = EMPTY;
        later.look(Occasion.ASKED);
        assertThat(later.find(CAMERA)).isEmpty();
        assertThat(documents.all).isEmpty();
        assertThat(changes).isEqualTo(2);
    }

    @Test
    @Warns("WARN event=device_scope_unreadable")
    void what_was_changed_on_the_disk_counts_as_nothing() {
        scope().look(Occasion.CLOUD_IS_THERE);
        documents.all.replaceAll(
                (name, text) -> text.substring(0, 40) + (text.charAt(40) == 'A' ? 'B' : 'A') + text.substring(41));
        assertThat(scope().find(CAMERA)).isEmpty();
    }

    private static final class Documents implements HubDocuments {
        private final Map<String, String> all = new HashMap<>();
        private boolean full;

        @Override
        public Optional<String> read(String kind, ClientId id) {
            return Optional.ofNullable(all.get(kind + id));
        }

        @Override
        public Set<ClientId> clients(String kind) {
            return Set.of();
        }

        @Override
        public void write(String kind, ClientId id, String text) throws IOException {
            if (full) {
                throw new IOException("no space left");
            }
            all.put(kind + id, text);
        }

        @Override
        public void delete(String kind, ClientId id) {
            all.remove(kind + id);
        }
    }

    private static final class FakeTime implements HubRuntime {
        private final List<Timer> timers = new ArrayList<>();
        private long now = 1;

        private record Timer(long at, Runnable action) {}

        private void pass(Duration duration) {
            long end = now + duration.toNanos();
            for (Optional<Timer> next = next(end); next.isPresent(); next = next(end)) {
                timers.remove(next.get());
                now = next.get().at();
                next.get().action().run();
            }
            now = end;
        }

        private Optional<Timer> next(long end) {
            return timers.stream()
                    .filter(timer -> timer.at() <= end)
                    .min((one, other) -> Long.compare(one.at(), other.at()));
        }

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public Optional<Instant> wallClock() {
            return Optional.empty();
        }

        @Override
        public Cancellation after(Duration delay, Runnable action) {
            Timer timer = new Timer(now + delay.toNanos(), action);
            timers.add(timer);
            return () -> timers.remove(timer);
        }
    }
}
