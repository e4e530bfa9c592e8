package io.edgeagent.hub;

import java.util.Optional;

/**
 * Two that use the link of one identity: two links would throw each other out. The owner follows its twin and its methods; the guest
 * sends messages, and does nothing else. That identity is {@code $edgeHub}, which sends for clients without an identity. For the hub's
 * thread.
 */
public final class SharedLinks implements UpstreamLinks {
    private final UpstreamLinks links;
    private final ClientId identity;
    private Optional<Shared> shared = Optional.empty();

    /** @param identity whose link is shared; those of all others are not */
    public SharedLinks(UpstreamLinks links, ClientId identity) {
        this.links = links;
        this.identity = identity;
    }

    @Override
    public Link open(ClientId id, Listener client) {
        if (!id.equals(identity)) {
            return links.open(id, client);
        }
        Shared link = shared();
        link.guest = Optional.of(client);
        return link.new Guest();
    }

    /** The same links for the owner. */
    public UpstreamLinks owner() {
        return (id, client) -> {
            Shared link = shared();
            link.owner = Optional.of(client);
            return link.link;
        };
    }

    private Shared shared() {
        if (shared.isEmpty()) {
            shared = Optional.of(new Shared());
            shared.get().reopen();
        }
        return shared.get();
    }

    private final class Shared implements Listener {
        private final Link link = new Whole();
        private Optional<Link> real = Optional.empty();
        private Optional<Listener> owner = Optional.empty();
        private Optional<Listener> guest = Optional.empty();
        private int underWay;

        private void reopen() {
            real.ifPresent(Link::close);
            underWay = 0;
            real = Optional.of(links.open(identity, this));
        }

        @Override
        public void up() {
            owner.ifPresent(Listener::up);
            guest.ifPresent(Listener::up);
        }

        @Override
        public void down(String reason, boolean refused) {
            underWay = 0;
            owner.ifPresent(client -> client.down(reason, refused));
            guest.ifPresent(client -> client.down(reason, refused));
        }

        @Override
        public void sent(long tag) {
            underWay--;
            guest.ifPresent(client -> client.sent(tag));
        }

        @Override
        public void refused(long tag, String reason) {
            underWay--;
            guest.ifPresent(client -> client.refused(tag, reason));
        }

        @Override
        public void twin(Optional<String> text) {
            owner.ifPresent(client -> client.twin(text));
        }

        @Override
        public void desiredPatched(String text) {
            owner.ifPresent(client -> client.desiredPatched(text));
        }

        @Override
        public void reported(boolean done, String reason) {
            owner.ifPresent(client -> client.reported(done, reason));
        }

        @Override
        public void methodCalled(HubClient.MethodCall call) {
            owner.ifPresent(client -> client.methodCalled(call));
        }

        /** The link as its owner sees it, whatever connection it has now. */
        private class Whole implements Link {
            @Override
            public void send(long tag, Message message) {
                real.ifPresent(open -> open.send(tag, message));
            }

            @Override
            public boolean isUp() {
                return real.filter(Link::isUp).isPresent();
            }

            @Override
            public void getTwin() {
                real.ifPresent(Link::getTwin);
            }

            @Override
            public void report(String patch) {
                real.ifPresent(open -> open.report(patch));
            }

            @Override
            public void methodAnswered(String callId, int status, String payload) {
                real.ifPresent(open -> open.methodAnswered(callId, status, payload));
            }

            @Override
            public void wantMethods(boolean wanted) {
                real.ifPresent(open -> open.wantMethods(wanted));
            }

            @Override
            public void close() {
                real.ifPresent(Link::close);
                real = Optional.empty();
                shared = Optional.empty();
            }
        }

        /** Messages only: its twin and its methods are the owner's business. */
        private final class Guest extends Whole {
            @Override
            public void send(long tag, Message message) {
                underWay++;
                super.send(tag, message);
            }

            @Override
            public void getTwin() {}

            @Override
            public void report(String patch) {}

            @Override
            public void methodAnswered(String callId, int status, String payload) {}

            @Override
            public void wantMethods(boolean wanted) {}

            @Override
            public void close() {
                guest = Optional.empty();
                if (underWay > 0) {
                    // it takes messages and acknowledges none
                    owner.ifPresent(client -> client.down("it is made anew", false));
                    reopen();
                    real.ifPresent(open -> open.wantMethods(true));
                }
            }
        }
    }
}
