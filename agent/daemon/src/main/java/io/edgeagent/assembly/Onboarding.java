package io.edgeagent.assembly;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.edgeagent.adapter.iothub.DeviceAccess;
import io.edgeagent.adapter.iothub.DpsRest;
import io.edgeagent.adapter.iothub.HubRest;
import io.edgeagent.adapter.iothub.HubTrust;
import io.edgeagent.adapter.store.ProvisioningFile;
import io.edgeagent.adapter.store.UpstreamFile;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.ConfigException;
import io.edgeagent.config.DeviceConfig;
import io.edgeagent.identity.Device;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.ProvisionedRegistry;
import io.edgeagent.identity.ProvisioningMemory;
import io.edgeagent.identity.ProvisioningService;
import io.edgeagent.identity.Reprovisioning;
import io.edgeagent.model.Json;
import io.edgeagent.model.ParentHost;
import io.edgeagent.runtime.Clock;
import io.edgeagent.runtime.SavedState;
import io.edgeagent.upstream.Upstream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * Who the device is, and how it proves that to the hub.
 *
 * @param tls checks the hub's certificate, and presents none of ours
 * @param upstream the way to the cloud
 * @param known by the settings, or because a provisioning service said so before
 * @param dps the service to ask, where the settings name one
 */
record Onboarding(SSLContext tls, Upstream upstream, DeviceAccess access, Optional<Device> known, Optional<Dps> dps) {

    /** A provisioning service, and what it said. */
    record Dps(
            String registrationId, ProvisioningService service, ProvisioningMemory memory, Reprovisioning.Mode mode) {}

    static Onboarding of(AgentConfig config) {
        SSLContext tls = HubTrust.context(config.trustBundle());
        Upstream upstream = new Upstream(
                config.upstream(), new ParentHost(config.parent()), new UpstreamFile(config.stateFolder()));
        DeviceAccess access = access(config, tls, upstream);
        if (config.device() instanceof DeviceConfig.Manual manual) {
            return new Onboarding(
                    tls,
                    upstream,
                    access,
                    Optional.of(new Device(manual.hubHost(), manual.deviceId())),
                    Optional.empty());
        }
        DeviceConfig.Dps settings = (DeviceConfig.Dps) config.device();
        ProvisioningFile memory =
                new ProvisioningFile(config.stateFolder(), settings.idScope() + "/" + settings.registrationId());
        DpsRest service = new DpsRest(
                settings.endpoint(),
                new DpsRest.Registration(
                        settings.idScope(),
                        settings.registrationId(),
                        settings.payload().map(Onboarding::json)),
                access,
                time -> Thread.sleep(time.toMillis()));
        Reprovisioning.Mode mode = switch (settings.again()) {
            case DYNAMIC -> Reprovisioning.Mode.DYNAMIC;
            case ALWAYS_ON_STARTUP -> Reprovisioning.Mode.ALWAYS_ON_STARTUP;
            case ON_ERROR_ONLY -> Reprovisioning.Mode.ON_ERROR_ONLY;
        };
        return new Onboarding(
                tls,
                upstream,
                access,
                memory.assigned(),
                Optional.of(new Dps(settings.registrationId(), service, memory, mode)));
    }

    /** The write of what the provisioning service says, if there is one. */
    Optional<SavedState<Device>> saved(Executor disk) {
        return dps.map(asked -> asked.memory().saved(disk, Clock.SYSTEM));
    }

    /**
     * @param saved as made by {@link #saved}
     * @param moved told when the provisioning service names another device than this one
     */
    Optional<Reprovisioning> reprovisioning(Device device, Optional<SavedState<Device>> saved, Consumer<Device> moved) {
        return dps.map(asked -> new Reprovisioning(
                device, asked.service(), saved.orElseThrow(), asked.mode(), System::nanoTime, moved));
    }

    /** @param time told what the hub's clock shows */
    IdentityRegistry registry(Device device, Optional<Reprovisioning> again, Consumer<Instant> time) {
        HubRest hub = new HubRest(device, access, time);
        return again.<IdentityRegistry>map(service -> new ProvisionedRegistry(hub, service))
                .orElse(hub);
    }

    private static DeviceAccess access(AgentConfig config, SSLContext tls, Upstream upstream) {
        InstantSource clock = InstantSource.system();
        DeviceConfig.Proof proof = config.device().proof();
        if (proof instanceof DeviceConfig.CertificateFiles files) {
            return DeviceAccess.byCertificate(files.certificate(), files.key(), config.trustBundle(), upstream, clock);
        }
        DeviceConfig.Key key = (DeviceConfig.Key) proof;
        return DeviceAccess.byKey(key.key(), tls, upstream, clock);
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new ConfigException("provisioning.payload is not valid JSON");
        }
    }
}
