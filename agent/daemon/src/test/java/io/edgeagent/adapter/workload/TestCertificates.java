package io.edgeagent.adapter.workload;

import io.edgeagent.fake.MemoryCaStore;
import io.edgeagent.identity.EdgeCa;
import io.edgeagent.identity.ModuleCertificates;
import io.edgeagent.identity.OwnCa;
import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.SubjectName;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/** A CA in memory. */
final class TestCertificates {
    private TestCertificates() {}

    static EdgeCa ca() {
        CertificateWriter writer = new CertificateWriter();
        OwnCa own = new OwnCa(
                new MemoryCaStore(),
                writer,
                Clock.systemUTC(),
                "board",
                SubjectName.ofCommonName("aziot-edge CA board"),
                Duration.ofDays(90));
        return new EdgeCa(own, writer, Clock.systemUTC());
    }

    static ModuleCertificates modules() {
        return modules(ca());
    }

    static ModuleCertificates modules(EdgeCa ca) {
        return new ModuleCertificates(
                ca,
                "hub.azure-devices.net",
                "board",
                "azure-iot-edge",
                () -> Set.of(new AlternativeName.Dns("board.local"), new AlternativeName.Ip("10.1.2.3")));
    }
}
