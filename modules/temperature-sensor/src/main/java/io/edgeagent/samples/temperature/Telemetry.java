package io.edgeagent.samples.temperature;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * One message in the form of the stock simulated sensor: Celsius, percent as a whole number, psi, UTC. The sensor sits on
 * the machine, so its temperature stands in both places.
 */
record Telemetry(Reading reading, Instant created) {
    private static final double PASCAL_PER_PSI = 6894.757;
    private static final double COLD = 21;
    private static final double HOT = 100;
    private static final double LOW = 1;
    private static final double HIGH = 10;

    String json() {
        double celsius = rounded(reading.celsius());
        var machine = new JsonObject();
        machine.addProperty("temperature", celsius);
        machine.addProperty("pressure", rounded(psi()));
        var ambient = new JsonObject();
        ambient.addProperty("temperature", celsius);
        ambient.addProperty("humidity", Math.round(reading.humidity()));
        var message = new JsonObject();
        message.add("machine", machine);
        message.add("ambient", ambient);
        message.addProperty(
                "timeCreated", created.truncatedTo(ChronoUnit.MICROS).toString());
        return message.toString();
    }

    /** Without a pressure sensor: what the stock module makes of the temperature, so that its readers find a number. */
    private double psi() {
        return reading.pascal().isPresent()
                ? reading.pascal().getAsDouble() / PASCAL_PER_PSI
                : LOW + (reading.celsius() - COLD) * (HIGH - LOW) / (HOT - COLD);
    }

    private static double rounded(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
