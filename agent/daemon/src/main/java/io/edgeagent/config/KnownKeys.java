package io.edgeagent.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;

/** The keys of config.toml: those that we read, and those of IoT Edge that a copied file has and that do nothing here. */
final class KnownKeys {
    private static final Set<String> OF_CLIENTS = Set.of("name", "password", "password_file", "password_hash");
    private static final String IPAM = "moby_runtime.network.ipam.config";

    private static final Set<String> READ = Set.of(
            "hostname",
            "parent_hostname",
            "trust_bundle_cert",
            "trust_bundle_cert.uri",
            "edge_ca.cert",
            "edge_ca.cert.uri",
            "edge_ca.pk",
            "edge_ca.pk.uri",
            "edge_ca.method",
            "edge_ca.common_name",
            "edge_ca.subject",
            "edge_ca.expiry_days",
            "edge_ca.auto_generated_edge_ca_expiry_days",
            "allow_elevated_docker_permissions",
            "refused_options",
            "auto_reprovisioning_mode",
            "provisioning.source",
            "provisioning.connection_string",
            "provisioning.iothub_hostname",
            "provisioning.device_id",
            "provisioning.authentication.method",
            "provisioning.authentication.device_id_pk.value",
            "provisioning.authentication.device_id_pk.uri",
            "provisioning.authentication.identity_cert",
            "provisioning.authentication.identity_cert.uri",
            "provisioning.authentication.identity_pk",
            "provisioning.authentication.identity_pk.uri",
            "provisioning.global_endpoint",
            "provisioning.id_scope",
            "provisioning.payload.uri",
            "provisioning.attestation.method",
            "provisioning.attestation.registration_id",
            "provisioning.attestation.symmetric_key.value",
            "provisioning.attestation.symmetric_key.uri",
            "provisioning.attestation.identity_cert",
            "provisioning.attestation.identity_cert.uri",
            "provisioning.attestation.identity_pk",
            "provisioning.attestation.identity_pk.uri",
            "moby_runtime.uri",
            "moby_runtime.network",
            "moby_runtime.network.name",
            "moby_runtime.network.ipv6",
            IPAM,
            IPAM + ".subnet",
            IPAM + ".gateway",
            IPAM + ".ip_range",
            "hub.enabled",
            "agent.env.https_proxy",
            "agent.env.HTTPS_PROXY",
            "agent.env.all_proxy",
            "agent.env.ALL_PROXY",
            "agent.env.no_proxy",
            "agent.env.NO_PROXY",
            "agent.env.UpstreamProtocol",
            "agent.env.RuntimeLogLevel",
            "update.strategy",
            "update.settle",
            "logs.max_size",
            "logs.max_files",
            "logs.agent_format",
            "disk.min_free_mb",
            "hub.listen",
            "hub.names",
            "hub.max_store_mb",
            "hub.when_full",
            "hub.clients",
            "hub.plain",
            "devices.privileged",
            "devices.allow",
            "devices.aliases",
            "image_garbage_collection.enabled",
            "image_garbage_collection.cleanup_recurrence",
            "image_garbage_collection.image_age_cleanup_threshold");

    private static final String BUILT_IN = "the agent is this program, not a container";

    // IoT Edge's own, https://learn.microsoft.com/azure/iot-edge/configure-device
    private static final Map<String, String> WITHOUT_EFFECT = Map.ofEntries(
            Map.entry("agent.name", BUILT_IN),
            Map.entry("agent.type", BUILT_IN),
            Map.entry("agent.imagePullPolicy", BUILT_IN),
            Map.entry("agent.image_pull_policy", BUILT_IN),
            Map.entry("agent.config", BUILT_IN),
            Map.entry("agent.version", BUILT_IN),
            Map.entry("localid", "there are no local identities"),
            Map.entry("endpoints", "there are no daemons to connect"),
            Map.entry("principal", "there are no daemons whose callers need rights"),
            Map.entry("connect", "there are no daemons to connect"),
            Map.entry("listen", "there are no daemons to connect"),
            Map.entry("watchdog", "systemd restarts the agent"),
            Map.entry("aziot_max_requests", "there are no daemons to connect"),
            Map.entry("iotedge_max_requests", "the limits cannot be set"),
            Map.entry("image_garbage_collection.cleanup_time", "a board without a clock has no midnight"),
            Map.entry("moby_runtime.content_trust", "not supported: images are not checked for signatures"),
            Map.entry("prefer_module_identity_cache", "known identities are always used"),
            Map.entry("cloud_timeout_sec", "the limits cannot be set"),
            Map.entry("cloud_retries", "the agent never gives up"),
            Map.entry("edge_ca.auto_renew", "the agent's own CA gets a new key at 80 % of its life, without a restart"),
            Map.entry("cert_issuance", "certificates are not fetched from an EST server or another CA"),
            Map.entry("tpm", "no TPM is used"),
            Map.entry(
                    "provisioning.dynamic_reprovisioning",
                    "auto_reprovisioning_mode took its place: \"Dynamic\" is the default"),
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

    private static final String AGENT_ENV = "agent.env.";

    private KnownKeys() {}

    static void check(JsonNode toml, Findings findings) {
        check("", toml, findings);
        toml.at("/moby_runtime/network/ipam/config").forEach(pool -> check(IPAM + ".", pool, findings));
        for (JsonNode client : toml.at("/hub/clients")) {
            client.fieldNames().forEachRemaining(key -> {
                if (!OF_CLIENTS.contains(key)) {
                    findings.warn("hub.clients." + printable(key) + " is not a setting that edge-agent knows: check its"
                            + " spelling");
                }
            });
        }
    }

    private static void check(String prefix, JsonNode table, Findings findings) {
        table.properties().forEach(entry -> {
            String key = prefix + entry.getKey();
            if (READ.contains(key) && !(entry.getValue().isObject() && leadsSomewhere(key))) {
                return;
            }
            if (REFUSED.containsKey(key)) {
                findings.error(key + ": " + REFUSED.get(key));
            } else if (WITHOUT_EFFECT.containsKey(key)) {
                findings.warn(key + " has no effect: " + WITHOUT_EFFECT.get(key));
            } else if (key.startsWith(AGENT_ENV)) {
                findings.warn(printable(key) + " has no effect: of the agent's environment, https_proxy, no_proxy,"
                        + " UpstreamProtocol and RuntimeLogLevel count here; put everything else into the deployment");
            } else if (READ.contains(key) && entry.getValue().has("method")) {
                // who reads it refuses it, with what to use
                return;
            } else if (entry.getValue().isObject() && leadsSomewhere(key)) {
                check(key + ".", entry.getValue(), findings);
            } else {
                findings.warn(printable(key) + " is not a setting that edge-agent knows: check its spelling");
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
