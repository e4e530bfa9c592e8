package io.edgeagent.samples.filter;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.MessageProperty;
import io.edgeagent.samples.board.FailureLog;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Passes the measurements whose {@code machine.temperature} is above the threshold, and marks them as alerts. */
final class TemperatureFilter {
    private final Threshold threshold;
    private final FailureLog failures;

    TemperatureFilter(Threshold threshold, FailureLog failures) {
        this.threshold = threshold;
        this.failures = failures;
    }

    /** The same body and properties with {@code MessageType: Alert}; empty for what stays on the board. */
    Optional<Message> pass(Message message) {
        Optional<Double> temperature = temperature(new String(message.getBytes(), StandardCharsets.UTF_8));
        return temperature.filter(celsius -> celsius > threshold.celsius()).map(celsius -> alert(message));
    }

    private Optional<Double> temperature(String body) {
        try {
            double celsius = member(member(JsonParser.parseString(body), "machine"), "temperature")
                    .getAsDouble();
            failures.recovered();
            return Optional.of(celsius);
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException | NumberFormatException e) {
            failures.failed("expected {\"machine\":{\"temperature\":21.5}}, with the temperature as a number");
            return Optional.empty();
        }
    }

    private static JsonElement member(JsonElement object, String name) {
        JsonElement member = object.getAsJsonObject().get(name);
        return member == null ? JsonNull.INSTANCE : member;
    }

    private static Message alert(Message message) {
        Message alert = new Message(message.getBytes());
        for (MessageProperty property : message.getProperties()) {
            alert.setProperty(property.getName(), property.getValue());
        }
        alert.setProperty("MessageType", "Alert");
        // without them routes and the cloud cannot look into the body
        alert.setContentType("application/json");
        alert.setContentEncoding("utf-8");
        return alert;
    }
}
