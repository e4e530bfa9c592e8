package io.edgeagent.adapter.iothub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.model.ProblemException;
import io.edgeagent.x509.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientTlsTest {
    @TempDir
    private Path folder;

    @Test
    void goes_on_when_a_trust_bundle_that_could_not_be_read_is_there() throws IOException {
        OpenSsl openSsl = new OpenSsl(folder);
        openSsl.run("ecparam -name prime256v1 -genkey -noout -out key.pem");
        openSsl.run("req -x509 -key key.pem -subj /CN=board -days 30 -out cert.pem");
        Path certificate = folder.resolve("cert.pem");
        Path bundle = folder.resolve("bundle.pem");
        ClientTls tls =
                new ClientTls(certificate, folder.resolve("key.pem"), Optional.of(bundle), InstantSource.system());
        assertThatThrownBy(tls::current)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("the trust bundle " + bundle);

        Files.copy(certificate, bundle);

        assertThat(tls.current()).isNotNull();
    }
}
