package io.edgeagent.adapter.docker;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.check.EngineSight;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Reaches for a host from inside a network of the engine. IoT Edge pulls an image for that, which is what a board without a network
 * cannot do: here the container is empty and has the host's own programs mounted, read-only.
 */
final class NetworkTrial {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final String IMAGE = "edge-agent-check";
    private static final String LABEL = "io.edge-agent.check";
    /** An archive without a file: two blocks of zeros. */
    private static final int EMPTY_TAR = 1024;

    private static final Fields STATUS = Fields.of("StatusCode");
    private static final Fields PROGRESS = Fields.of("status", "error");
    private static final List<String> PROGRAMS = List.of("/usr", "/lib");
    /** Where the loader of 64-bit programs is on some processors. */
    private static final String LOADER = "/lib64";

    private static final int UNKNOWN = 99;
    private static final int LARGEST = 64;
    /** Ends with {@link #UNKNOWN}, or with a bit for each port that does not answer. */
    private static final String SCRIPT = """
            host=$1; shift
            getent ahosts "$host" >/dev/null || exit 99
            closed=0; bit=1
            for port; do
              timeout 8 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>/dev/null || closed=$((closed + bit))
              bit=$((bit * 2))
            done
            exit $closed
            """;

    private final DockerConnection connection;
    private final String network;

    NetworkTrial(DockerConnection connection, String network) {
        this.connection = connection;
        this.network = network;
    }

    EngineSight.Reach reach(String host, List<Integer> ports) {
        String what = "try the module network";
        String name = IMAGE + "-" + UUID.randomUUID();
        return connection.guard(what, PATIENCE, () -> {
            removeLeftovers();
            importEmptyImage();
            try {
                return understood(run(name, host, ports), ports);
            } finally {
                remove("/containers/" + name
                        + new QueryString().with("force", true).with("v", true));
                // another check may use it at this moment, and removes it then
                remove("/images/" + IMAGE + new QueryString().with("noprune", true));
            }
        });
    }

    /** Of a check that was cut off. */
    private void removeLeftovers() {
        new ContainerList(connection)
                .labelled(LABEL).stream()
                        .filter(container -> !container.isUp())
                        .forEach(container ->
                                remove("/containers/" + container.id() + new QueryString().with("v", true)));
    }

    private void importEmptyImage() {
        try (EngineReply reply = connection.send(
                "/images/create"
                        + new QueryString()
                                .with("fromSrc", "-")
                                .with("repo", IMAGE)
                                .with("tag", "latest"),
                new byte[EMPTY_TAR])) {
            reply.each(PROGRESS, item -> {
                if (item.has("error")) {
                    throw new EngineReplyException(500, item.path("error").asText());
                }
            });
        }
    }

    private int run(String name, String host, List<Integer> ports) {
        try {
            create(name, body(host, ports, true));
        } catch (EngineReplyException e) {
            // not every host has this folder, and the engine says so
            create(name, body(host, ports, false));
        }
        connection.post("/containers/" + name + "/start");
        try (EngineReply ended = connection.stream("/containers/" + name + "/wait", Map.of())) {
            return ended.json(STATUS).path("StatusCode").asInt();
        }
    }

    private void create(String name, ObjectNode body) {
        connection.post("/containers/create" + new QueryString().with("name", name), body);
    }

    private ObjectNode body(String host, List<Integer> ports, boolean withLoader) {
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("Image", IMAGE).put("User", "65534:65534");
        Stream.of("/usr/bin/bash", "-c", SCRIPT, "bash", host).forEach(body.putArray("Entrypoint")::add);
        ports.forEach(port -> body.withArrayProperty("Entrypoint").add(String.valueOf(port)));
        body.putObject("Labels").put(LABEL, network);
        body.putArray("Env").add("PATH=/usr/bin:/usr/sbin");
        ObjectNode options =
                body.putObject("HostConfig").put("NetworkMode", network).put("ReadonlyRootfs", true);
        options.putArray("CapDrop").add("ALL");
        options.putArray("SecurityOpt").add("no-new-privileges");
        Stream.concat(PROGRAMS.stream(), Stream.of(LOADER).filter(folder -> withLoader))
                .forEach(folder -> options.withArrayProperty("Mounts")
                        .addObject()
                        .put("Type", "bind")
                        .put("Source", folder)
                        .put("Target", folder)
                        .put("ReadOnly", true));
        return body;
    }

    private static EngineSight.Reach understood(int code, List<Integer> ports) {
        if (code == UNKNOWN) {
            return new EngineSight.Reach(false, Set.of());
        }
        if (code >= LARGEST) {
            throw new ProblemException(
                    ErrorCode.ENGINE_FAILED, "the host has no bash and getent to try it with (exit code " + code + ")");
        }
        Set<Integer> open = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            if ((code & (1 << i)) == 0) {
                open.add(ports.get(i));
            }
        }
        return new EngineSight.Reach(true, open);
    }

    private void remove(String path) {
        try {
            connection.delete(path);
        } catch (EngineReplyException e) {
            // it is gone, or in use by another check
        }
    }
}
