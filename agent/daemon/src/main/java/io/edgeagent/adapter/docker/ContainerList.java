package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.reconcile.ContainerRecipe;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The engine's lists of containers, reduced to what this package asks of them. */
final class ContainerList {
    private static final List<String> LABELS =
            List.of(ContainerRecipe.DEVICE_LABEL, ContainerRecipe.MODULE_LABEL, ContainerRecipe.OWNER_LABEL);
    private static final Fields FIELDS = Fields.of(Stream.concat(
                    Stream.of("Id", "Names", "Image", "ImageID", "State", "Status"),
                    LABELS.stream().map(label -> "Labels/" + label))
            .toArray(String[]::new));

    private final DockerConnection connection;

    /**
     * One of them.
     *
     * @param name without the slash that engines put before it
     * @param labels those that agents give
     */
    record Entry(
            String id,
            String name,
            String image,
            String imageId,
            String state,
            String status,
            Map<String, String> labels) {

        String label(String name) {
            return labels.getOrDefault(name, "");
        }

        boolean isUp() {
            return state.equals("running") || state.equals("restarting");
        }
    }

    ContainerList(DockerConnection connection) {
        this.connection = connection;
    }

    /** Of all containers, whatever their state, those that the filters let through. */
    List<Entry> all(QueryString query) {
        JsonNode answer = connection.get("/containers/json" + query.with("all", true), FIELDS);
        return StreamSupport.stream(answer.spliterator(), false)
                .map(ContainerList::entry)
                .toList();
    }

    /** Those with this label, "name" or "name=value". */
    List<Entry> labelled(String label) {
        return all(new QueryString().filter("label", label));
    }

    private static Entry entry(JsonNode listed) {
        Map<String, String> labels = LABELS.stream()
                .filter(label -> listed.path("Labels").has(label))
                .collect(Collectors.toMap(
                        label -> label,
                        label -> listed.path("Labels").path(label).asText("")));
        return new Entry(
                listed.path("Id").asText(""),
                name(listed.path("Names")),
                listed.path("Image").asText(""),
                Optional.of(listed.path("ImageID").asText(""))
                        .map(ImageDetails::id)
                        .orElse(""),
                listed.path("State").asText(""),
                listed.path("Status").asText(""),
                labels);
    }

    /** Its own name, and not one that another container's link gives it: "/other/alias". */
    private static String name(JsonNode names) {
        return StreamSupport.stream(names.spliterator(), false)
                .map(JsonNode::asText)
                .map(name -> name.startsWith("/") ? name.substring(1) : name)
                .filter(name -> name.indexOf('/') < 0)
                .findFirst()
                .orElse("");
    }
}
