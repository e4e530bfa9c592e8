package io.edgeagent.fake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.board.ModuleMemory;
import io.edgeagent.board.ModuleMemoryStore;
import io.edgeagent.identity.IdentityStore;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.images.PulledImageStore;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.model.PulledImage;
import io.edgeagent.twin.DesiredStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * What must survive a power cut, of the real store and of the fake.
 *
 * @param <S> the store
 */
public abstract class StoreContract<S extends DesiredStore & IdentityStore & ModuleMemoryStore & PulledImageStore> {
    private static final Map<String, ModuleIdentity> IDENTITIES = Map.of("led", new ModuleIdentity("led", "637"));
    private static final Map<String, ModuleMemory> MEMORIES = Map.of(
            "led",
            new ModuleMemory(
                    "f",
                    Optional.of(new Problem(ErrorCode.REGISTRY_UNREACHABLE, "no such host")),
                    Optional.of(new Problem(ErrorCode.UPDATE_ROLLED_BACK, "it failed")),
                    true,
                    3,
                    Optional.of(Instant.ofEpochMilli(5)),
                    "container",
                    "boot",
                    "life"));
    private static final List<PulledImage> IMAGES =
            List.of(new PulledImage("sha256:1", Set.of("led:1"), Optional.of(Duration.ofDays(1))));

    /** The store as an agent finds it when it starts. */
    protected abstract S open() throws IOException;

    /** From now on nothing can be written, or it can again. */
    protected abstract void setFull(boolean full) throws IOException;

    private void saveAll(S store, long version) {
        store.saveLastGoodDesired(Manifest.version(version).json());
        store.saveIdentities(IDENTITIES);
        store.saveMemories(MEMORIES);
        store.savePulledImages(IMAGES);
    }

    private void assertAll(S store, long version) {
        assertThat(store.lastGoodDesired()).contains(Manifest.version(version).json());
        assertThat(store.identities()).isEqualTo(IDENTITIES);
        assertThat(store.memories()).isEqualTo(MEMORIES);
        assertThat(store.pulledImages()).isEqualTo(IMAGES);
    }

    @Test
    void a_new_board_has_nothing() throws IOException {
        S store = open();

        assertThat(store.lastGoodDesired()).isEmpty();
        assertThat(store.identities()).isEmpty();
        assertThat(store.memories()).isEmpty();
        assertThat(store.pulledImages()).isEmpty();
    }

    @Test
    void what_was_saved_is_there_after_a_restart() throws IOException {
        saveAll(open(), 1);

        assertAll(open(), 1);
    }

    @Test
    void a_full_disk_is_told_and_leaves_what_was_there_until_it_can_be_written_again() throws IOException {
        S store = open();
        saveAll(store, 1);
        setFull(true);

        refuses(() -> store.saveLastGoodDesired(Manifest.version(2).json()));
        refuses(() -> store.saveIdentities(Map.of()));
        refuses(() -> store.saveMemories(Map.of()));
        refuses(() -> store.savePulledImages(List.of()));
        assertAll(store, 1);
        assertAll(open(), 1);

        setFull(false);
        saveAll(store, 3);
        assertAll(open(), 3);
    }

    private static void refuses(ThrowingCallable save) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(save)
                .satisfies(refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.DISK_FULL));
    }

    @Test
    void what_was_handed_out_or_in_can_be_changed_without_harm() throws IOException {
        S store = open();
        var desired = Manifest.version(1).json();
        store.saveLastGoodDesired(desired);
        desired.put("$version", 9);
        store.lastGoodDesired().orElseThrow().put("$version", 10);

        assertThat(store.lastGoodDesired()).contains(Manifest.version(1).json());
    }
}
