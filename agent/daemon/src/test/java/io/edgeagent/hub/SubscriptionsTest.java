package io.edgeagent.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.hub.HubSession.Interest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a client wants is on the disk before it is told so, also after the disk was full. */
class SubscriptionsTest {
    private static final ClientId ID = ClientId.module("board", "sensor");

    private final Documents documents = new Documents();

    @Test
    void what_could_not_be_written_is_as_it_was_and_is_written_when_it_is_asked_for_again() throws IOException {
        Subscriptions subscriptions = new Subscriptions(documents, ID);
        documents.full = true;
        assertThatThrownBy(() -> subscriptions.set(Interest.INPUTS, true, true)).isInstanceOf(IOException.class);
        assertThat(subscriptions.isEmpty()).isTrue();

        documents.full = false;
        subscriptions.set(Interest.INPUTS, true, true);
        assertThat(new Subscriptions(documents, ID).all()).containsExactly(Interest.INPUTS);

        documents.full = true;
        assertThatThrownBy(() -> subscriptions.set(Interest.INPUTS, false, true))
                .isInstanceOf(IOException.class);
        assertThat(subscriptions.contains(Interest.INPUTS)).isTrue();
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
}
