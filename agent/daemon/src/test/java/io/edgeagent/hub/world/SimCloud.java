package io.edgeagent.hub.world;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubClient;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.UpstreamLinks;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.TwinPatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The IoT Hub and the network before it: out of reach, silent, slow, over its quota, and now and then well. */
final class SimCloud {
    /** How it does. */
    enum State {
        WELL,
        /** Nobody answers. */
        OUT,
        /** Connections stay, and nothing comes through. */
        SILENT,
        /** It closes the connection of who sends telemetry. */
        QUOTA,
        /** It answers late. */
        THROTTLED,
        /** Connections break every few seconds. */
        FLAPPING
    }

    private final World world;
    private final SimTime time;
    private final Map<ClientId, ObjectNode> desired = new TreeMap<>();
    private final Map<ClientId, ObjectNode> reported = new TreeMap<>();
    private final List<Link> links = new ArrayList<>();
    private final SimMail mail;
    private State state = State.WELL;
    private int sessions;
    private long tags;

    SimCloud(World world) {
        this.world = world;
        this.time = world.time();
        this.mail = new SimMail(time);
    }

    SimMail mail() {
        return mail;
    }

    /** Somebody sends a message to a device. */
    void sendMail(ClientId device) {
        mail.send(device);
        List.copyOf(links).stream().filter(link -> link.id.equals(device)).forEach(Link::offerMail);
    }

    void become(State newState) {
        state = newState;
        if (state == State.OUT) {
            List.copyOf(links).forEach(link -> link.breakAfter(time.around(20 * SimTime.SECOND)));
        } else if (state == State.FLAPPING) {
            List.copyOf(links).forEach(link -> link.breakAfter(time.around(5 * SimTime.SECOND)));
        }
    }

    State state() {
        return state;
    }

    /** The hub's process is gone, and its connections. */
    void hubIsGone() {
        links.forEach(link -> link.closed = true);
        links.clear();
    }

    /** Somebody changes the desired properties. */
    void changeDesired(ClientId id) {
        ObjectNode section = desired(id);
        long version = section.path(TwinPatch.VERSION).asLong() + 1;
        section.put("v", version).put(TwinPatch.VERSION, version);
        ObjectNode patch = section.deepCopy();
        for (Link link : List.copyOf(links)) {
            if (link.id.equals(id)) {
                link.toHub(() -> link.listener.desiredPatched(patch.toString()));
            }
        }
    }

    private ObjectNode desired(ClientId id) {
        return desired.computeIfAbsent(
                id, name -> Json.MAPPER.createObjectNode().put(TwinPatch.VERSION, 1));
    }

    private ObjectNode reported(ClientId id) {
        return reported.computeIfAbsent(
                id, name -> Json.MAPPER.createObjectNode().put(TwinPatch.VERSION, 1));
    }

    long desiredVersion(ClientId id) {
        return desired(id).path(TwinPatch.VERSION).asLong();
    }

    long reportedValue(ClientId id) {
        return reported(id).path("n").asLong(0);
    }

    UpstreamLinks links(Life life) {
        return (id, listener) -> {
            Link link = new Link(life, id, listener);
            links.add(link);
            link.connectAfter(SimTime.SECOND / 5);
            return link;
        };
    }

    /** One identity's link, both ends of it. */
    private final class Link implements UpstreamLinks.Link {
        private final Life life;
        private final ClientId id;
        private final UpstreamLinks.Listener listener;
        private String session = "";
        private boolean up;
        private boolean closed;
        private int connection;
        private int failures;
        private int inFlight;
        private int silent = -1;
        private long lastToCloud;
        private long lastToHub;
        private boolean wantsMail;
        /** Given to this connection: tag to number. */
        private final Map<Long, Long> given = new TreeMap<>();

        private Link(Life life, ClientId id, UpstreamLinks.Listener listener) {
            this.life = life;
            this.id = id;
            this.listener = listener;
        }

        private void connectAfter(long nanos) {
            time.after(nanos, () -> {
                if (closed || up || !life.isRunning()) {
                    return;
                }
                if (state == State.OUT || state == State.SILENT) {
                    failures++;
                    connectAfter(time.between(
                            SimTime.SECOND, Math.min(300, 1L << Math.min(failures, 9)) * SimTime.SECOND));
                    return;
                }
                up = true;
                inFlight = 0;
                failures = 0;
                connection++;
                session = "cloud-" + id + "#" + ++sessions;
                if (state == State.FLAPPING) {
                    breakAfter(time.around(5 * SimTime.SECOND));
                }
                given.clear();
                listener.up();
                offerMail();
            });
        }

        private void offerMail() {
            if (!wantsMail || !isUp()) {
                return;
            }
            mail.of(id).forEach((number, message) -> {
                if (!given.containsValue(number)) {
                    long tag = ++tags;
                    given.put(tag, number);
                    toHub(() -> listener.cloudMessage(tag, message));
                }
            });
        }

