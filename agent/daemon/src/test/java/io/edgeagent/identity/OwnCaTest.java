package io.edgeagent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeagent.fake.MemoryCaStore;
import io.edgeagent.fake.SettableClock;
import io.edgeagent.model.ProblemException;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.x509.AlternativeName;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.SubjectName;
import io.edgeagent.x509.Validity;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnCaTest {
    private static final Duration LIFE = Duration.ofDays(90);

    private final SettableClock clock = new SettableClock("2026-11-21T12:00:00Z");
    private final MemoryCaStore store = new MemoryCaStore();
    private OwnCa ca = open();

    private OwnCa open() {
        return new OwnCa(
                store, new CertificateWriter(), clock, "board", SubjectName.ofCommonName("aziot-edge CA board"), LIFE);
    }

    @Test
    void is_made_once_and_the_same_after_a_restart() {
        Credential first = ca.current();
        List<X509Certificate> anchors = ca.anchors();
        ca = open();

        assertThat(ca.current().certificate()).isEqualTo(first.certificate());
        assertThat(ca.anchors()).isEqualTo(anchors);
        assertThat(first.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=aziot-edge CA board");
        assertThat(Validity.of(first.certificate()).to())
                .isEqualTo(clock.instant().plus(LIFE));
    }

    @Test
    void is_renewed_at_four_fifths_of_its_life_under_the_same_root() {
        Credential first = ca.current();
        X509Certificate root = ca.anchors().get(0);
        clock.advance(Duration.ofDays(71));
        assertThat(ca.current()).isSameAs(first);

        clock.advance(Duration.ofDays(1));

        Credential second = ca.current();
        assertThat(second.key()).isNotEqualTo(first.key());
        assertThat(ca.anchors()).containsExactly(root, second.certificate());
        assertThat(Validity.of(second.certificate()).to())
                .isEqualTo(clock.instant().plus(LIFE));
        assertThat(open().current().certificate()).isEqualTo(second.certificate());
    }

    @Test
    void one_that_was_made_in_1970_is_made_again_when_the_clock_is_right() {
        clock.set("1970-01-01T00:00:30Z");
        X509Certificate root = ca.anchors().get(0);
        Credential born = ca.current();

        clock.set("2026-11-21T12:00:00Z");

        assertThat(ca.current()).isNotEqualTo(born);
        assertThat(Validity.of(ca.current().certificate()).isFresh(clock.instant()))
                .isTrue();
        assertThat(ca.anchors().get(0)).isEqualTo(root);
        assertThat(Validity.of(root).fault(Instant.EPOCH)).isEmpty();
        assertThat(Validity.of(root).fault(clock.instant())).isEmpty();
    }

    @Test
    void one_that_was_made_in_the_future_is_made_again_too() {
        clock.set("2040-01-01T00:00:00Z");
        Credential born = ca.current();

        clock.set("2026-11-21T12:00:00Z");

        assertThat(ca.current()).isNotEqualTo(born);
    }

    @Test
    void a_clock_that_is_not_set_yet_makes_nothing_new() {
        Credential first = ca.current();

        clock.set("1970-01-01T00:00:30Z");

        assertThat(open().current().certificate()).isEqualTo(first.certificate());
    }

    @Test
    void a_certificate_that_is_signed_before_the_clock_is_set_lies_within_its_cas_life() {
        ca.current();
        clock.set("1970-01-01T00:00:30Z");

        Credential server = new EdgeCa(ca, new CertificateWriter(), clock).server("x", names("x"));

        assertThat(Validity.of(server.certificate()).fault(Instant.parse("2026-11-21T12:00:00Z")))
                .isEmpty();
    }

    @Test
    void no_certificate_outlives_its_ca() {
        EdgeCa edge = new EdgeCa(ca, new CertificateWriter(), clock);
        assertThat(Validity.of(edge.server("x", names("x")).certificate()).to())
                .isEqualTo(clock.instant().plus(Duration.ofDays(30)));
        Instant end = Validity.of(ca.current().certificate()).to();
        clock.advance(Duration.ofDays(71));

        assertThat(Validity.of(edge.server("x", names("x")).certificate()).to()).isEqualTo(end);
    }

    @Test
    void while_the_disk_is_full_the_old_one_stays_and_the_renewal_is_made_up_for() {
        Credential first = ca.current();
        clock.advance(Duration.ofDays(80));
        store.fill(true);

        try (LoggedLines lines = LoggedLines.of(OwnCa.class.getName())) {
            assertThat(ca.current()).isSameAs(first);
            assertThat(ca.current()).isSameAs(first);
            assertThat(lines.lines()).hasSize(1).first().asString().contains("edge_ca_not_renewed", "no space left");
        }
        store.fill(false);

        assertThat(ca.current()).isNotEqualTo(first);
    }

    @Test
    void without_room_for_the_first_key_none_is_used() {
        store.fill(true);

        assertThatThrownBy(ca::current).isInstanceOf(ProblemException.class).hasMessageContaining("no space left");

        store.fill(false);
        assertThat(open().anchors()).isEqualTo(ca.anchors());
    }

    @Test
    void another_root_takes_its_ca_along() {
        Credential first = ca.current();
        MemoryCaStore other = new MemoryCaStore();
        other.write("edge-ca", first);

        OwnCa second = new OwnCa(
                other, new CertificateWriter(), clock, "board", SubjectName.ofCommonName("aziot-edge CA board"), LIFE);

        assertThat(second.current().certificate()).isNotEqualTo(first.certificate());
    }

    private static List<AlternativeName> names(String name) {
        return List.of(new AlternativeName.Dns(name));
    }
}
