package io.edgeagent.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.hub.ModuleDirectory.Known;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.x509.CertificateRequest;
import io.edgeagent.x509.CertificateWriter;
import io.edgeagent.x509.Credential;
import io.edgeagent.x509.SubjectName;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CertificateCheckTest {
    private static final ClientId CAMERA = ClientId.leaf("camera");
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final CertificateWriter WRITER = new CertificateWriter();

    private final Credential root = ca("root", Optional.empty());
    private final Credential middle = ca("middle", Optional.of(root));
    private final Credential own = device("camera", middle);

    private static CertificateRequest request(String name, KeyPair keys, CertificateRequest.Use use) {
        return new CertificateRequest(
                SubjectName.ofCommonName(name),
                keys.getPublic(),
                use,
                OptionalInt.empty(),
                List.of(),
                NOW.minus(Duration.ofDays(10)),
                NOW.plus(Duration.ofDays(10)));
    }

    private static Credential ca(String name, Optional<Credential> above) {
        KeyPair keys = WRITER.newKey();
        CertificateRequest request = request(name, keys, CertificateRequest.Use.CA);
        return above.map(ca -> WRITER.signed(request, keys.getPrivate(), ca))
                .orElseGet(() -> WRITER.selfSigned(request, keys.getPrivate()));
    }

    private static Credential device(String name, Credential ca) {
        KeyPair keys = WRITER.newKey();
        return WRITER.signed(request(name, keys, CertificateRequest.Use.CLIENT), keys.getPrivate(), ca);
    }

    private static String thumbprint(String algorithm, X509Certificate certificate) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
    }

    private static Known selfSigned(String... thumbprints) {
        return new Known("1", true, Known.SELF_SIGNED, List.of(), List.of(thumbprints));
    }

    private static Known caSigned() {
        return new Known("1", true, Known.CA_SIGNED, List.of(), List.of());
    }

    private TokenCheck.Verdict byCa(List<X509Certificate> chain, X509Certificate... roots) {
        return CertificateCheck.check(CAMERA, caSigned(), chain, List.of(roots), NOW);
    }

    @Test
    void a_thumbprint_of_either_kind_in_either_place_and_any_case_proves_a_device() throws Exception {
        X509Certificate certificate = own.certificate();
        String other = "00".repeat(20);
        String colons = thumbprint("SHA-256", certificate).replaceAll("(..)(?!$)", "$1:");
        for (Known known : List.of(
                selfSigned(thumbprint("SHA-1", certificate)),
                selfSigned(other, thumbprint("SHA-1", certificate).toUpperCase(Locale.ROOT)),
                selfSigned(thumbprint("SHA-256", certificate), other),
                selfSigned(colons))) {
            assertThat(CertificateCheck.check(CAMERA, known, List.of(certificate), List.of(), NOW)
                            .refusal())
                    .isEmpty();
        }
    }

    @Test
    void another_thumbprint_is_named_beside_the_expected_ones() throws Exception {
        X509Certificate certificate = own.certificate();
        TokenCheck.Verdict verdict =
                CertificateCheck.check(CAMERA, selfSigned("ab".repeat(20)), List.of(certificate), List.of(), NOW);

        assertThat(verdict.rule()).isEqualTo(TokenCheck.Rule.WRONG_THUMBPRINT);
        assertThat(verdict.refusal().get())
                .containsIgnoringCase(thumbprint("SHA-1", certificate))
                .containsIgnoringCase(thumbprint("SHA-256", certificate))
                .contains("AB".repeat(20));
    }

    @Test
    void a_chain_to_a_trusted_ca_proves_a_device_of_its_name_whichever_part_is_trusted() {
        X509Certificate leaf = own.certificate();
        assertThat(byCa(own.chain(), root.certificate()).refusal()).isEmpty();
        assertThat(byCa(own.chain(), middle.certificate()).refusal()).isEmpty();
        assertThat(byCa(List.of(leaf, middle.certificate()), root.certificate()).refusal())
                .isEmpty();
        assertThat(byCa(List.of(leaf), device("other", root).certificate(), middle.certificate())
                        .refusal())
                .isEmpty();
    }

    @Test
    void a_chain_that_leads_nowhere_is_refused_and_its_end_is_named() {
        TokenCheck.Verdict verdict = byCa(List.of(own.certificate()), root.certificate());
        assertThat(verdict.rule()).isEqualTo(TokenCheck.Rule.UNTRUSTED);
        assertThat(verdict.refusal().get())
                .isEqualTo("it sent 1 certificates, the last one of the issuer \"CN=middle\", and they lead to none of"
                        + " the 1 certificates in trust_bundle_cert");
        // the same names with other keys
        Credential forged = device("camera", ca("middle", Optional.of(ca("root", Optional.empty()))));
        assertThat(byCa(forged.chain(), root.certificate(), middle.certificate())
                        .rule())
                .isEqualTo(TokenCheck.Rule.UNTRUSTED);
        // a device that signs for another one
        assertThat(byCa(device("camera", device("other", middle)).chain(), root.certificate())
                        .rule())
                .isEqualTo(TokenCheck.Rule.UNTRUSTED);
        assertThat(byCa(own.chain()).rule()).isEqualTo(TokenCheck.Rule.UNTRUSTED);
    }

    @Test
    void a_certificate_of_another_name_or_of_a_ca_is_refused() {
        TokenCheck.Verdict verdict = byCa(device("Camera", middle).chain(), root.certificate());
        assertThat(verdict.rule()).isEqualTo(TokenCheck.Rule.WRONG_NAME);
        assertThat(verdict.refusal().get())
                .isEqualTo("the common name in its certificate is \"Camera\", and must be camera");
        assertThat(byCa(ca("camera", Optional.of(root)).chain(), root.certificate())
                        .rule())
                .isEqualTo(TokenCheck.Rule.UNTRUSTED);
    }

    @Test
    void a_certificate_counts_in_its_time_and_always_while_the_clock_was_never_set() throws Exception {
        Known known = selfSigned(thumbprint("SHA-1", own.certificate()));
        for (Instant now : List.of(NOW.minus(Duration.ofDays(11)), NOW.plus(Duration.ofDays(11)))) {
            assertThat(CertificateCheck.check(CAMERA, known, own.chain(), List.of(), now)
                            .rule())
                    .isEqualTo(TokenCheck.Rule.EXPIRED);
            assertThat(CertificateCheck.check(CAMERA, caSigned(), own.chain(), List.of(root.certificate()), now)
                            .rule())
                    .isEqualTo(TokenCheck.Rule.EXPIRED);
        }
        assertThat(CertificateCheck.check(CAMERA, caSigned(), own.chain(), List.of(root.certificate()), Instant.EPOCH)
                        .refusal())
                .isEmpty();
    }

    @Test
    void a_certificate_proves_neither_a_module_nor_a_device_that_has_a_key() throws Exception {
        HubRig rig = new HubRig(StoreLimits.of(1_000_000), "");
        ClientId module = ClientId.module("camera", "m");
        rig.below = Map.of(
                CAMERA,
                selfSigned(thumbprint("SHA-1", own.certificate())),
                module,
                selfSigned(thumbprint("SHA-1", own.certificate())),
                ClientId.leaf("keyed"),
                new Known("1", SharedKey.of(new byte[] {1})));
        HubEntrance.Proof proof = new HubEntrance.Proof("", own.chain());

        assertThat(rig.hub
                        .connect(CAMERA, proof, true, "", new HubRig.FakeClient())
                        .session())
                .isPresent();
        assertThat(rig.hub
                        .connect(module, proof, true, "", new HubRig.FakeClient())
                        .session())
                .isEmpty();
        assertThat(rig.hub
                        .connect(ClientId.leaf("keyed"), proof, true, "", new HubRig.FakeClient())
                        .reason())
                .isEqualTo("it sent no token");
        assertThat(rig.hub
                        .connect(CAMERA, "", true, "", new HubRig.FakeClient())
                        .reason())
                .contains("presented no certificate");
    }
}
