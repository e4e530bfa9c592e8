package io.edgeagent.adapter.hubnet.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Whatever bytes come, the decoder gives packets, waits for more, or refuses; it takes no memory for what was only announced. */
class DecoderFuzzTest {
    // more with -Dfuzz.rounds=N
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 200_000);
    private static final int LARGEST = 1000;
    private static final List<Packet> VALID = List.of(
            new Packet.Connect(
                    "MQTT",
                    4,
                    false,
                    60,
                    "board/sensor",
                    Optional.empty(),
                    Optional.of("hub/board/sensor/?api-version=2021-04-12"),
                    Optional.of(bytes("SharedAccessSignature sr=a&sig=b&se=1"))),
            new Packet.ConnAck(true, 0),
            new Packet.Publish(false, 1, false, "devices/board/modules/sensor/messages/events/a=b", 7, bytes("21")),
            new Packet.Publish(false, 0, true, "$iothub/twin/GET/?$rid=1", 0, bytes("")),
            new Packet.PubAck(7),
            new Packet.Subscribe(8, List.of(new Packet.Filter("$iothub/twin/res/#", 1), new Packet.Filter("a/+/b", 0))),
            new Packet.SubAck(8, List.of(1, 0x80)),
            new Packet.Unsubscribe(9, List.of("$iothub/methods/POST/#")),
            new Packet.UnsubAck(9),
            new Packet.PingReq(),
            new Packet.PingResp(),
            new Packet.Disconnect());

    private final SplittableRandom random = new SplittableRandom(14);

    @Test
    void random_bytes_are_packets_or_violations_and_nothing_else() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            decodeAll(noise);
        }
    }

    @Test
    void valid_packets_with_changed_missing_and_added_bytes_are_packets_or_violations_and_nothing_else() {
        for (int round = 0; round < ROUNDS; round++) {
            decodeAll(mutated(encoded(VALID.get(random.nextInt(VALID.size())))));
        }
    }

    @Test
    void a_packet_that_comes_byte_by_byte_is_the_same_packet() throws ProtocolViolation {
        for (Packet packet : VALID) {
            byte[] whole = encoded(packet);
            for (int length = 0; length < whole.length; length++) {
                ByteBuffer part = ByteBuffer.wrap(whole, 0, length);
                assertThat(new Decoder(LARGEST).next(part)).isEmpty();
                assertThat(part.remaining()).isEqualTo(length);
            }
            assertThat(new Decoder(LARGEST).next(ByteBuffer.wrap(whole))).contains(packet);
        }
    }

    @Test
    void a_length_beyond_the_limit_is_refused_before_the_bytes_come() {
        byte[] announced = {0x30, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f};
        assertThatThrownBy(() -> new Decoder(LARGEST).next(ByteBuffer.wrap(announced)))
                .isInstanceOf(ProtocolViolation.class)
                .hasMessageContaining("larger than");
    }

    private static void decodeAll(byte[] input) {
        ByteBuffer in = ByteBuffer.wrap(input);
        Decoder decoder = new Decoder(LARGEST);
        try {
            int before;
            do {
                before = in.position();
                if (decoder.next(in).isEmpty()) {
                    // what is incomplete stays in the buffer
                    if (in.position() != before) {
                        throw new AssertionError("an incomplete packet was taken from the buffer");
                    }
                    return;
                }
            } while (in.position() > before);
        } catch (ProtocolViolation e) {
            // the connection ends
        }
    }

    private byte[] mutated(byte[] valid) {
        byte[] changed = valid.clone();
        for (int changes = random.nextInt(1, 5); changes > 0; changes--) {
            int at = random.nextInt(changed.length);
            changed[at] = (byte) random.nextInt(256);
        }
        int length = random.nextInt(4) == 0 ? random.nextInt(changed.length + 8) : changed.length;
        byte[] result = new byte[length];
        System.arraycopy(changed, 0, result, 0, Math.min(length, changed.length));
        return result;
    }

    private static byte[] encoded(Packet packet) {
        ByteBuffer bytes = Encoder.bytes(packet);
        byte[] array = new byte[bytes.remaining()];
        bytes.get(array);
        return array;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
