package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/** The keys of config.toml: those that we read, and those of IoT Edge that a copied file has and that do nothing here. */
final class KnownKeys {
    private static final Set<String> READ = Set.of(
            "hostname",
            "trust_bundle_cert",
            "edge_ca.cert",
            "edge_ca.pk",
            "edge_ca.method",
            "edge_ca.common_name",
            "edge_ca.subject",
            "edge_ca.expiry_days",
            "edge_ca.auto_generated_edge_ca_expiry_days",
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
            Map.entry("parent_hostname", "not supported: the device talks to IoT Hub itself"),
            Map.entry("auto_reprovisioning_mode", "there is no provisioning service yet"),
            Map.entry("prefer_module_identity_cache", "known identities are always used"),
            Map.entry("cloud_timeout_sec", "the limits are fixed"),
            Map.entry("cloud_retries", "it is tried for ever"),
            Map.entry("edge_ca.auto_renew", "the agent's own CA gets a new key at 80 % of its life, without a restart"),
            Map.entry("cert_issuance", "certificates are not fetched from an EST server or another CA"),
            Map.entry("tpm", "not supported"),
            Map.entry("additional_info", "not supported"));

    // without these the device would be another than the one that its operator means
    private static final Map<String, String> REFUSED = Map.of(
            "aziot_keys", "keys in a security module (PKCS #11) are not supported: take it out, and name files of keys",
            "preloaded_keys", "not supported: name the file of a key where it is used, such as in edge_ca.pk",
            "preloaded_certs",
                    "not supported: name the file of a certificate where it is used, such as in edge_ca.cert",
            "imported_master_encryption_key",
                    "not supported: what modules encrypted before cannot be read with it here; take it out and let them"
                            + " encrypt anew",
            "manifest_trust_bundle_cert",
                    "signed manifests are not checked: take it out if you can do without that check");

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
            if (REFUSED.containsKey(key)) {
                findings.error(key + ": " + REFUSED.get(key));
            } else if (WITHOUT_EFFECT.containsKey(key)) {
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
