package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.x509.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatesConfigTest {
    private static final String DEVICE =
            "[provisioning]\nconnection_string = 'HostName=hub.example.net;DeviceId=board;SharedAccessKey=ZGV2aWNl'\n";

    @TempDir
    private Path folder;

    private OpenSsl openSsl;
    private Path file;

    @BeforeEach
    void makeACa() {
        openSsl = new OpenSsl(folder);
        file = folder.resolve("config.toml");
        openSsl.run("ecparam -name prime256v1 -genkey -noout -out ca.key");
        openSsl.run("req -x509 -new -key ca.key -subj /CN=ca -days 9 -out ca.pem");
    }

    @Test
    void without_settings_the_agent_makes_its_own_and_takes_the_systems_name() throws IOException {
        CertificatesConfig config = load("");

        assertThat(config.files()).isEmpty();
        assertThat(config.life()).isEqualTo(Duration.ofDays(90));
        assertThat(config.hostName())
                .isEqualTo(
                        Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
    }

    @Test
    void reads_iot_edges_keys() throws IOException {
        CertificatesConfig config =
                load("hostname = 'board.local'\n", ca("ca.pem", "ca.key").replace("cert = '", "cert = 'file://"));

        assertThat(config.hostName()).isEqualTo("board.local");
        assertThat(config.files())
                .contains(new CertificatesConfig.CaFiles(folder.resolve("ca.pem"), folder.resolve("ca.key")));

        CertificatesConfig own = load("""
                [edge_ca]
                method = 'self_signed'
                common_name = 'edge'
                subject = { O = 'Example', C = 'DE' }
                auto_generated_edge_ca_expiry_days = 365
                """);
        assertThat(own.life()).isEqualTo(Duration.ofDays(365));
        assertThat(own.subject()).isEqualTo(Map.of("CN", "edge", "O", "Example", "C", "DE"));
    }

    @Test
    void a_ca_in_files_is_in_order() throws IOException {
        Findings findings = check(ca("ca.pem", "ca.key"));

        assertThat(findings.errors()).isEmpty();
        assertThat(findings.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[edge_ca]\\nmethod = 'est'|edge_ca.method is \"est\"",
                "[edge_ca]\\nmethod = 'local_ca'|edge_ca.cert and edge_ca.pk",
                "[edge_ca]\\ncert = 'file:///x'|has cert but no pk",
                "[edge_ca]\\npk = 'file:///x'|has pk but no cert",
                "[edge_ca]\\ncert = '/x.pem'\\npk = 'pkcs11:token=x'|security module",
                "[edge_ca]\\ncert = { method = 'est' }\\npk = '/x'|edge_ca.cert is not supported in this form",
                "[edge_ca]\\ncert = '/no/x.pem'\\npk = '/no/x.key'|edge_ca: there is no file /no/x.pem",
                "[edge_ca]\\nexpiry_days = 0|a number of days from 1 to 3650",
                "[edge_ca]\\nauto_generated_edge_ca_expiry_days = '90'|without quotes",
                "[edge_ca]\\nsubject = { X = 'y' }|edge_ca.subject",
                "hostname = 'my board'|hostname is \"my board\"",
                "aziot_keys.pkcs11_lib_path = '/x'|PKCS #11",
                "manifest_trust_bundle_cert = '/x'|signed manifests are not checked"
            })
    void says_what_is_wrong(String settings, String text) throws IOException {
        assertThat(check(settings.replace("\\n", "\n")).errors())
                .singleElement()
                .asString()
                .contains(text);
    }

    @Test
    void names_everything_at_once() throws IOException {
        assertThat(check("""
                        hostname = 'my board'
                        trust_bundle_cert = '/no/bundle.pem'
                        [edge_ca]
                        method = 'est'
                        expiry_days = -1
                        """).errors()).hasSize(4);
    }

    @Test
    void refuses_a_certificate_and_a_key_that_do_not_belong_together() throws IOException {
        openSsl.run("ecparam -name prime256v1 -genkey -noout -out other.key");

        assertThat(check(ca("ca.pem", "other.key")).errors())
                .singleElement()
                .asString()
                .contains("do not belong together");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> load(ca("ca.pem", "other.key")))
                .withMessageContaining("do not belong together");
    }

    @Test
    void refuses_an_encrypted_key() throws IOException {
        openSsl.run("ec -aes256 -passout pass:secret -in ca.key -out locked.key");

        assertThat(check(ca("ca.pem", "locked.key")).errors())
                .singleElement()
                .asString()
                .contains("is encrypted", "openssl pkey -in");
    }

    @Test
    void refuses_a_certificate_that_is_no_cas() throws IOException {
        openSsl.run(
                "req -x509 -new -key ca.key -subj /CN=leaf -days 9 -addext basicConstraints=CA:FALSE -out leaf.pem");

        assertThat(check(ca("leaf.pem", "ca.key")).errors())
                .singleElement()
                .asString()
                .contains("is not the certificate of a CA");
    }

    @Test
    void an_expired_ca_is_an_error_when_a_person_looks_and_none_when_a_board_starts() throws IOException {
        openSsl.run("req -new -key ca.key -subj /CN=old -out old.csr");
        Files.writeString(folder.resolve("ca.ext"), "basicConstraints=critical,CA:TRUE\n");
        openSsl.run("x509 -req -in old.csr -signkey ca.key -days 0 -extfile ca.ext -out old.pem");

        assertThat(check(ca("old.pem", "ca.key")).errors())
                .singleElement()
                .asString()
                .contains("has expired on", "set the clock");
        assertThat(load(ca("old.pem", "ca.key")).files()).isPresent();
    }

    @Test
    void a_ca_that_is_not_valid_yet_asks_for_the_clock() throws IOException {
        Files.writeString(folder.resolve("openssl.cnf"), """
                [ca]
                default_ca = x
                [x]
                new_certs_dir = .
                database = index.txt
                serial = serial
                default_md = sha256
                policy = p
                x509_extensions = e
                [p]
                commonName = supplied
                [e]
                basicConstraints = critical,CA:TRUE
                """);
        Files.writeString(folder.resolve("index.txt"), "");
        Files.writeString(folder.resolve("serial"), "01");
        openSsl.run("req -new -key ca.key -subj /CN=early -out early.csr");
        openSsl.run("ca -batch -config openssl.cnf -selfsign -keyfile ca.key -in early.csr -startdate 20990101000000Z"
                + " -enddate 20991231000000Z -out early.pem");

        assertThat(check(ca("early.pem", "ca.key")).errors())
                .singleElement()
                .asString()
                .contains("is not valid before 2099-01-01", "is the clock right");
        assertThat(load(ca("early.pem", "ca.key")).files()).isPresent();
    }

    @Test
    void warns_of_an_open_key_file_and_of_a_root_that_nobody_has() throws IOException {
        openSsl.run("ecparam -name prime256v1 -genkey -noout -out edge.key");
        openSsl.run("req -new -key edge.key -subj /CN=edge -out edge.csr");
        Files.writeString(folder.resolve("ca.ext"), "basicConstraints=critical,CA:TRUE\n");
        openSsl.run(
                "x509 -req -in edge.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 5 -extfile ca.ext -out edge.pem");
        Files.setPosixFilePermissions(folder.resolve("edge.key"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(check(ca("edge.pem", "edge.key")).warnings())
                .hasSize(2)
                .anyMatch(warning -> warning.contains("sudo chmod 600 " + folder.resolve("edge.key")))
                .anyMatch(warning -> warning.contains("neither in that file nor in trust_bundle_cert"));

        Files.setPosixFilePermissions(folder.resolve("edge.key"), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(check("trust_bundle_cert = '" + folder + "/ca.pem'\n" + ca("edge.pem", "edge.key"))
                        .warnings())
                .isEmpty();
        Files.writeString(
                folder.resolve("chain.pem"),
                Files.readString(folder.resolve("edge.pem")) + Files.readString(folder.resolve("ca.pem")));
        assertThat(check(ca("chain.pem", "edge.key")).warnings()).isEmpty();
        openSsl.run("req -x509 -new -newkey rsa:2048 -nodes -keyout x.key -subj /CN=ca -days 9 -out x.pem");
        Files.writeString(
                folder.resolve("chain.pem"),
                Files.readString(folder.resolve("edge.pem")) + Files.readString(folder.resolve("x.pem")));
        assertThat(check(ca("chain.pem", "edge.key")).errors())
                .singleElement()
                .asString()
                .contains("is not signed by the one after it");
    }

    private String ca(String certificate, String key) {
        return """
                [edge_ca]
                cert = '%s'
                pk = '%s'
                """.formatted(folder.resolve(certificate), folder.resolve(key));
    }

    private CertificatesConfig load(String... settings) throws IOException {
        Files.writeString(file, String.join("", settings) + DEVICE);
        return AgentConfig.load(file, Optional.empty(), Map.of()).certificates();
    }

    private Findings check(String settings) throws IOException {
        Files.writeString(file, settings + "\n" + DEVICE);
        return AgentConfig.check(file, Map.of());
    }
}
