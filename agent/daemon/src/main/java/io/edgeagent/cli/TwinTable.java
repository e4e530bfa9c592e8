package io.edgeagent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.ImageReference;
import io.edgeagent.model.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The modules of the twin side by side: desired, reported, and what runs.
 *
 * @param differs whether one of them is not as desired, or not as reported
 */
record TwinTable(String text, boolean differs) {
    private static final String NONE = "-";
    private static final String HUB = "docker.io/";
    private static final String OFFICIAL = "library/";

    /**
     * @param twin as the agent tells it
     * @param runs containers by module; empty where they are not known
     */
    static TwinTable of(JsonNode twin, Optional<ObjectNode> runs) {
        JsonNode desired = twin.path("desired");
        JsonNode reported = twin.path("reported");
        Set<String> names = new TreeSet<>();
        desired.path("modules").fieldNames().forEachRemaining(names::add);
        reported.path("modules").fieldNames().forEachRemaining(names::add);
        runs.ifPresent(found -> found.fieldNames().forEachRemaining(names::add));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("", "MODULE", "DESIRED", "REPORTED", "RUNS", "IMAGE"));
        boolean behind =
                desired.path("version").asLong() != reported.path("version").asLong();
        boolean differs = behind;
        for (String name : names) {
            Optional<JsonNode> container = runs.map(found -> found.path(name));
            Row row = new Row(
                    desired.path("modules").path(name),
                    reported.path("modules").path(name),
                    container.orElse(MissingNode.getInstance()),
                    container.isPresent());
            differs |= row.differs();
            rows.add(row.cells(Terminal.plain(name)));
        }
        return new TwinTable(head(desired, reported, behind) + (names.isEmpty() ? "" : Terminal.table(rows)), differs);
    }

    private static String head(JsonNode desired, JsonNode reported, boolean behind) {
        String description = Terminal.plain(reported.path("description").asText(""));
        return (desired.isMissingNode()
                        ? "desired   the hub has not spoken yet\n"
                        : "desired   version " + desired.path("version").asLong() + "\n")
                + (reported.isMissingNode()
                        ? "reported  not connected to the hub\n"
                        : "reported  version " + reported.path("version").asLong() + (behind ? " (behind)" : "")
                                + ", code " + reported.path("code").asInt()
                                + (description.isEmpty() ? "" : ": " + description) + "\n")
                + "\n";
    }

    private record Row(JsonNode desired, JsonNode reported, JsonNode container, boolean runsIsKnown) {
        boolean differs() {
            String wanted = desired.path("status").asText();
            String told = reported.path("status").asText();
            boolean up = container.path("running").asBoolean();
            boolean asReported =
                    !runsIsKnown || up == Set.of("running", "unhealthy").contains(told);
            // a job may have done its work and ended, which is then reported as stopped
            boolean asDesired = wanted.equals(told) || (wanted.equals("running") && told.equals("stopped"));
            return !asReported || !asDesired || otherImageRuns();
        }

        private boolean otherImageRuns() {
            return container.has("image")
                    && desired.has("image")
                    && !same(
                            desired.path("image").asText(),
                            container.path("image").asText());
        }

        List<String> cells(String name) {
            String wanted = Terminal.plain(desired.path("image").asText(NONE));
            String there = Terminal.plain(container.path("image").asText(NONE));
            return List.of(
                    differs() ? "!" : " ",
                    name,
                    Terminal.plain(desired.path("status").asText(NONE)),
                    Terminal.plain(reported.path("status").asText(NONE)),
                    !runsIsKnown ? "?" : Terminal.plain(container.path("status").asText(NONE)),
                    desired.isMissingNode() ? there : otherImageRuns() ? wanted + ", there is " + there : wanted);
        }

        /** Docker Hub is what a name without a registry means. */
        private static boolean same(String wanted, String there) {
            try {
                return onDockerHub(ImageReference.parse(wanted)).equals(onDockerHub(ImageReference.parse(there)));
            } catch (ProblemException e) {
                return wanted.equals(there);
            }
        }

        private static String onDockerHub(ImageReference image) {
            String text = image.engineText();
            String path = text.startsWith(HUB) ? text.substring(HUB.length()) : text;
            return path.startsWith(OFFICIAL) ? path.substring(OFFICIAL.length()) : path;
        }
    }
}
