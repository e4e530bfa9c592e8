package io.edgeagent.model;

import io.edgeagent.protocol.CreateOptionsChunks;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the entry of one module, or of a built-in role. */
final class ManifestModule {
    // what a container may be called (Docker API, container create) within what the hub takes for a module id
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}");
    static final String DOCKER = "docker";

    private ManifestModule() {}

    /** Whether a container and an identity can have this name. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches()
                && !name.equalsIgnoreCase("edgeAgent")
                && !name.equalsIgnoreCase("edgeHub")
                && !name.startsWith(ModuleSpec.RESERVED);
    }

    static ModuleSpec module(String name, ManifestNode node) {
        if (!NAME.matcher(name).matches()) {
            throw node.refuse(
                    "(name)",
                    "a module's name is its container's: 2 to 128 letters, digits, '_', '.' and '-', a letter or digit first");
        }
        if (!isName(name)) {
            throw node.refuse(
                    "(name)",
                    "this name belongs to a built-in role, or begins with \"" + ModuleSpec.RESERVED
                            + "\"; choose another");
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

    static SystemModule role(ManifestNode node, long startupOrder) {
        requireDocker(node);
        Optional<ManifestNode> settings = node.object("settings");
        return new SystemModule(
                settings.flatMap(inner -> inner.text("image")
                        .filter(text -> !text.isBlank())
                        .map(text -> inner.at("image", () -> ImageReference.parse(text)))),
                settings.map(ManifestModule::createOptions).orElse(CreateOptions.EMPTY),
                env(node),
                node.choice("restartPolicy", RestartPolicy.class, RestartPolicy::text)
                        .orElse(RestartPolicy.ALWAYS),
                pullPolicy(node),
                node.unsignedInt("startupOrder", startupOrder),
                node.text("version").orElse(""));
    }

    private static void requireDocker(ManifestNode node) {
        if (!DOCKER.equalsIgnoreCase(node.requireText("type"))) {
            throw node.refuse("type", "is \"" + node.requireText("type") + "\", only \"docker\" is supported");
        }
    }

    private static String withDigest(ManifestNode settings) {
        String image = settings.requireText("image");
        Optional<String> digest = settings.text("digest").filter(value -> !value.isBlank());
        return digest.isEmpty() || image.contains("@")
                ? image
                : image.strip() + "@" + digest.get().strip();
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
                throw node.refuse("env", "\"" + name + "\" cannot be the name of an environment variable");
            }
            env.put(name, value.text("value").orElse(""));
        });
        return env;
    }
}
