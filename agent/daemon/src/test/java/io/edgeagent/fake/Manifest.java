package io.edgeagent.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Deployment;
import io.edgeagent.model.ModuleSpec;

/** Desired properties for tests, written as a person would write them. */
public final class Manifest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final ObjectNode json;

    private Manifest(ObjectNode json) {
        this.json = json;
    }

    /** A good manifest without modules. */
    public static Manifest version(long version) {
        return new Manifest(json("""
                {'schemaVersion':'1.1',
                 'runtime':{'type':'docker','settings':{'minDockerVersion':'v1.25','loggingOptions':''}},
                 'systemModules':{
                   'edgeAgent':{'type':'docker','settings':{'image':'mcr.example.io/azureiotedge-agent:1.5'}},
                   'edgeHub':{'type':'docker','status':'running','restartPolicy':'always',
                     'settings':{'image':'mcr.example.io/azureiotedge-hub:1.5','createOptions':'{}'}}},
                 'modules':{}}
                """).put("$version", version));
    }

    public Manifest with(Module... modules) {
        ObjectNode copy = json.deepCopy();
        for (Module module : modules) {
            copy.withObject("/modules").set(module.name, module.json.deepCopy());
        }
        return new Manifest(copy);
    }

    public Manifest waitingForAllPulls() {
        return agentEnv("ModuleUpdateMode", "WaitForAllPulls");
    }

    /** A setting of the built-in agent role. */
    public Manifest agentEnv(String variable, String value) {
        ObjectNode copy = json.deepCopy();
        copy.withObject("/systemModules/edgeAgent/env/" + variable).put("value", value);
        return new Manifest(copy);
    }

    public Manifest withLogin(String address, String username, String password) {
        ObjectNode copy = json.deepCopy();
        copy.withObject("/runtime/settings/registryCredentials/one")
                .put("address", address)
                .put("username", username)
                .put("password", password);
        return new Manifest(copy);
    }

    /** As it is read from a text. */
    public ObjectNode json() {
        return json(json.toString());
    }

    public Deployment deployment() {
        return Deployment.parse(json);
    }

    /** JSON with single quotes, so that it reads well in Java. */
    public static ObjectNode json(String singleQuoted) {
        try {
            return (ObjectNode) MAPPER.readTree(singleQuoted.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(singleQuoted, e);
        }
    }

    public static Module module(String name) {
        return new Module(
                name,
                json("{'type':'docker','status':'running','settings':{'image':'registry.example.io/%s:1'}}"
                        .formatted(name)));
    }

    /** One module; every call gives a new one. */
    public static final class Module {
        private final String name;
        private final ObjectNode json;

        private Module(String name, ObjectNode json) {
            this.name = name;
            this.json = json;
        }

        public Module image(String image) {
            ObjectNode copy = json.deepCopy();
            copy.withObject("/settings").put("image", image);
            return new Module(name, copy);
        }

        public Module createOptions(String singleQuoted) {
            ObjectNode copy = json.deepCopy();
            copy.withObject("/settings").put("createOptions", json(singleQuoted).toString());
            return new Module(name, copy);
        }

        /** Updates of it are rolled back. */
        public Module rollingBack() {
            return createOptions("{'Labels':{'io.edge-agent.update':'rollback'}}");
        }

        public Module env(String variable, String value) {
            ObjectNode copy = json.deepCopy();
            copy.withObject("/env").putObject(variable).put("value", value);
            return new Module(name, copy);
        }

        public Module status(String status) {
            return put("status", status);
        }

        public Module restartPolicy(String policy) {
            return put("restartPolicy", policy);
        }

        public Module imagePullPolicy(String policy) {
            return put("imagePullPolicy", policy);
        }

        public Module version(String version) {
            return put("version", version);
        }

        public Module startupOrder(long order) {
            ObjectNode copy = json.deepCopy();
            copy.put("startupOrder", order);
            return new Module(name, copy);
        }

        private Module put(String field, String value) {
            ObjectNode copy = json.deepCopy();
            copy.put(field, value);
            return new Module(name, copy);
        }

        public ModuleSpec spec() {
            return Manifest.version(1).with(this).deployment().modules().get(name);
        }
    }
}
