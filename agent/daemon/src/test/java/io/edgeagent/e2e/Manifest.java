package io.edgeagent.e2e;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Builds a manifest as the portal writes it. */
final class Manifest {
    private final ObjectNode content = JsonNodeFactory.instance.objectNode();
    private final ObjectNode agent =
            content.putObject("modulesContent").putObject("$edgeAgent").putObject("properties.desired");

    Manifest() {
        agent.put("schemaVersion", "1.1");
        agent.putObject("runtime").put("type", "docker").putObject("settings").put("minDockerVersion", "v1.25");
        ObjectNode system = agent.putObject("systemModules");
        system.putObject("edgeAgent")
                .put("type", "docker")
                .putObject("settings")
                .put("image", "mcr.microsoft.com/azureiotedge-agent:1.5")
                .put("createOptions", "{}");
        system.putObject("edgeHub")
                .put("type", "docker")
                .put("status", "running")
                .put("restartPolicy", "always")
                .putObject("settings")
                .put("image", "mcr.microsoft.com/azureiotedge-hub:1.5")
                .put("createOptions", "{}");
        agent.putObject("modules");
        ObjectNode hub =
                content.withObject("/modulesContent").putObject("$edgeHub").putObject("properties.desired");
        hub.put("schemaVersion", "1.0").putObject("routes").put("upstream", "FROM /messages/* INTO $upstream");
        hub.putObject("storeAndForwardConfiguration").put("timeToLiveSecs", 7200);
    }

    static Manifest of(Lab lab) {
        return new Manifest().login(lab.registry, lab.registryUser, lab.registryPassword);
    }

    Manifest login(String address, String user, String password) {
        agent.withObject("/runtime/settings/registryCredentials")
                .putObject("lab")
                .put("address", address)
                .put("username", user)
                .put("password", password);
        return this;
    }

    Manifest module(String name, String image, String createOptions) {
        settings(name, image).put("createOptions", createOptions);
        return this;
    }

    /** A module that just stays up. */
    Manifest module(String name, String image) {
        return module(name, image, "{\"Cmd\":[\"sleep\",\"100000\"],\"StopSignal\":\"SIGKILL\"}");
    }

    ObjectNode settings(String name, String image) {
        return agent.withObject("/modules")
                .putObject(name)
                .put("type", "docker")
                .put("status", "running")
                .put("restartPolicy", "always")
                .putObject("settings")
                .put("image", image);
    }

    /** Sets another field of a module. */
    void patch(String module, String field, String value) {
        agent.withObject("/modules/" + module).put(field, value);
    }

    ObjectNode json() {
        return content;
    }
}
