package io.edgeagent.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.images.DiskSpace;
import io.edgeagent.model.HostReadings;
import io.edgeagent.model.Json;
import io.edgeagent.reconcile.EngineInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a board may be like. */
final class CheckSamples {
    private CheckSamples() {}

    static EngineSight.Facts facts(String oldest, boolean limits, String proxy) {
        return new EngineSight.Facts(
                new EngineInfo("Docker Engine", "28.0", "1.48", "linux", "aarch64", "json-file", "/var/lib/docker"),
                oldest,
                limits,
                proxy);
    }

    static DiskSpace.FreeSpace space(long free, long files) {
        return new DiskSpace.FreeSpace(
                free, 8_000_000_000L, Optional.of(new DiskSpace.FreeSpace.Files(files, 400_000)));
    }

    static HostReadings readings(long available, double celsius, int flags, HostReadings.Card... cards) {
        return new HostReadings(
                Duration.ofDays(1),
                1_000_000_000,
                available,
                1,
                2,
                OptionalDouble.of(celsius),
                Optional.of(new HostReadings.Power(flags)),
                List.of(cards));
    }

    static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
