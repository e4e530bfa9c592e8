package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/** The keys of config.toml: those that we read, and those of IoT Edge that a copied file has and that do nothing here. */
final class KnownKeys {
    private static final Set<String> READ = Set.of(
            "trust_bundle_cert",
            "allow_elevated_docker_permissions",
            "refused_options",
            "provisioning",
            "moby_runtime.uri",
            "moby_runtime.network",
            "update.strategy",
            "update.settle",
            "logs.max_size",
            "logs.max_files",
            "disk.min_free_mb",
            "devices.privileged",
            "devices.allow",
            "devices.aliases",
            "image_garbage_collection.enabled",
            "image_garbage_collection.cleanup_recurrence",
            "image_garbage_collection.image_age_cleanup_threshold");

    // IoT Edge's own, https://learn.microsoft.com/azure/iot-edge/configure-device
    private static final Map<String, String> WITHOUT_EFFECT = Map.ofEntries(
            Map.entry("agent", "the agent is this program, no container"),
            Map.entry("connect", "there are no daemons to connect"),
            Map.entry("listen", "there are no daemons to connect"),
            Map.entry("watchdog", "systemd restarts the agent"),
            Map.entry("aziot_max_requests", "there are no daemons to connect"),
            Map.entry("iotedge_max_requests", "the limits are fixed"),
            Map.entry("image_garbage_collection.cleanup_time", "a board without a clock has no midnight"),
            Map.entry("moby_runtime.content_trust", "not supported: images are not checked for signatures"),
            Map.entry("hostname", "the host's name is taken from the system"),
            Map.entry("parent_hostname", "not supported: the device talks to IoT Hub itself"),
            Map.entry("auto_reprovisioning_mode", "there is no provisioning service yet"),
            Map.entry("prefer_module_identity_cache", "known identities are always used"),
            Map.entry("cloud_timeout_sec", "the limits are fixed"),
            Map.entry("cloud_retries", "it is tried for ever"),
            Map.entry("edge_ca", "the agent makes its own"),
            Map.entry("cert_issuance", "not supported"),
            Map.entry("tpm", "not supported"),
            Map.entry("aziot_keys", "not supported"),
            Map.entry("preloaded_keys", "not supported"),
            Map.entry("preloaded_certs", "not supported"),
            Map.entry("imported_master_encryption_key", "not supported"),
            Map.entry("manifest_trust_bundle_cert", "not supported"),
            Map.entry("additional_info", "not supported"));

    private KnownKeys() {}

    static void check(JsonNode toml, Findings findings) {
        check("", toml, findings);
    }

    private static void check(String prefix, JsonNode table, Findings findings) {
        table.properties().forEach(entry -> {
            String key = prefix + entry.getKey();
            if (READ.contains(key)) {
                return;
            }
            if (WITHOUT_EFFECT.containsKey(key)) {
                findings.warn(key + " has no effect: " + WITHOUT_EFFECT.get(key));
            } else if (entry.getValue().isObject() && leadsSomewhere(key)) {
                check(key + ".", entry.getValue(), findings);
            } else {
                findings.warn(printable(key) + " is no setting that edge-agent knows: a slip of the pen?");
            }
        });
    }

    private static boolean leadsSomewhere(String key) {
        return READ.stream().anyMatch(known -> known.startsWith(key + "."));
    }

    private static String printable(String key) {
        String text = key.replaceAll("[^ -~]", "?");
        return text.substring(0, Math.min(100, text.length()));
    }
}
