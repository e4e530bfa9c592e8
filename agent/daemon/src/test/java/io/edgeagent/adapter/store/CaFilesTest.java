package io.edgeagent.adapter.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.fake.SettableClock;
import io.edgeagent.identity.EdgeCa;
import io.edgeagent.identity.OwnCa;
import io.edgeagent.model.ProblemException;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.OpenSsl;
import io.edgeagent.x509.SubjectName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaFilesTest {
    private final SettableClock clock = SettableClock.atRealTime();

    @TempDir
    private Path folder;

    private OpenSsl openSsl;

    @BeforeEach
    void findOpenSsl() {
        openSsl = new OpenSsl(folder);
        // openssl's certificates begin with a whole second, which may be the next
        clock.advance(Duration.ofMinutes(1));
    }

    private OwnCa own() {
        return new OwnCa(
                new CaFiles(folder),
                new CertificateWriter(),
                clock,
                "board",
                SubjectName.ofCommonName("ca"),
                Duration.ofDays(90));
    }

    @Test
    void the_agents_own_is_kept_for_its_owner_alone_and_openssl_reads_it() throws IOException {
        Credential made = own().current();

        Path file = folder.resolve("keys/edge-ca.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(own().current().certificate()).isEqualTo(made.certificate());
        assertThat(openSsl.run("verify -x509_strict -CAfile keys/root-ca.pem keys/edge-ca.pem"))
                .contains("OK");
    }

    @Test
    @Warns("ERROR event=state_damaged")
    void a_damaged_file_is_set_aside_and_made_again() throws IOException {
        Credential made = own().current();
        for (String damage : new String[] {"", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
            Files.writeString(folder.resolve("keys/edge-ca.pem"), damage);

            assertThat(own().current().certificate()).isNotEqualTo(made.certificate());
            assertThat(folder.resolve("keys/edge-ca.pem.damaged")).exists();
        }
    }

    @Test
    @Warns("WARN event=edge_ca_not_renewed")
    void where_a_key_cannot_be_written_the_old_one_stays() throws IOException {
        OwnCa ca = own();
        Credential old = ca.current();
        String before = Files.readString(folder.resolve("keys/edge-ca.pem"));
        // a folder in the place of the temporary file, which is full of something
        Files.createDirectories(folder.resolve("keys/edge-ca.pem.new/x"));
        clock.advance(Duration.ofDays(80));

        assertThat(ca.current()).isSameAs(old);
        assertThat(Files.readString(folder.resolve("keys/edge-ca.pem"))).isEqualTo(before);

        Files.delete(folder.resolve("keys/edge-ca.pem.new/x"));
        assertThat(ca.current()).isNotEqualTo(old);
        assertThat(Files.readString(folder.resolve("keys/edge-ca.pem"))).isNotEqualTo(before);
    }

    @Test
    void the_operators_new_certificate_counts_without_a_restart() throws IOException {
        makeOperatorsCa("first", 1);
        FileCa ca = new FileCa(folder.resolve("ca.pem"), folder.resolve("ca.key"), clock);
        assertThat(ca.current().toString()).contains("CN=first");

        makeOperatorsCa("second", 2);

        assertThat(ca.current().toString()).contains("CN=second");
        assertThat(ca.anchors()).containsExactly(ca.current().certificate());
    }

    @Test
    void a_half_replaced_pair_changes_nothing_and_is_said_once() throws IOException {
        makeOperatorsCa("first", 1);
        FileCa ca = new FileCa(folder.resolve("ca.pem"), folder.resolve("ca.key"), clock);
        ca.current();

        try (LoggedLines log = LoggedLines.of(FileCa.class.getName())) {
            openSsl.run("ecparam -name prime256v1 -genkey -noout -out ca.key");
            Files.setLastModifiedTime(folder.resolve("ca.key"), FileTime.from(Instant.EPOCH));
            assertThat(ca.current().toString()).contains("CN=first");
            assertThat(ca.current().toString()).contains("CN=first");
            assertThat(log.lines()).singleElement().asString().contains("do not belong together");
        }
    }

    @Test
    @Warns("WARN event=edge_ca_not_read")
    void says_what_is_wrong_when_there_is_none() {
        FileCa ca = new FileCa(folder.resolve("ca.pem"), folder.resolve("ca.key"), clock);

        assertThatThrownBy(ca::current).isInstanceOf(ProblemException.class).hasMessageContaining("there is no file");
    }

    @Test
    void warns_of_its_end_once_a_day_and_of_a_key_that_others_can_read() throws IOException {
        makeOperatorsCa("ca", 1);
        Files.setPosixFilePermissions(folder.resolve("ca.key"), PosixFilePermissions.fromString("rw-r--r--"));
        FileCa ca = new FileCa(folder.resolve("ca.pem"), folder.resolve("ca.key"), clock);

        try (LoggedLines log = LoggedLines.of(FileCa.class.getName())) {
            ca.current();
            assertThat(log.lines()).anyMatch(line -> line.contains("key_file_too_open"));
            clock.advance(Duration.ofDays(8));
            ca.current();
            ca.current();
            assertThat(log.lines().stream().filter(line -> line.contains("edge_ca_ends_soon")))
                    .hasSize(1);
            clock.advance(Duration.ofDays(2));
            ca.current();
            assertThat(log.lines()).anyMatch(line -> line.contains("has expired on"));
        }
    }

    @Test
    @Warns("WARN event=edge_ca_not_valid")
    void an_operators_ca_that_has_expired_signs_nothing_and_says_so() throws IOException {
        makeOperatorsCa("ca", 1);
        FileCa source = new FileCa(folder.resolve("ca.pem"), folder.resolve("ca.key"), clock);
        EdgeCa ca = new EdgeCa(source, new CertificateWriter(), clock);
        clock.advance(Duration.ofDays(10));

        assertThatThrownBy(() -> ca.server("board", List.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("the edge CA has expired on")
                .hasMessageContaining("replace it, or set the clock");
    }

    private void makeOperatorsCa(String name, int second) throws IOException {
        openSsl.run("ecparam -name prime256v1 -genkey -noout -out ca.key");
        openSsl.run("req -x509 -new -key ca.key -subj /CN=" + name + " -days 9 -out ca.pem");
        // file systems may have coarse times
        Files.setLastModifiedTime(folder.resolve("ca.pem"), FileTime.from(Instant.ofEpochSecond(second)));
    }
}
