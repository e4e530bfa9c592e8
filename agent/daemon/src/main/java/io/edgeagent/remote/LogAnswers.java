package io.edgeagent.remote;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.twin.MethodAnswer;
import io.edgeagent.twin.MethodPayload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;

/** The direct method GetModuleLogs: logs in the answer itself. */
final class LogAnswers {
    /** IoT Edge's bound for all logs of an answer together. */
    private static final int MOST_BYTES = 127_000;
    /** What a hub takes as an answer, with all that JSON has to escape. */
    private static final int MOST_ANSWER = 128 << 10;

    private final LogReading reading;
    private final InstantSource clock;

    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1;
    }

    /** Takes so many bytes, and no more. */
    private static final class Bounded extends OutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final int most;

        Bounded(int most) {
            this.most = most;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (taken.size() + count > most) {
                throw new TooLarge();
            }
            taken.write(bytes, from, count);
        }
    }

    LogAnswers(LogReading reading, InstantSource clock) {
        this.reading = reading;
        this.clock = clock;
    }

    /** What is wrong with the payload is said at once. @throws IllegalArgumentException if something is */
    LogsRequest request(String payload) {
        return LogsRequest.of(MethodPayload.parse(payload), clock.instant());
    }

    /** Blocks while logs are read. */
    MethodAnswer answer(LogsRequest request) {
        try {
            ArrayNode answer = JsonNodeFactory.instance.arrayNode();
            int left = MOST_BYTES;
            for (Map.Entry<String, LogFilter> chosen :
                    request.choose(reading.logs().modules()).entrySet()) {
                Bounded bytes = new Bounded(left);
                reading.write(chosen.getKey(), chosen.getValue(), request.format(), bytes);
                left -= bytes.taken.size();
                answer.add(part(chosen.getKey(), request.format(), bytes.taken));
            }
            return answer.toString().getBytes(StandardCharsets.UTF_8).length > MOST_ANSWER
                    ? tooLarge()
                    : new MethodAnswer(200, answer);
        } catch (TooLarge e) {
            return tooLarge();
        } catch (ProblemException e) {
            return MethodAnswer.error(500, e.problem().text());
        } catch (IOException e) {
            return MethodAnswer.error(500, "the log could not be read: " + e.getMessage());
        }
    }

    private static ObjectNode part(String module, LogFormat format, ByteArrayOutputStream bytes) {
        ObjectNode part = JsonNodeFactory.instance.objectNode().put("id", module);
        if (format.gzip()) {
            part.put("payloadBytes", bytes.toByteArray()).putNull("payload");
        } else {
            part.putNull("payloadBytes").put("payload", bytes.toString(StandardCharsets.UTF_8));
        }
        return part;
    }

    private static MethodAnswer tooLarge() {
        return MethodAnswer.error(
                400,
                "The logs are larger than the " + MOST_BYTES
                        + " bytes that the answer of a direct method can hold. Narrow"
                        + " them with tail, since, until, loglevel, regex or a more exact id, ask for encoding gzip, or use"
                        + " UploadModuleLogs.");
    }
}