        private void breakAfter(long nanos) {
            int mine = connection;
            time.after(nanos, () -> {
                if (up && !closed && mine == connection && life.isRunning()) {
                    up = false;
                    listener.down("it broke", false);
                    connectAfter(time.between(SimTime.SECOND, 10 * SimTime.SECOND));
                }
            });
        }

        private long delay() {
            long usual = time.between(SimTime.SECOND / 100, SimTime.SECOND / 5);
            return state == State.THROTTLED ? usual + time.between(0, 20 * SimTime.SECOND) : usual;
        }

        private void toCloud(Runnable arrives) {
            int mine = connection;
            lastToCloud = Math.max(lastToCloud, time.now() + delay());
            time.at(lastToCloud, () -> {
                if (!closed && mine == connection && comesThrough()) {
                    arrives.run();
                }
            });
        }

        private void toHub(Runnable arrives) {
            int mine = connection;
            lastToHub = Math.max(lastToHub, time.now() + delay());
            time.at(lastToHub, () -> {
                if (isUp() && mine == connection && life.isRunning() && comesThrough()) {
                    arrives.run();
                }
            });
        }

        /** What is lost on a connection is never followed by what comes behind it: it stays silent, until somebody ends it. */
        private boolean comesThrough() {
            if ((state == State.SILENT || state == State.OUT) && silent != connection) {
                silent = connection;
                endUnlessBusy(connection);
            }
            return silent != connection;
        }

        /** An idle link notices by its pings. One that waits for acknowledgements is the hub's to watch. */
        private void endUnlessBusy(int mine) {
            time.after(10 * SimTime.MINUTE, () -> {
                if (mine == connection && isUp() && life.isRunning()) {
                    if (inFlight == 0) {
                        breakAfter(0);
                    } else {
                        endUnlessBusy(mine);
                    }
                }
            });
        }

        /** A request to the twin that is not answered is made again, or given up. */
        private void patience(boolean[] answered, Runnable otherwise) {
            int mine = connection;
            time.after(30 * SimTime.SECOND, () -> {
                if (!answered[0] && isUp() && mine == connection && life.isRunning()) {
                    answered[0] = true;
                    otherwise.run();
                }
            });
        }

        @Override
        public void send(long tag, Message message) {
            life.step();
            String queue = world.cloudQueue(id, message);
            String mine = session;
            if (!up) {
                throw new Model.Violation("a message is sent over a link that is down");
            }
            world.model().sent(queue, message);
            inFlight++;
            toCloud(() -> {
                if (state == State.QUOTA) {
                    silent = connection;
                    breakAfter(0);
                    return;
                }
                if (message.application().containsKey("huge")) {
                    toHub(() -> {
                        inFlight--;
                        listener.refused(tag, "the message is too large");
                    });
                    return;
                }
                world.model().arrived(mine, queue, message);
                world.trace(3, tag);
                toHub(() -> {
                    inFlight--;
                    world.model().receiverAcknowledged(queue, message);
                    listener.sent(tag);
                });
            });
        }

        @Override
        public boolean isUp() {
            return up && !closed;
        }

        @Override
        public void getTwin() {
            boolean[] answered = {false};
            patience(answered, () -> listener.twin(Optional.empty()));
            toCloud(() -> {
                ObjectNode twin = Json.MAPPER.createObjectNode();
                twin.set("desired", desired(id).deepCopy());
                twin.set("reported", reported(id).deepCopy());
                toHub(() -> {
                    if (!answered[0]) {
                        answered[0] = true;
                        listener.twin(Optional.of(twin.toString()));
                    }
                });
            });
        }

        @Override
        public void report(String patch) {
            life.step();
            boolean[] answered = {false};
            patience(answered, () -> report(patch));
            toCloud(() -> {
                merge(patch);
                toHub(() -> {
                    if (!answered[0]) {
                        answered[0] = true;
                        listener.reported(true, "");
                    }
                });
            });
        }

        private void merge(String patch) {
            try {
                ObjectNode merged = TwinPatch.merge(reported(id), (ObjectNode) Json.MAPPER.readTree(patch));
                merged.put(
                        TwinPatch.VERSION, reported(id).path(TwinPatch.VERSION).asLong() + 1);
                reported.put(id, merged);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void methodAnswered(String callId, int status, String payload) {}

        @Override
        public void wantMethods(boolean wanted) {}

        @Override
        public void wantCloudMessages(boolean wanted) {
            wantsMail = wanted;
            offerMail();
        }

        @Override
        public void cloudMessageDone(long tag) {
            Long number = given.get(tag);
            if (number != null && isUp()) {
                mail.saysDone(number);
                toCloud(() -> mail.isDone(id, number));
            }
        }

        @Override
        public void close() {
            closed = true;
            up = false;
            links.remove(this);
        }
    }

    /** A call that comes from the cloud. */
    static HubClient.MethodCall call(long number) {
        return new HubClient.MethodCall("00000000-0000-0000-0000-" + String.format("%012x", number), "do", "{}");
    }
}
