package io.edgeagent.adapter.hubnet.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubClient;
import io.edgeagent.hub.HubEntrance;
import io.edgeagent.hub.HubSession;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MethodEnding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.UnsignedShort;
import org.apache.qpid.proton.amqp.messaging.Accepted;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.amqp.messaging.Source;
import org.apache.qpid.proton.amqp.messaging.Target;
import org.apache.qpid.proton.amqp.transport.Attach;
import org.apache.qpid.proton.amqp.transport.Begin;
import org.apache.qpid.proton.amqp.transport.Close;
import org.apache.qpid.proton.amqp.transport.Detach;
import org.apache.qpid.proton.amqp.transport.Disposition;
import org.apache.qpid.proton.amqp.transport.End;
import org.apache.qpid.proton.amqp.transport.Flow;
import org.apache.qpid.proton.amqp.transport.Open;
import org.apache.qpid.proton.amqp.transport.Role;
import org.apache.qpid.proton.amqp.transport.Transfer;
import org.apache.qpid.proton.codec.AMQPDefinedTypes;
import org.apache.qpid.proton.codec.DecoderImpl;
import org.apache.qpid.proton.codec.EncoderImpl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever frames come, the connection answers, waits or refuses, and nothing else happens. {@code -Dfuzz.amqp=5000000} for more
 * inputs.
 */
class AmqpFuzzTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.amqp", 10_000);
    /** Each is more than ten frames. */
    private static final int VISITS = ROUNDS / 10;

    private static final byte[] HEADER = {'A', 'M', 'Q', 'P', 0, 1, 0, 0};
    private static final String TOKEN =
            "SharedAccessSignature sr=hub%2Fdevices%2Fboard%2Fmodules%2Fm&sig=YQ%3D%3D&se=1";

    private final SplittableRandom random = new SplittableRandom(15);
    private EventLoop loop;
    private AmqpHead head;
    private int taken;

    @BeforeEach
    void start() throws IOException {
        loop = new EventLoop(System::nanoTime);
        head = new AmqpHead(loop, new Entrance());
    }

    @AfterEach
    void stop() throws IOException {
        loop.release();
    }

    @Test
    void frames_of_a_whole_visit_with_changed_missing_and_doubled_bytes_end_the_connection_at_worst() throws Exception {
        List<byte[]> visit = visit();
        // as it is, it goes well: else the rest would try nothing
        Peer whole = new Peer();
        for (byte[] frame : visit) {
            whole.send(frame);
        }
        assertThat(whole.violation).isEmpty();
        assertThat(taken).isEqualTo(1);
        whole.end();
        int refused = 0;
        for (int round = 0; round < VISITS; round++) {
            Peer peer = new Peer();
            int broken = random.nextInt(visit.size());
            for (int i = 0; i < visit.size() && peer.violation.isEmpty(); i++) {
                int which = random.nextInt(30) == 0 ? random.nextInt(visit.size()) : i;
                byte[] frame = visit.get(which);
                peer.send(i >= broken && random.nextInt(3) > 0 ? changed(frame) : frame);
            }
            refused += peer.violation.isPresent() ? 1 : 0;
            peer.end();
        }
        assertThat(refused).isGreaterThan(VISITS / 10);
    }

    @Test
    void requests_of_cbs_and_messages_with_changed_bytes_are_understood_or_refused() {
        byte[] request = message(put());
        byte[] event = message(event());
        for (int round = 0; round < ROUNDS; round++) {
            ByteBuffer bytes = ByteBuffer.wrap(altered(random.nextBoolean() ? request : event, 0));
            try {
                MessageMap.messages(
                        ClientId.module("board", "m"), random.nextInt(4) == 0 ? AmqpMessage.BATCH : 0, bytes);
            } catch (ProtocolViolation e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void what_is_only_announced_takes_no_memory_and_what_is_nested_no_stack() {
        for (String digits : List.of(
                "f07fffffff7fffffff40", // an array of two thousand million nothings
                "f0000000057fffffff40",
                "d07fffffff7fffffff",
                "d1000000047fffffff",
                "b07fffffff",
                "b0ffffffff",
                "c0".repeat(400),
                "00".repeat(400))) {
            ByteBuffer in = ByteBuffer.wrap(java.util.HexFormat.of().parseHex(digits));
            assertThatThrownBy(() -> TypeReader.of(in).read()).isInstanceOf(ProtocolViolation.class);
        }
    }

    @Test
    void symbols_that_are_not_known_are_not_shown_to_a_library_that_remembers_all_of_them() throws Exception {
        ByteBuffer in = ByteBuffer.wrap(new TypeWriter(64).symbol("known").toBytes());
        assertThat(TypeReader.masking(in, Set.of("known")).read()).isEqualTo("known");
        assertThat(in.flip().get(5)).isEqualTo((byte) 'k');
        ByteBuffer other = ByteBuffer.wrap(new TypeWriter(64).symbol("other").toBytes());
        assertThat(TypeReader.masking(other, Set.of("known")).read()).isEqualTo("other");
        assertThat(TypeReader.of(other.flip()).read()).isEqualTo("_____");
    }

    @Test
    void an_acknowledgement_of_everything_and_other_traps_are_refused() throws Exception {
        Disposition everything = new Disposition();
        everything.setRole(Role.RECEIVER);
        everything.setFirst(UnsignedInteger.ZERO);
        everything.setLast(UnsignedInteger.MAX_VALUE);
        Open small = new Open();
        small.setContainerId("c");
        small.setMaxFrameSize(UnsignedInteger.valueOf(9));
        Open hasty = new Open();
        hasty.setContainerId("c");
        hasty.setIdleTimeOut(UnsignedInteger.valueOf(1));
        assertThat(refusal(open(), begin(), everything)).contains("acknowledges deliveries");
        assertThat(refusal(small)).contains("no frame of 512");
        assertThat(refusal(hasty)).contains("idle-timeout");
        assertThat(refusal(open(), open())).contains("a second open");
        assertThat(refusal(begin())).contains("not open");
        assertThat(refusal(open(), begin(), begin())).contains("cannot begin");
        assertThat(refusal(open(), attach("a", 0, "$cbs", true))).contains("has not begun");
        assertThat(refusal(open(), begin(), attach("a", 0, "$cbs", true), attach("a", 1, "$cbs", true)))
                .contains("a second time");
        assertThat(refusal(open(), begin(), transfer(0))).contains("not attached");
        List<Object> many = new ArrayList<>(List.of(open(), begin()));
        for (int i = 0; i < 20; i++) {
            many.add(attach("l" + i, i, "$cbs", true));
        }
        assertThat(refusal(many.toArray())).contains("more than 8 links");
    }

    private String refusal(Object... performatives) throws Exception {
        Peer peer = new Peer();
        peer.send(HEADER);
        for (Object performative : performatives) {
            peer.send(frame(performative, new byte[0]));
        }
        return peer.violation.orElse("nothing was refused");
    }

    private byte[] changed(byte[] frame) {
        return altered(frame, random.nextInt(4) == 0 ? 0 : Math.min(8, frame.length - 1));
    }

    /** @param from is kept as it is before that */
    private byte[] altered(byte[] valid, int from) {
        byte[] changed = valid.clone();
        for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
            changed[random.nextInt(from, changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    /** A client's visit, from its header to its close. */
    private static List<byte[]> visit() {
        Disposition disposition = new Disposition();
        disposition.setRole(Role.RECEIVER);
        disposition.setFirst(UnsignedInteger.ZERO);
        disposition.setLast(UnsignedInteger.ONE);
        disposition.setSettled(true);
        disposition.setState(Accepted.getInstance());
        Flow flow = new Flow();
        flow.setNextIncomingId(UnsignedInteger.ZERO);
        flow.setIncomingWindow(UnsignedInteger.valueOf(100));
        flow.setNextOutgoingId(UnsignedInteger.ONE);
        flow.setOutgoingWindow(UnsignedInteger.valueOf(100));
        flow.setHandle(UnsignedInteger.ONE);
        flow.setDeliveryCount(UnsignedInteger.ZERO);
        flow.setLinkCredit(UnsignedInteger.valueOf(10));
        Detach detach = new Detach();
        detach.setHandle(UnsignedInteger.valueOf(2));
        detach.setClosed(true);
        return List.of(
                HEADER,
                frame(open(), new byte[0]),
                frame(begin(), new byte[0]),
                frame(attach("requests", 0, "$cbs", true), new byte[0]),
                frame(attach("answers", 1, "$cbs", false), new byte[0]),
                frame(flow, new byte[0]),
                frame(transfer(0), message(put())),
                frame(attach("events", 2, "/devices/board/modules/m/messages/events", true), new byte[0]),
                frame(attach("inputs", 3, "/devices/board/modules/m/messages/events", false), new byte[0]),
                frame(attach("twin", 4, "/devices/board/modules/m/twin", true), new byte[0]),
                frame(transfer(1, 2), message(event())),
                frame(transfer(2, 4), message(event())),
                frame(disposition, new byte[0]),
                frame(detach, new byte[0]),
                frame(new End(), new byte[0]),
                frame(new Close(), new byte[0]));
    }

    private static Open open() {
        Open open = new Open();
        open.setContainerId("peer");
        open.setMaxFrameSize(UnsignedInteger.valueOf(65536));
        open.setChannelMax(UnsignedShort.valueOf((short) 10));
        open.setIdleTimeOut(UnsignedInteger.valueOf(120_000));
        return open;
    }

    private static Begin begin() {
        Begin begin = new Begin();
        begin.setNextOutgoingId(UnsignedInteger.ZERO);
        begin.setIncomingWindow(UnsignedInteger.valueOf(100));
        begin.setOutgoingWindow(UnsignedInteger.valueOf(100));
        return begin;
    }

    private static Attach attach(String name, int handle, String address, boolean clientSends) {
        Attach attach = new Attach();
        attach.setName(name);
        attach.setHandle(UnsignedInteger.valueOf(handle));
        attach.setRole(clientSends ? Role.SENDER : Role.RECEIVER);
        Source source = new Source();
        Target target = new Target();
        if (clientSends) {
            target.setAddress(address);
        } else {
            source.setAddress(address);
        }
        attach.setSource(source);
        attach.setTarget(target);
        attach.setInitialDeliveryCount(UnsignedInteger.ZERO);
        attach.setProperties(java.util.Map.of(Symbol.valueOf("com.microsoft:client-version"), "fuzz"));
        return attach;
    }

    private static Transfer transfer(int id) {
        return transfer(id, 0);
    }

    private static Transfer transfer(int id, int handle) {
        Transfer transfer = new Transfer();
        transfer.setHandle(UnsignedInteger.valueOf(handle));
        transfer.setDeliveryId(UnsignedInteger.valueOf(id));
        transfer.setDeliveryTag(new Binary(new byte[] {(byte) id}));
        transfer.setMessageFormat(UnsignedInteger.ZERO);
        return transfer;
    }

    private static org.apache.qpid.proton.message.Message put() {
        org.apache.qpid.proton.message.Message request = Proton.message();
        request.setMessageId("1");
        request.setApplicationProperties(new ApplicationProperties(java.util.Map.of(
                "operation", "put-token", "type", "servicebus.windows.net:sastoken", "name", "hub/devices/board")));
        request.setBody(new AmqpValue(TOKEN));
        return request;
    }

    private static org.apache.qpid.proton.message.Message event() {
        org.apache.qpid.proton.message.Message event = Proton.message();
        event.setMessageId("m");
        event.setCorrelationId("c");
        event.setContentType("application/json");
        event.setApplicationProperties(new ApplicationProperties(java.util.Map.of("a", 1, "b", "two")));
        event.setBody(new Data(new Binary(new byte[100])));
        return event;
    }

    private static byte[] message(org.apache.qpid.proton.message.Message message) {
        byte[] all = new byte[4096];
        return java.util.Arrays.copyOf(all, message.encode(all, 0, all.length));
    }

    private static byte[] frame(Object performative, byte[] payload) {
        DecoderImpl decoder = new DecoderImpl();
        EncoderImpl encoder = new EncoderImpl(decoder);
        AMQPDefinedTypes.registerAllTypes(decoder, encoder);
        ByteBuffer out = ByteBuffer.allocate(8192).position(8);
        encoder.setByteBuffer(out);
        encoder.writeObject(performative);
        out.put(payload);
        out.putInt(0, out.position()).put(4, (byte) 2);
        byte[] frame = new byte[out.position()];
        out.flip().get(frame);
        return frame;
    }

    /** The other end of a connection without a socket. */
    private final class Peer implements Wire {
        private final Wire.Reader reader = head.connection();
        private Optional<String> violation = Optional.empty();
        private boolean closed;

        private Peer() {
            reader.opened(this);
        }

        void send(byte[] bytes) {
            if (closed || violation.isPresent()) {
                return;
            }
            try {
                reader.read(ByteBuffer.wrap(bytes.clone()));
                ((AmqpConnection) reader).send();
            } catch (ProtocolViolation e) {
                violation = Optional.of(e.getMessage());
            }
        }

        void end() {
            reader.closed("the test is over");
        }

        @Override
        public void write(ByteBuffer data) {
            data.position(data.limit());
        }

        @Override
        public long unsent() {
            return 0;
        }

        @Override
        public void pauseReading() {}

        @Override
        public void resumeReading() {}

        @Override
        public void close(String reason) {
            closed = true;
        }

        @Override
        public void admitted() {}

        @Override
        public String peer() {
            return "fuzz";
        }
    }

    /** A hub that takes everything and says nothing. */
    private final class Entrance implements HubEntrance {
        @Override
        public Optional<String> refusal(ClientId id, Proof proof) {
            return Optional.empty();
        }

        @Override
        public Admission connect(ClientId id, Proof proof, boolean clean, String product, HubClient client) {
            return Admission.of(new Session(id), false);
        }

        @Override
        public void publish(Message message, HubSession.Taking taking) {
            taking.taken();
        }

        @Override
        public Optional<String> callerRefused(ClientId caller, String token) {
            return Optional.empty();
        }

        @Override
        public void call(
                ClientId caller,
                ClientId target,
                HubClient.MethodCall call,
                Patience patience,
                Consumer<MethodEnding> answer) {}
    }

    private final class Session implements HubSession {
        private final ClientId id;

        private Session(ClientId id) {
            this.id = id;
        }

        @Override
        public ClientId id() {
            return id;
        }

        @Override
        public Optional<String> renew(String token) {
            return Optional.empty();
        }

        @Override
        public void publish(Message message, Taking taking) {
            taken++;
            taking.taken();
        }

        @Override
        public void subscribe(Interest interest, boolean wanted, Runnable stored) {
            stored.run();
        }

        @Override
        public void delivered(long tag, Outcome outcome) {}

        @Override
        public void roomAgain() {}

        @Override
        public void getTwin(String requestId) {}

        @Override
        public void patchReported(String requestId, String patch) {}

        @Override
        public void methodAnswered(String callId, int status, String payload) {}

        @Override
        public void disconnected(boolean cleanly, String reason) {}
    }
}
