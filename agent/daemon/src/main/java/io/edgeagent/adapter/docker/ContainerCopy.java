package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A container as the engine describes it, turned back into what the engine is asked to create. Most of the description has the form
 * of the request already (Docker API, container inspect: Config and HostConfig). The rest is what the engine adds while a container
 * is made, and would not take back.
 */
final class ContainerCopy {
    private static final int SHORT_ID = 12;
    private static final List<String> ENDPOINT_SETTINGS = List.of("IPAMConfig", "Links", "DriverOpts", "GwPriority");
    private static final Set<String> BRIDGE_MODES = Set.of("", "default", "bridge");

    private final JsonNode inspected;
    private final String shortId;
    private final String mode;
    // by the network's name
    private final Map<String, ObjectNode> endpoints = new TreeMap<>();

    private ContainerCopy(JsonNode inspected) {
        this.inspected = inspected;
        String id = inspected.path("Id").asText("");
        this.shortId = id.substring(0, Math.min(SHORT_ID, id.length()));
        this.mode = inspected.path("HostConfig").path("NetworkMode").asText("");
        for (Map.Entry<String, JsonNode> network :
                inspected.path("NetworkSettings").path("Networks").properties()) {
            endpoints.put(network.getKey(), endpoint(network.getValue()));
        }
    }

    /** @param inspected the engine's whole answer */
    static ContainerCopy of(JsonNode inspected) {
        return new ContainerCopy(inspected);
    }

    /** The image's name as it was asked for; it may be another image's by now. */
    String imageName() {
        return inspected.path("Config").path("Image").asText("");
    }

    String imageId() {
        return inspected.path("Image").asText("");
    }

    /**
     * Body of Docker's container create call, with the network that the container was made on.
     *
     * @param image name or id
     */
    ObjectNode body(String image) {
        ObjectNode body = object(inspected.path("Config"));
        body.put("Image", image);
        if (body.path("MacAddress").asText("").isEmpty()) {
            body.remove("MacAddress");
        }
        ObjectNode host = object(inspected.path("HostConfig"));
        boolean sharesNetwork = mode.startsWith("container:");
        // the engine's own, which is another one's next time
        if (sharesNetwork
                || body.path("Hostname").asText("").equals(shortId)
                || host.path("UTSMode").asText("").equals("host")) {
            body.remove(List.of("Hostname", "Domainname"));
        }
        if (sharesNetwork) {
            // of the image: the engine put them in, and refuses them here
            body.remove("ExposedPorts");
        }
        keepVolumes(host);
        body.set("HostConfig", host);
        endpoints.forEach((network, settings) -> {
            if (isMadeOn(network) && !settings.isEmpty()) {
                body.withObjectProperty("NetworkingConfig")
                        .withObjectProperty("EndpointsConfig")
                        .set(network, settings);
            }
        });
        return body;
    }

    /**
     * Bodies of Docker's network connect call by network: an engine may take but one network with a new container.
     *
     * @param id of the new container
     */
    Map<String, ObjectNode> furtherNetworks(String id) {
        Map<String, ObjectNode> bodies = new LinkedHashMap<>();
        endpoints.forEach((network, settings) -> {
            if (!isMadeOn(network)) {
                ObjectNode body = JsonNodeFactory.instance.objectNode().put("Container", id);
                body.set("EndpointConfig", settings);
                bodies.put(network, body);
            }
        });
        return bodies;
    }

    private boolean isMadeOn(String network) {
        String id = inspected
                .path("NetworkSettings")
                .path("Networks")
                .path(network)
                .path("NetworkID")
                .asText("");
        return network.equals(mode)
                || (BRIDGE_MODES.contains(mode) && network.equals("bridge"))
                || (mode.length() >= SHORT_ID && id.startsWith(mode));
    }

    private ObjectNode endpoint(JsonNode described) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        for (String name : ENDPOINT_SETTINGS) {
            if (!described.path(name).isMissingNode() && !described.path(name).isNull()) {
                settings.set(name, described.path(name));
            }
        }
        ArrayNode aliases = JsonNodeFactory.instance.arrayNode();
        for (JsonNode alias : described.path("Aliases")) {
            if (!alias.asText().equals(shortId)) {
                aliases.add(alias);
            }
        }
        if (!aliases.isEmpty()) {
            settings.set("Aliases", aliases);
        }
        return settings;
    }

    /** Volumes without a name in the request have one by now, and what is in them belongs to the module. */
    private void keepVolumes(ObjectNode host) {
        ArrayNode mounts =
                host.path("Mounts") instanceof ArrayNode known ? known : JsonNodeFactory.instance.arrayNode();
        for (JsonNode mounted : inspected.path("Mounts")) {
            String target = mounted.path("Destination").asText("");
            if (!mounted.path("Type").asText("").equals("volume") || isBound(host, target)) {
                continue;
            }
            ObjectNode mount = find(mounts, target).orElseGet(mounts::addObject);
            mount.put("Type", "volume")
                    .put("Source", mounted.path("Name").asText(""))
                    .put("Target", target)
                    .put("ReadOnly", !mounted.path("RW").asBoolean(true));
        }
        if (!mounts.isEmpty()) {
            host.set("Mounts", mounts);
        }
    }

    private static Optional<ObjectNode> find(ArrayNode mounts, String target) {
        for (JsonNode asked : mounts) {
            if (asked instanceof ObjectNode mount
                    && mount.path("Target").asText("").equals(target)) {
                return Optional.of(mount);
            }
        }
        return Optional.empty();
    }

    /** Binds name their source themselves: SOURCE:TARGET[:OPTIONS]. */
    private static boolean isBound(ObjectNode host, String target) {
        for (JsonNode bind : host.path("Binds")) {
            String[] parts = bind.asText("").split(":", -1);
            if (parts.length > 1 && parts[1].equals(target)) {
                return true;
            }
        }
        return false;
    }

    private static ObjectNode object(JsonNode json) {
        return json instanceof ObjectNode object ? object.deepCopy() : JsonNodeFactory.instance.objectNode();
    }
}
