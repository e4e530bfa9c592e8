package io.edgeagent.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedLinksTest {
    private static final ClientId OWN = ClientId.module("board", "$edgeHub");
    private static final Message MESSAGE =
            new Message(OWN, Optional.empty(), Map.of(), Map.of(), ByteBuffer.allocate(0));

    private final List<HubRig.FakeLink> opened = new ArrayList<>();
    private final SharedLinks links = new SharedLinks(
            (id, client) -> {
                opened.add(new HubRig.FakeLink(client));
                return opened.get(opened.size() - 1);
            },
            OWN);

    /** Notes what it is told. */
    private static final class Notes implements UpstreamLinks.Listener {
        private final List<String> told = new ArrayList<>();

        @Override
        public void up() {
            told.add("up");
        }

        @Override
        public void down(String reason, boolean refused) {
            told.add("down");
        }

        @Override
        public void sent(long tag) {
            told.add("sent " + tag);
        }

        @Override
        public void refused(long tag, String reason) {
            told.add("refused " + tag);
        }

        @Override
        public void twin(Optional<String> twin) {
            told.add("twin");
        }

        @Override
        public void reported(boolean done, String reason) {
            told.add("reported");
        }

        @Override
        public void desiredPatched(String patch) {
            told.add("desired");
        }

        @Override
        public void methodCalled(HubClient.MethodCall call) {
            told.add("method");
        }
    }

    @Test
    void the_hubs_own_identity_has_one_link_whoever_comes_first() {
        Notes guest = new Notes();
        Notes owner = new Notes();
        UpstreamLinks.Link messages = links.open(OWN, guest);
        UpstreamLinks.Link twin = links.owner().open(OWN, owner);
        links.open(ClientId.module("board", "other"), new Notes());

        assertThat(opened).hasSize(2);
        HubRig.FakeLink link = opened.get(0);
        link.listener.up();
        messages.getTwin();
        assertThat(link.twinsAsked).isZero();
        twin.getTwin();
        assertThat(link.twinsAsked).isOne();
        messages.send(5, MESSAGE);
        link.listener.sent(5);
        link.listener.twin(Optional.empty());
        messages.close();

        assertThat(guest.told).containsExactly("up", "sent 5");
        assertThat(owner.told).containsExactly("up", "twin");
        assertThat(link.closed).isFalse();
    }

    @Test
    void a_link_that_acknowledges_nothing_is_made_anew_for_both() {
        Notes owner = new Notes();
        UpstreamLinks.Link twin = links.owner().open(OWN, owner);
        UpstreamLinks.Link messages = links.open(OWN, new Notes());
        messages.send(5, MESSAGE);
        messages.close();

        assertThat(opened).hasSize(2);
        assertThat(opened.get(0).closed).isTrue();
        assertThat(owner.told).containsExactly("down");
        twin.getTwin();
        assertThat(opened.get(1).twinsAsked).isOne();
    }
}
