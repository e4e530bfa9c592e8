package io.edgeagent.identity;

import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.Credential;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Certificates for modules, which speak for that module only. Safe for several threads. */
public final class ModuleCertificates {
    private static final List<String> OURS = List.of("edgehub", "edgeagent");

    private final EdgeCa ca;
    private final String hubHost;
    private final String deviceId;
    private final String network;
    private final Supplier<Set<AlternativeName>> board;

    /**
     * @param hubHost host name of the IoT Hub
     * @param network name of the module network, which is a module's domain there
     * @param board names and addresses of this device, asked again each time: modules publish ports on them
     */
    public ModuleCertificates(
            EdgeCa ca, String hubHost, String deviceId, String network, Supplier<Set<AlternativeName>> board) {
        this.ca = ca;
        this.hubHost = hubHost;
        this.deviceId = deviceId;
        this.network = network;
        this.board = board;
    }

    /**
     * Why a module may not serve under a name. Others trust our CA, so a module speaks under its own name and under those of this
     * device, and under no other: not another module's, the built-in hub's, the cloud's, a stranger's, or a wildcard.
     *
     * @param modules the names of all modules
     */
    public Optional<String> objection(ModuleIdentity module, String commonName, Collection<String> modules) {
        String name = commonName.toLowerCase(Locale.ROOT);
        if (name.equals(plainName(module))) {
            return Optional.empty();
        }
        String host = withoutDomain(name);
        if (OURS.contains(host) || modules.stream().anyMatch(other -> isName(other, module, name, host))) {
            return Optional.of("\"" + commonName + "\" is the name of another module");
        }
        String hub = hubHost.toLowerCase(Locale.ROOT);
        if (name.equals(hub) || (name.startsWith("*.") && hub.endsWith(name.substring(1)))) {
            return Optional.of("\"" + commonName + "\" is the name of the IoT Hub");
        }
        boolean known = host.equals(plainName(module))
                || AlternativeName.of(name).filter(board.get()::contains).isPresent();
        return known
                ? Optional.empty()
                : Optional.of(
                        "\"" + commonName + "\" is neither a name of this module nor one of this device; it may have \""
                                + plainName(module) + "\", \"" + plainName(module) + "." + network
                                + "\" and the names and addresses of the device");
    }

    private static boolean isName(String other, ModuleIdentity module, String name, String host) {
        return !other.equals(module.moduleId()) && (other.equalsIgnoreCase(name) || other.equalsIgnoreCase(host));
    }

    /** A container is reached by its name and by its name in the network's domain. */
    private String withoutDomain(String name) {
        String domain = "." + network.toLowerCase(Locale.ROOT);
        return name.endsWith(domain) ? name.substring(0, name.length() - domain.length()) : name;
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
