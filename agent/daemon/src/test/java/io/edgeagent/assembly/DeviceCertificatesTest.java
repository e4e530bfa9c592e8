package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.config.AgentConfig;
import io.edgeagent.identity.Device;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceCertificatesTest {
    @TempDir
    private Path folder;

    /** Azure's client for Node.js trusts nothing else, and without a gateway it talks to IoT Hub. */
    @Test
    void modules_are_given_the_devices_root_and_those_of_azure_without_any_configuration()
            throws IOException, GeneralSecurityException {
        AgentConfig config = AgentConfig.load(
                folder.resolve("config.toml"),
                Optional.of(folder),
                Map.of("CONNECTION_STRING", "HostName=hub.example.net;DeviceId=board;SharedAccessKey=c2VjcmV0"));

        String bundle = DeviceCertificates.of(config, new Device("hub.example.net", "board"))
                .trustBundle();

        assertThat(bundle).doesNotContain("#");
        List<String> subjects = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(bundle.getBytes(StandardCharsets.US_ASCII)))
                .stream()
                .map(X509Certificate.class::cast)
                .map(certificate -> certificate.getSubjectX500Principal().getName())
                .toList();
        assertThat(subjects)
                .anySatisfy(subject -> assertThat(subject).contains("board"))
                .anySatisfy(subject -> assertThat(subject).contains("DigiCert Global Root G2"))
                .anySatisfy(subject -> assertThat(subject).contains("Microsoft"));
    }
}
