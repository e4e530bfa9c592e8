package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A hundred modules of which one changes. Takes minutes: run by {@code ./dev test --all}. */
class HundredModules {
    private static final int MODULES = 100;
    private static final int TWIN_BYTES = 32 * 1024;

    @Test
    void a_change_of_one_touches_that_one_and_all_fit_in_the_twin() throws Exception {
        try (Lab lab = new Lab();
                Device device = new Device(lab, "hundred")) {
            device.start();
            device.apply(manifest(lab, "1"));
            await().atMost(Duration.ofMinutes(8))
                    .pollInterval(Duration.ofSeconds(2))
                    .until(() -> device.reported()
                                    .path("lastDesiredStatus")
                                    .path("code")
                                    .asInt()
                            == 200);
            Map<String, String> before = ids(lab);

            device.apply(manifest(lab, "2"));
            device.awaitStatus(200);

            Map<String, String> after = ids(lab);
            assertThat(after.remove("hundred-50")).isNotEqualTo(before.remove("hundred-50"));
            assertThat(after).isEqualTo(before);
            int bytes = device.reported().toString().getBytes(StandardCharsets.UTF_8).length;
            System.out.println("reported properties of " + MODULES + " modules with metadata: " + bytes + " bytes");
            assertThat(device.reported().path("modules").size()).isEqualTo(MODULES);
            assertThat(device.reported()
                            .deepCopy()
                            .toString()
                            .replaceAll("\"\\$metadata\".*", "")
                            .length())
                    .isLessThan(TWIN_BYTES);
        }
    }

    private static Manifest manifest(Lab lab, String tagOfOne) {
        Manifest manifest = Manifest.of(lab);
        for (int module = 0; module < MODULES; module++) {
            manifest.module("hundred-" + module, lab.image(module == 50 ? tagOfOne : "1"));
        }
        return manifest;
    }

    private static Map<String, String> ids(Lab lab) {
        Map<String, String> ids = new HashMap<>();
        for (int module = 0; module < MODULES; module++) {
            String name = "hundred-" + module;
            ids.put(name, lab.container(name).orElseThrow().getId());
        }
        return ids;
    }
}
