package io.edgeagent.identity;

import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.Credential;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Certificates for modules, which speak for that module only. Safe for several threads. */
public final class ModuleCertificates {
    private static final List<String> OURS = List.of("edgehub", "edgeagent");

    private final EdgeCa ca;
    private final String hubHost;
    private final String deviceId;

    /** @param hubHost host name of the IoT Hub */
    public ModuleCertificates(EdgeCa ca, String hubHost, String deviceId) {
        this.ca = ca;
        this.hubHost = hubHost;
        this.deviceId = deviceId;
    }

    /**
     * Why a module may not serve under a name: others trust our CA, so it must not pass for another module, for the built-in hub or
     * for the cloud.
     *
     * @param modules the names of all modules
     */
    public Optional<String> objection(ModuleIdentity module, String commonName, Collection<String> modules) {
        String name = commonName.toLowerCase(Locale.ROOT);
        if (name.equals(plainName(module))) {
            return Optional.empty();
        }
        if (OURS.contains(name) || modules.stream().anyMatch(other -> other.equalsIgnoreCase(name))) {
            return Optional.of("\"" + commonName + "\" is the name of another module");
        }
        String hub = hubHost.toLowerCase(Locale.ROOT);
        boolean isHub = name.equals(hub) || (name.startsWith("*.") && hub.endsWith(name.substring(1)));
        return isHub ? Optional.of("\"" + commonName + "\" is the name of the IoT Hub") : Optional.empty();
    }

    /**
     * A key and certificate for a server in a module. A wish for an expiration is not heard, as in IoT Edge: it is 30 days, or less
     * where the CA ends before.
     *
     * @param name what the module is reached by besides its own name
     * @throws io.edgeagent.model.ProblemException if there is no CA that can sign
     */
    public Credential server(ModuleIdentity module, AlternativeName name, String commonName) {
        List<AlternativeName> names = Stream.concat(Stream.of(name), AlternativeName.of(plainName(module)).stream())
                .distinct()
                .toList();
        return ca.server(commonName, names);
    }

    /**
     * A key and certificate with which a module shows who it is.
     *
     * @throws io.edgeagent.model.ProblemException if there is no CA that can sign
     */
    public Credential identity(ModuleIdentity module) {
        String uri = "azureiot://" + hubHost + "/devices/" + deviceId + "/modules/" + module.moduleId();
        return ca.client(module.moduleId(), List.of(new AlternativeName.Uri(uri)));
    }

    private static String plainName(ModuleIdentity module) {
        String name = module.moduleId().toLowerCase(Locale.ROOT);
        return name.startsWith("$") ? name.substring(1) : name;
    }
}
