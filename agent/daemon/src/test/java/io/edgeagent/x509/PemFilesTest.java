package io.edgeagent.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemFilesTest {
    private static final String RSA = "genrsa -out key.pem 2048";
    private static final String EC = "ecparam -name prime256v1 -genkey -noout -out key.pem";

    @TempDir
    private Path folder;

    private OpenSsl openSsl;

    @BeforeEach
    void findOpenSsl() {
        openSsl = new OpenSsl(folder);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                RSA,
                "genrsa -traditional -out key.pem 2048",
                EC,
                "ecparam -name secp384r1 -genkey -out key.pem",
                "ecparam -name secp521r1 -genkey -out key.pem",
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem"
            })
    void reads_keys_in_every_form_that_openssl_writes(String command) {
        openSsl.run(command);
        certify();

        Credential credential = PemFiles.credential(file("cert.pem"), file("key.pem"));

        assertThat(credential.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=board");
        assertThat(credential.toString()).isEqualTo("Credential[CN=board]");
    }

    @Test
    void reads_files_with_dos_lines_comments_and_other_blocks() throws IOException {
        openSsl.run(EC);
        certify();
        String key = "# the board's key\n" + Files.readString(file("key.pem")) + Files.readString(file("cert.pem"));
        Files.writeString(file("both.pem"), key.replace("\n", "\r\n"));

        assertThat(PemFiles.credential(file("both.pem"), file("both.pem")).chain())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs8 -topk8 -v2 aes256 -passout pass:secret -in key.pem -out locked.pem",
                "ec -aes256 -passout pass:secret -in key.pem -out locked.pem"
            })
    void says_how_to_decrypt_an_encrypted_key(String command) {
        openSsl.run(EC);
        openSsl.run(command);

        assertThatThrownBy(() -> PemFiles.privateKey(file("locked.pem")))
                .isInstanceOf(PemException.class)
                .hasMessageContaining("is encrypted")
                .hasMessageContaining("openssl pkey -in " + file("locked.pem") + " -out NEW.pem");
    }

    @Test
    void refuses_keys_that_tls_does_not_use() {
        openSsl.run("genpkey -algorithm ED25519 -out ed.pem");
        openSsl.run("ecparam -name secp256k1 -genkey -noout -out bitcoin.pem");

        assertThatThrownBy(() -> PemFiles.privateKey(file("ed.pem")))
                .hasMessageContaining("neither RSA nor of an elliptic curve");
        assertThatThrownBy(() -> PemFiles.privateKey(file("bitcoin.pem")))
                .hasMessageContaining("P-256, P-384 or P-521");
    }

    @Test
    void says_that_certificate_and_key_do_not_belong_together() throws IOException {
        openSsl.run(EC);
        certify();
        openSsl.run("ecparam -name prime256v1 -genkey -noout -out other.pem");
        openSsl.run("genrsa -out rsa.pem 2048");

        for (String key : new String[] {"other.pem", "rsa.pem"}) {
            assertThatThrownBy(() -> PemFiles.credential(file("cert.pem"), file(key)))
                    .isInstanceOf(PemException.class)
                    .hasMessageContaining("do not belong together");
        }
        openSsl.run("req -x509 -key other.pem -subj /CN=other -days 1 -out other-cert.pem");
        Files.writeString(
                file("wrong-order.pem"), Files.readString(file("other-cert.pem")) + Files.readString(file("cert.pem")));
        assertThatThrownBy(() -> PemFiles.credential(file("wrong-order.pem"), file("key.pem")))
                .hasMessageContaining("not in the first place");
    }

    @Test
    void says_what_is_wrong_with_a_file() throws IOException {
        openSsl.run(EC);
        certify();
        openSsl.run("x509 -in cert.pem -outform DER -out cert.der");
        openSsl.run("pkey -in key.pem -outform DER -out key.der");
        Files.writeString(file("two.pem"), Files.readString(file("key.pem")).repeat(2));
        Files.writeString(file("cut.pem"), Files.readString(file("cert.pem")).replaceFirst("(?s)\n.{60}", ""));
        Files.write(file("huge.pem"), new byte[(1 << 20) + 1]);

        assertThatThrownBy(() -> PemFiles.certificates(file("none.pem")))
                .hasMessage("there is no file " + file("none.pem"));
        assertThatThrownBy(() -> PemFiles.certificates(folder)).hasMessageContaining("cannot be read");
        assertThatThrownBy(() -> PemFiles.certificates(file("cert.der")))
                .hasMessageContaining("openssl x509 -inform DER");
        assertThatThrownBy(() -> PemFiles.privateKey(file("key.der"))).hasMessageContaining("openssl pkey -inform DER");
        assertThatThrownBy(() -> PemFiles.privateKey(file("cert.pem"))).hasMessageContaining("no private key");
        assertThatThrownBy(() -> PemFiles.privateKey(file("two.pem"))).hasMessageContaining("2 private keys");
        assertThatThrownBy(() -> PemFiles.certificates(file("cut.pem"))).hasMessageContaining("damaged");
        assertThatThrownBy(() -> PemFiles.privateKey(file("huge.pem"))).hasMessageContaining("larger than");
    }

    @Test
    void a_damaged_key_is_refused_and_never_quoted() throws IOException {
        openSsl.run("genrsa -traditional -out key.pem 2048");
        byte[] good = Files.readAllBytes(file("key.pem"));
        String secret = new String(good, StandardCharsets.US_ASCII)
                .lines()
                .skip(5)
                .findFirst()
                .orElseThrow();
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] bad = good.clone();
            for (int j = 0; j <= i % 3; j++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt(128);
            }
            Files.write(file("bad.pem"), bad);
            assertThatCode(() -> {
                        try {
                            PemFiles.privateKey(file("bad.pem"));
                        } catch (PemException e) {
                            assertThat(e.getMessage()).doesNotContain(secret.substring(0, 20));
                        }
                    })
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void warns_of_a_key_file_that_others_can_read() throws IOException {
        openSsl.run(EC);
        for (String mode : new String[] {"rw-r--r--", "rw-rw----", "rw-----w-"}) {
            Files.setPosixFilePermissions(file("key.pem"), PosixFilePermissions.fromString(mode));
            assertThat(PemFiles.tooOpen(file("key.pem")).orElseThrow())
                    .contains(mode, "sudo chmod 600 " + file("key.pem"));
        }
        Files.setPosixFilePermissions(file("key.pem"), PosixFilePermissions.fromString("rw-r-----"));
        assertThat(PemFiles.tooOpen(file("key.pem"))).isEmpty();
    }

    private void certify() {
        openSsl.run("req -x509 -key key.pem -subj /CN=board -days 2 -out cert.pem");
    }

    private Path file(String name) {
        return folder.resolve(name);
    }
}
