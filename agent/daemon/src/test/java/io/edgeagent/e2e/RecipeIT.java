package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.command.InspectContainerResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Containers that an agent made before it added something else to them. */
class RecipeIT {
    private static final String LABEL = "io.edge-agent.recipe";
    private static final List<String> MODULES = List.of("recipe-a", "recipe-b");

    @RegisterExtension
    private static final Lab lab = new Lab();

    @Test
    void switching_the_hub_on_makes_containers_anew_once() throws IOException, InterruptedException {
        String id = "recipe-board";
        String connectionString = lab.hub().createEdgeDevice(id);
        Map<String, String> withoutHub = Map.of("CONNECTION_STRING", connectionString, "EDGE_AGENT_HUB", "off");
        try (Device before = new Device(lab, id, withoutHub)) {
            before.start();
            Manifest manifest = Manifest.of(lab);
            MODULES.forEach(module -> manifest.module(module, lab.image("1")));
            before.apply(manifest);
            before.awaitStatus(200);
            List<String> first = ids();
            before.agent().terminate();

            Device after = new Device(lab, id, Map.of("CONNECTION_STRING", connectionString, "EDGE_AGENT_HUB", "on"));
            try (after) {
                after.start().awaitLog("event=step_done module=recipe-b step=start");
                List<String> second = ids();
                assertThat(second).doesNotContainAnyElementsOf(first);
                assertThat(containers()).allSatisfy(container -> {
                    assertThat(container.getConfig().getLabels().get(LABEL)).contains(" hub=");
                    assertThat(container.getConfig().getEnv())
                            .anyMatch(line -> line.startsWith("IOTEDGE_GATEWAYHOSTNAME="));
                });
                after.awaitStatus(200);
                assertThat(MODULES)
                        .allSatisfy(module -> assertThat(after.module(module)
                                        .path("restartCount")
                                        .asInt())
                                .isZero());
                // one after another
                assertThat(steps(after))
                        .containsExactly(
                                "recipe-a stop",
                                "recipe-a remove",
                                "recipe-a create",
                                "recipe-a start",
                                "recipe-b stop",
                                "recipe-b remove",
                                "recipe-b create",
                                "recipe-b start");

                after.agent().terminate();
                after.start().awaitLog("event=link_up");
                after.awaitStatus(200);
                assertThat(ids()).isEqualTo(second);
                assertThat(steps(after)).isEmpty();
            }
        }
    }

    private static List<String> steps(Device device) {
        return device.agent()
                .log()
                .lines()
                .filter(line -> line.contains("event=step_done"))
                .map(line -> line.replaceFirst(".*module=(\\S+) step=(\\S+).*", "$1 $2"))
                .toList();
    }

    private static Stream<InspectContainerResponse> all() {
        return MODULES.stream().map(lab::container).flatMap(Optional::stream);
    }

    private static List<InspectContainerResponse> containers() {
        return all().toList();
    }

    private static List<String> ids() {
        return all().map(InspectContainerResponse::getId).toList();
    }
}
