package io.edgeagent.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.TwinPatch;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The desired properties of {@code $edgeAgent}, schema 1.0 and 1.1. Unknown fields are ignored, as IoT Edge does. What is wrong
 * with one module's entry is a fault of that module and leaves the others alone.
 *
 * @param version {@code $version} of the desired section
 * @param runtimeSettings minDockerVersion and loggingOptions, reported back
 * @param agent settings of the built-in agent role
 * @param hub settings of the built-in hub role
 * @param updates when modules that run may be changed
 * @param modules by name, sorted
 * @param faults what is wrong with entries that cannot be followed, by the module's name; a role's stand under its identity,
 *     {@code $edgeAgent} or {@code $edgeHub}. Such a module is in {@code modules} as it last was, or not at all
 */
public record Deployment(
        long version,
        Map<String, String> runtimeSettings,
        List<RegistryCredential> credentials,
        Optional<SystemModule> agent,
        Optional<SystemModule> hub,
        UpdateRules updates,
        Map<String, ModuleSpec> modules,
        Map<String, Problem> faults) {

    static final String AGENT = "$edgeAgent";
    static final String HUB = "$edgeHub";
    private static final Pattern VERSION = Pattern.compile("(\\d{1,9})\\.(\\d{1,9})(?:\\.(\\d{1,9})){0,2}");

    public Deployment {
        runtimeSettings = Map.copyOf(runtimeSettings);
        credentials = List.copyOf(credentials);
        modules = Collections.unmodifiableMap(new TreeMap<>(modules));
        faults = Collections.unmodifiableMap(new TreeMap<>(faults));
    }

    /**
     * Reads the desired section of the twin.
     *
     * @throws RefusedDeployment if it cannot be understood as a whole, with the status to report and the field in words
     */
    public static Deployment parse(ObjectNode desired) {
        return parse(desired, ParentHost.NONE);
    }

    /** The same on a device with a parent, which {@code $upstream} stands for. */
    public static Deployment parse(ObjectNode desired, ParentHost parent) {
        ObjectNode properties = desired.deepCopy();
        parent.resolveIn(properties);
        long version = properties.path(TwinPatch.VERSION).asLong(0);
        properties.remove(List.of(TwinPatch.VERSION, TwinPatch.METADATA));
        if (properties.isEmpty()) {
            throw new RefusedDeployment(DeploymentStatus.EMPTY);
        }
        ManifestNode root = new ManifestNode(properties, "");
        checkSchema(root.json().path("schemaVersion"));

        ManifestNode runtime = root.requireObject("runtime");
        if (!ManifestModule.DOCKER.equals(runtime.requireText("type").toLowerCase(Locale.ROOT))) {
            throw runtime.refuse("type", "is \"" + runtime.requireText("type") + "\", only \"docker\" is supported");
        }
        ManifestNode settings = runtime.object("settings").orElse(ManifestNode.empty("runtime.settings"));
        ManifestNode system = root.requireObject("systemModules");
        Map<String, Problem> faults = new TreeMap<>();
        Map<String, ModuleSpec> modules = new TreeMap<>();
        root.object("modules")
                .ifPresent(all -> all.names()
                        .forEach(name -> read(name, faults, () -> ManifestModule.module(name, all.requireObject(name)))
                                .ifPresent(module -> modules.put(name, module))));
        Optional<SystemModule> agent = read(
                        AGENT, faults, () -> system.object("edgeAgent").map(node -> ManifestModule.role(node, 0)))
                .flatMap(Function.identity());
        UpdateRules updates = read(
                        AGENT,
                        faults,
                        () -> agent.map(role -> UpdateRules.of(role.env())).orElse(UpdateRules.NONE))
                .orElse(UpdateRules.UNREADABLE);
        return new Deployment(
                version,
                Map.of(
                        "minDockerVersion", settings.text("minDockerVersion").orElse(""),
                        "loggingOptions", settings.text("loggingOptions").orElse("")),
                settings.objects("registryCredentials").values().stream()
                        .map(Deployment::credential)
                        .toList(),
                agent,
                read(
                                HUB,
                                faults,
                                () -> system.object("edgeHub").map(node -> ManifestModule.role(node, ModuleSpec.LAST)))
                        .flatMap(Function.identity()),
                updates,
                modules,
                faults);
    }

    /** The one place where whatever is wrong with an entry, foreseen or not, becomes that entry's fault. */
    private static <T> Optional<T> read(String name, Map<String, Problem> faults, Supplier<T> reader) {
        try {
            return Optional.of(reader.get());
        } catch (RefusedDeployment e) {
            faults.put(name, new Problem(ErrorCode.MANIFEST_INVALID, e.getMessage()));
        } catch (RuntimeException | StackOverflowError e) {
            faults.put(name, ProblemException.of(e));
        }
        return Optional.empty();
    }

    /** With entries that are not this deployment's own, because those of the hub's cannot be followed. */
    Deployment insteadOf(Deployment faulty) {
        return new Deployment(
                version,
                runtimeSettings,
                credentials,
                agent,
                hub,
                faulty.updates.readable() ? updates : UpdateRules.UNREADABLE,
                modules,
                faulty.faults);
    }

    /** Whether a container and an identity can have this name. */
    public static boolean isModuleName(String name) {
        return ManifestModule.isName(name);
    }

    /** Whether modules are to find a hub on the board, also where its own entry has a fault. */
    public boolean wantsHub() {
        return hub.isPresent() || faults.containsKey(HUB);
    }

    /** What is wrong with a module's entry. */
    public Optional<Problem> fault(String module) {
        return Optional.ofNullable(faults.get(module));
    }

    /** Modules whose containers and identities are to stay: those of the deployment, and those whose entry has a fault. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>(modules.keySet());
        names.addAll(faults.keySet());
        return names;
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
}
