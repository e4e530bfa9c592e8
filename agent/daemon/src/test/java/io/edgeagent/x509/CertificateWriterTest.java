package io.edgeagent.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.x509.CertificateRequest.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateWriterTest {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final CertificateWriter writer = new CertificateWriter();

    @TempDir
    private Path folder;

    private OpenSsl openSsl;

    @BeforeEach
    void findOpenSsl() {
        openSsl = new OpenSsl(folder);
    }

    @Test
    void openssl_verifies_a_chain_of_root_ca_and_server() throws IOException {
        Credential root = selfSigned("root", OptionalInt.of(1));
        Credential ca = signed("ca \"quoted\", with=signs ü", Use.CA, OptionalInt.of(0), List.of(), root);
        List<AlternativeName> names = List.of(
                new AlternativeName.Dns("board.local"),
                new AlternativeName.Ip("10.0.0.7"),
                new AlternativeName.Ip("fe80::1"),
                new AlternativeName.Uri("azureiot://hub/devices/d/modules/m"));
        Credential server = signed("board.local", Use.SERVER, OptionalInt.empty(), names, ca);
        write("root.pem", Pem.certificates(root.chain()));
        write("ca.pem", ca.chainPem());
        write("server.pem", Pem.certificates(server.chain().subList(0, 1)));

        assertThat(openSsl.run("verify -x509_strict -CAfile root.pem ca.pem")).contains("ca.pem: OK");
        for (String name : List.of("-verify_hostname board.local", "-verify_ip 10.0.0.7", "-verify_ip fe80::1")) {
            assertThat(openSsl.run("verify -x509_strict -purpose sslserver " + name
                            + " -CAfile root.pem -untrusted ca.pem server.pem"))
                    .contains("server.pem: OK");
        }
        assertThat(openSsl.attempt(
                                "verify",
                                "-purpose",
                                "sslclient",
                                "-CAfile",
                                "root.pem",
                                "-untrusted",
                                "ca.pem",
                                "server.pem")
                        .exitCode())
                .isNotZero();
        assertThat(openSsl.run("x509 -in server.pem -noout -text"))
                .contains(
                        "Version: 3",
                        "CA:FALSE",
                        "Digital Signature",
                        "TLS Web Server Authentication",
                        "DNS:board.local, IP Address:10.0.0.7, IP Address:FE80:0:0:0:0:0:0:1, "
                                + "URI:azureiot://hub/devices/d/modules/m");
        assertThat(openSsl.run("x509 -in ca.pem -noout -text"))
                .contains("CA:TRUE, pathlen:0", "Digital Signature, Certificate Sign");
        assertThat(server.certificate().getNotAfter().toInstant()).isEqualTo(now.plus(Duration.ofDays(30)));
    }

    @ParameterizedTest
    @CsvSource({"genrsa -out ca.key 2048", "ecparam -name secp384r1 -genkey -noout -out ca.key"})
    void signs_with_the_operators_ca_of_either_kind(String command) throws IOException {
        openSsl.run(command);
        openSsl.run("req -x509 -new -key ca.key -subj /C=DE/O=Example/CN=ca -days 9 -out ca.pem");
        Credential ca = PemFiles.credential(folder.resolve("ca.pem"), folder.resolve("ca.key"));

        Credential client = signed("led", Use.CLIENT, OptionalInt.empty(), List.of(), ca);

        write("client.pem", Pem.certificates(client.chain().subList(0, 1)));
        write("client.key", client.keyPem());
        assertThat(openSsl.run("verify -purpose sslclient -CAfile ca.pem client.pem"))
                .contains("client.pem: OK");
        assertThat(openSsl.run("pkey -in client.key -noout -text")).contains("prime256v1");
        assertThat(openSsl.run("asn1parse -in client.key -strparse 27")).contains("BIT STRING");
        assertThat(openSsl.run("pkey -in client.key -pubout"))
                .isEqualTo(openSsl.run("x509 -in client.pem -noout -pubkey"));
        assertThat(((ECPrivateKey) PemFiles.privateKey(folder.resolve("client.key"))).getS())
                .isEqualTo(((ECPrivateKey) client.key()).getS());
    }

    @Test
    void dates_before_1950_and_after_2049_take_their_other_form() throws IOException {
        KeyPair keys = writer.newKey();
        Credential old = writer.selfSigned(
                new CertificateRequest(
                        SubjectName.ofCommonName("x"),
                        keys.getPublic(),
                        Use.CA,
                        OptionalInt.empty(),
                        List.of(),
                        Instant.EPOCH,
                        Instant.parse("2050-01-01T00:00:00Z")),
                keys.getPrivate());
        write("x.pem", old.chainPem());

        assertThat(openSsl.run("x509 -in x.pem -noout -dates"))
                .contains("notBefore=Jan  1 00:00:00 1970 GMT", "notAfter=Jan  1 00:00:00 2050 GMT");
    }

    @Test
    void names_are_cut_to_what_a_certificate_holds() {
        assertThat(SubjectName.ofCommonName("n".repeat(128)).getName()).isEqualTo("CN=" + "n".repeat(64));
        assertThat(SubjectName.of(Map.of("CN", "edge", "O", "A \\ \"B\"", "C", "DE"))
                        .getName())
                .isEqualTo("CN=edge,O=A \\\\ \\\"B\\\",C=DE");
        assertThatThrownBy(() -> SubjectName.of(Map.of("CN", "edge", "X", "1")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SubjectName.ofCommonName(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "board, Dns",
        "board.local, Dns",
        "my_module, Dns",
        "*.example.com, Dns",
        "10.0.0.1, Ip",
        "::1, Ip",
        "2001:db8::7, Ip"
    })
    void tells_names_from_addresses(String text, String kind) {
        assertThat(AlternativeName.of(text).orElseThrow().getClass().getSimpleName())
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"''", "a b", "a..b", "-a", "*", "é", "a/b", "1:2", "::1%eth0", "'a\0b'"})
    void refuses_what_is_neither(String text) {
        assertThat(AlternativeName.of(text)).isEmpty();
    }

    private Credential selfSigned(String name, OptionalInt pathLength) {
        KeyPair keys = writer.newKey();
        return writer.selfSigned(request(name, keys, Use.CA, pathLength, List.of()), keys.getPrivate());
    }

    private Credential signed(
            String name, Use use, OptionalInt pathLength, List<AlternativeName> names, Credential ca) {
        KeyPair keys = writer.newKey();
        return writer.signed(request(name, keys, use, pathLength, names), keys.getPrivate(), ca);
    }

    private CertificateRequest request(
            String name, KeyPair keys, Use use, OptionalInt pathLength, List<AlternativeName> names) {
        return new CertificateRequest(
                SubjectName.ofCommonName(name),
                keys.getPublic(),
                use,
                pathLength,
                names,
                now.minus(Duration.ofDays(1)),
                now.plus(Duration.ofDays(30)));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }
}
