package io.edgeagent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.CreateOptionsChunks;
import io.edgeagent.protocol.TwinPatch;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The desired properties of {@code $edgeAgent}, schema 1.0 and 1.1, whole and valid. Unknown fields are ignored, as IoT Edge does.
 *
 * @param version {@code $version} of the desired section
 * @param runtimeSettings minDockerVersion and loggingOptions, reported back
 * @param agent settings of the built-in agent role
 * @param hub settings of the built-in hub role
 * @param modules by name, sorted
 */
public record Deployment(
        long version,
        Map<String, String> runtimeSettings,
        List<RegistryCredential> credentials,
        Optional<SystemModule> agent,
        Optional<SystemModule> hub,
        Map<String, ModuleSpec> modules) {

    // what a container may be called (Docker API, container create) within what the hub takes for a module id
    private static final Pattern MODULE_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}");
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})(?:\\.(\\d{1,9})){0,2}");
    private static final String DOCKER = "docker";

    public Deployment {
        runtimeSettings = Map.copyOf(runtimeSettings);
        credentials = List.copyOf(credentials);
        modules = Collections.unmodifiableMap(new TreeMap<>(modules));
    }

    /**
     * Reads the desired section of the twin.
     *
     * @throws RefusedDeployment with the status to report and the field in words
     */
    public static Deployment parse(ObjectNode desired) {
        ObjectNode properties = desired.deepCopy();
        long version = properties.path(TwinPatch.VERSION).asLong(0);
        properties.remove(List.of(TwinPatch.VERSION, TwinPatch.METADATA));
        if (properties.isEmpty()) {
            throw new RefusedDeployment(DeploymentStatus.EMPTY);
        }
        ManifestNode root = new ManifestNode(properties, "");
        checkSchema(root.json().path("schemaVersion"));

        ManifestNode runtime = root.requireObject("runtime");
        if (!DOCKER.equals(runtime.requireText("type").toLowerCase(Locale.ROOT))) {
            throw runtime.refuse("type", "is \"" + runtime.requireText("type") + "\", only \"docker\" is supported");
        }
        ManifestNode settings = runtime.object("settings").orElse(ManifestNode.empty("runtime.settings"));
        ManifestNode system = root.requireObject("systemModules");
        Map<String, ModuleSpec> modules = new TreeMap<>();
        root.objects("modules").forEach((name, module) -> modules.put(name, module(name, module)));
        return new Deployment(
                version,
                Map.of(
                        "minDockerVersion", settings.text("minDockerVersion").orElse(""),
                        "loggingOptions", settings.text("loggingOptions").orElse("")),
                settings.objects("registryCredentials").values().stream()
                        .map(Deployment::credential)
                        .toList(),
                system.object("edgeAgent").map(node -> systemModule(node, 0)),
                system.object("edgeHub").map(node -> systemModule(node, ModuleSpec.LAST)),
                modules);
    }

    /** The login for an image's registry: the first that matches. */
    public Optional<RegistryCredential> credentialFor(ImageReference image) {
        return credentials.stream()
                .filter(credential -> image.isServedBy(credential.address()))
                .findFirst();
    }

    /** Whether every image is pulled before any module is touched (environment ModuleUpdateMode of the agent role). */
    public boolean waitForAllPulls() {
        return agent.map(role -> role.env().get("ModuleUpdateMode"))
                .filter(mode -> mode.strip().equalsIgnoreCase("WaitForAllPulls"))
                .isPresent();
    }

    private static void checkSchema(JsonNode node) {
        var matcher = VERSION.matcher(node.asText(""));
        if (!matcher.matches() || !matcher.group(1).equals("1") || Long.parseLong(matcher.group(2)) > 1) {
            throw new RefusedDeployment(DeploymentStatus.unsupportedSchema("schemaVersion is "
                    + (node.isMissingNode() ? "missing" : "\"" + node.asText() + "\"")
                    + "; this agent follows 1.0 and 1.1"));
        }
    }

    private static RegistryCredential credential(ManifestNode node) {
        return new RegistryCredential(
                node.requireText("address"), node.requireText("username"), node.requireText("password"));
    }

    private static SystemModule systemModule(ManifestNode node, long startupOrder) {
        requireDocker(node);
        Optional<ManifestNode> settings = node.object("settings");
        return new SystemModule(
                settings.flatMap(inner -> inner.text("image")
                        .filter(text -> !text.isBlank())
                        .map(text -> inner.at("image", () -> ImageReference.parse(text)))),
                settings.map(Deployment::createOptions).orElse(CreateOptions.EMPTY),
                env(node),
                node.choice("restartPolicy", RestartPolicy.class, RestartPolicy::text)
                        .orElse(RestartPolicy.ALWAYS),
                pullPolicy(node),
                node.unsignedInt("startupOrder", startupOrder),
                node.text("version").orElse(""));
    }

    private static ModuleSpec module(String name, ManifestNode node) {
        if (!MODULE_NAME.matcher(name).matches() || name.length() < 2) {
            throw node.refuse(
                    "(name)",
                    "a module's name is its container's: 2 to 128 letters, digits, '_', '.' and '-', a letter or digit"
                            + " first");
        }
        if (name.equalsIgnoreCase("edgeAgent") || name.equalsIgnoreCase("edgeHub")) {
            throw node.refuse("(name)", "this name belongs to a built-in role; choose another");
        }
        requireDocker(node);
        ManifestNode settings = node.requireObject("settings");
        return new ModuleSpec(
                name,
                settings.at("image", () -> ImageReference.parse(withDigest(settings))),
                createOptions(settings),
                env(node),
                node.choice("status", DesiredStatus.class, DesiredStatus::text)
                        .orElseThrow(() -> node.refuse("status", "is missing; expected running or stopped")),
                node.choice("restartPolicy", RestartPolicy.class, RestartPolicy::text)
                        .orElse(RestartPolicy.ON_UNHEALTHY),
                pullPolicy(node),
                node.unsignedInt("startupOrder", ModuleSpec.LAST),
                node.text("version").orElse(""));
    }

    private static String withDigest(ManifestNode settings) {
        String image = settings.requireText("image");
        Optional<String> digest = settings.text("digest").filter(value -> !value.isBlank());
        return digest.isEmpty() || image.contains("@")
                ? image
                : image.strip() + "@" + digest.get().strip();
    }

    private static void requireDocker(ManifestNode node) {
        if (!DOCKER.equalsIgnoreCase(node.requireText("type"))) {
            throw node.refuse("type", "is \"" + node.requireText("type") + "\", only \"docker\" is supported");
        }
    }

    private static CreateOptions createOptions(ManifestNode settings) {
        return settings.at(
                "createOptions",
                () -> CreateOptions.parse(
                        CreateOptionsChunks.join(settings.json()).orElse("")));
    }

    private static PullPolicy pullPolicy(ManifestNode node) {
        return node.choice("imagePullPolicy", PullPolicy.class, PullPolicy::text)
                .orElse(PullPolicy.ON_CREATE);
    }

    private static Map<String, String> env(ManifestNode node) {
        Map<String, String> env = new TreeMap<>();
        node.objects("env").forEach((name, value) -> {
            if (name.isBlank() || name.contains("=") || name.indexOf('\0') >= 0) {
                throw node.refuse("env", "\"" + name + "\" is no name of an environment variable");
            }
            env.put(name, value.text("value").orElse(""));
        });
        return env;
    }
}
