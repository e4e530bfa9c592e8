package io.edgeagent.assembly;

import io.edgeagent.adapter.iothub.HubTrust;
import io.edgeagent.adapter.store.CaFiles;
import io.edgeagent.adapter.store.CertificateFile;
import io.edgeagent.adapter.store.FileCa;
import io.edgeagent.config.AgentConfig;
import io.edgeagent.config.CertificatesConfig;
import io.edgeagent.config.HubConfig;
import io.edgeagent.identity.CaSource;
import io.edgeagent.identity.Device;
import io.edgeagent.identity.EdgeCa;
import io.edgeagent.identity.HubCertificate;
import io.edgeagent.identity.ModuleCertificates;
import io.edgeagent.identity.OwnCa;
import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.SubjectName;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/**
 * The CA of this device and what it signs.
 *
 * @param hub what the built-in hub serves TLS with
 * @param modules what modules ask for
 * @param bundle the operator's own certificates that modules should trust
 */
record DeviceCertificates(EdgeCa ca, HubCertificate hub, ModuleCertificates modules, Optional<Path> bundle) {
    private static final Set<String> UNSPECIFIED = Set.of("0.0.0.0", "::");

    static DeviceCertificates of(AgentConfig config, Device device) {
        InstantSource clock = Clock.systemUTC();
        CertificateWriter writer = new CertificateWriter();
        EdgeCa ca = new EdgeCa(source(config, device, writer, clock), writer, clock);
        String hostName = config.certificates().hostName();
        return new DeviceCertificates(
                ca,
                new HubCertificate(ca, () -> new HubCertificate.Names(hostName, otherNames(config.hub()))),
                new ModuleCertificates(
                        ca,
                        device.hubHost(),
                        device.deviceId(),
                        config.network().name(),
                        () -> boardNames(hostName)),
                config.trustBundle());
    }

    /**
     * PEM of the device's own anchors, the operator's, and Azure's: modules talk to IoT Hub directly, and Azure's client for Node.js
     * then trusts the bundle in place of the roots that it comes with.
     */
    String trustBundle() {
        return ca.trusted() + CertificateFile.read(bundle).orElse("") + HubTrust.azureRoots();
    }

    /** The operator's roots, as they are now: certificates of devices behind the board lead to one of them. */
    List<X509Certificate> deviceRoots() {
        return CertificateFile.certificates(bundle);
    }

    private static CaSource source(AgentConfig config, Device device, CertificateWriter writer, InstantSource clock) {
        CertificatesConfig settings = config.certificates();
        if (settings.files().isPresent()) {
            CertificatesConfig.CaFiles files = settings.files().get();
            return new FileCa(files.certificate(), files.key(), clock);
        }
        String deviceId = device.deviceId();
        X500Principal subject = settings.subject().isEmpty()
                ? SubjectName.ofCommonName("aziot-edge CA " + deviceId)
                : SubjectName.of(settings.subject());
        return new OwnCa(new CaFiles(config.stateFolder()), writer, clock, deviceId, subject, settings.life());
    }

    /** Modules and other devices reach the hub by its names on the module network and by any address of this host. */
    private static Set<AlternativeName> otherNames(HubConfig config) {
        // an address that stands for all is none
        Stream<String> configured = Stream.concat(config.names().stream(), config.listen().stream())
                .filter(name -> !UNSPECIFIED.contains(name));
        return withAddresses(Stream.concat(Stream.of("edgeHub", "edgeAgent", "localhost"), configured));
    }

    /** A name without a domain is announced in the local network as well (mDNS). */
    private static Set<AlternativeName> boardNames(String hostName) {
        String name = hostName.toLowerCase(Locale.ROOT);
        return withAddresses(Stream.of(name, name.contains(".") ? name : name + ".local", "localhost"));
    }

    private static Set<AlternativeName> withAddresses(Stream<String> names) {
        Set<AlternativeName> all = new HashSet<>();
        names.forEach(name -> AlternativeName.of(name).ifPresent(all::add));
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .forEach(address -> AlternativeName.of(address).ifPresent(all::add));
        } catch (SocketException e) {
            // without an interface there is no address
            return all;
        }
        return all;
    }
}
