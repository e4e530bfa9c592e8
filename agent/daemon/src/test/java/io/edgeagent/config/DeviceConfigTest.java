package io.edgeagent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.protocol.SharedKey;
import io.edgeagent.x509.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sections [provisioning] with certificates and with DPS, and the variables over them. */
class DeviceConfigTest {
    private static final DeviceConfig.Key KEY = new DeviceConfig.Key(SharedKey.fromBase64("ZGV2aWNl"));

    @TempDir
    Path folder;

    private Path file;
    private Path certificate;
    private Path key;
    private OpenSsl openSsl;

    @BeforeEach
    void there_is_a_certificate() {
        file = folder.resolve("config.toml");
        openSsl = new OpenSsl(folder);
        certificate = make("device", "/CN=board-7", 30);
        key = folder.resolve("device.key");
    }

    private Path make(String name, String subject, int days) {
        openSsl.run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days " + days + " -subj " + subject
                + " -keyout " + name + ".key -out " + name + ".pem");
        return folder.resolve(name + ".pem");
    }

    @Test
    void reads_a_device_with_a_certificate() throws IOException {
        write(manual(certificate, key));

        assertThat(device())
                .isEqualTo(new DeviceConfig.Manual(
                        "hub.example.net", "board-7", new DeviceConfig.CertificateFiles(certificate, key)));
        assertThat(check().errors()).isEmpty();
    }

    @Test
    void refuses_a_key_that_needs_a_password() throws IOException {
        openSsl.run("pkey -in device.key -aes128 -passout pass:secret -out locked.key");
        write(manual(certificate, folder.resolve("locked.key")));

        assertRefused("provisioning.authentication:", "locked.key is encrypted", "openssl pkey -in");
    }

    @Test
    void refuses_a_certificate_and_a_key_that_do_not_belong_together() throws IOException {
        make("other", "/CN=other", 30);
        write(manual(certificate, folder.resolve("other.key")));

        assertRefused("do not belong together", certificate.toString(), "other.key");
    }

    @Test
    void refuses_files_that_are_not_there_or_no_pem() throws IOException {
        write(manual(folder.resolve("none.pem"), key));
        assertRefused("there is no file", "none.pem");

        Files.writeString(folder.resolve("text.key"), "s3cret");
        write(manual(certificate, folder.resolve("text.key")));
        assertRefused("text.key holds no private key in PEM");
        assertThat(check().errors()).noneMatch(error -> error.contains("s3cret"));
    }

    @Test
    void a_certificate_that_has_expired_is_named_by_the_check_but_does_not_keep_a_board_without_a_clock_from_starting()
            throws IOException {
        openSsl.run(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=old -keyout old.key -out old.csr");
        openSsl.run("x509 -req -in old.csr -signkey old.key -days -1 -out old.pem");
        write(manual(folder.resolve("old.pem"), folder.resolve("old.key")));

        assertThat(check().errors()).singleElement().asString().contains("old.pem has expired on");
        assertThat(device().proof()).isInstanceOf(DeviceConfig.CertificateFiles.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "identity_cert = { method = 'est', common_name = 'x' }|EST server",
                "identity_cert = 'pkcs11:token=x'|security module",
                "identity_cert = 5|name of a file",
                "identity_cert = 'relative.pem'|whole name",
                "x = 1|needs identity_cert"
            })
    void says_what_to_use_in_place_of_what_is_not_supported(String setting, String text) throws IOException {
        write("""
                [provisioning]
                source = "manual"
                iothub_hostname = "hub.example.net"
                device_id = "board"
                [provisioning.authentication]
                method = "x509"
                %s
                identity_pk = "file://%s"
                """.formatted(setting, key));

        assertRefused("provisioning.authentication", text);
    }

    @Test
    void a_connection_string_without_a_key_needs_a_certificate_beside_it() throws IOException {
        write("[provisioning]\nconnection_string = 'HostName=hub.example.net;DeviceId=board;x509=true'\n");
        assertRefused("proves itself with a certificate", "identity_cert");

        assertThat(device(Map.of(
                        "CONNECTION_STRING",
                        "HostName=hub.example.net;DeviceId=board;x509=true",
                        "EDGE_AGENT_IDENTITY_CERT",
                        certificate.toString(),
                        "EDGE_AGENT_IDENTITY_PK",
                        "file://" + key)))
                .isEqualTo(new DeviceConfig.Manual(
                        "hub.example.net", "board", new DeviceConfig.CertificateFiles(certificate, key)));
    }

    @Test
    void reads_dps_with_a_key() throws IOException {
        Path payload = Files.writeString(folder.resolve("payload.json"), "{\"site\": 5}");
        write("""
                auto_reprovisioning_mode = "OnErrorOnly"
                [provisioning]
                source = "dps"
                global_endpoint = "https://dps.example.net:8443/"
                id_scope = "0ne00123ABC"
                payload = { uri = "file://%s" }
                [provisioning.attestation]
                method = "symmetric_key"
                registration_id = "board-7"
                symmetric_key = { value = "ZGV2aWNl" }
                """.formatted(payload));

        assertThat(device())
                .isEqualTo(new DeviceConfig.Dps(
                        "dps.example.net:8443",
                        "0ne00123ABC",
                        "board-7",
                        KEY,
                        Optional.of("{\"site\": 5}"),
                        DeviceConfig.Reprovisioning.ON_ERROR_ONLY));
        assertThat(device().toString()).doesNotContain("ZGV2aWNl");
        assertThat(check().errors()).isEmpty();
        assertThat(check().warnings()).isEmpty();
    }

    @Test
    void with_dps_and_a_certificate_its_common_name_is_the_registration() throws IOException {
        write(dps(
                "method = 'x509'\nidentity_cert = 'file://%s'\nidentity_pk = 'file://%s'".formatted(certificate, key)));

        assertThat(device())
                .isEqualTo(new DeviceConfig.Dps(
                        "global.azure-devices-provisioning.net",
                        "0ne00123ABC",
                        "board-7",
                        new DeviceConfig.CertificateFiles(certificate, key),
                        Optional.empty(),
                        DeviceConfig.Reprovisioning.DYNAMIC));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "method = 'tpm' ; registration_id = 'b'|enroll the device with a certificate",
                "method = 'magic'|expected \"symmetric_key\" or \"x509\"",
                "registration_id = 'b'|attestation.method is missing",
                "method = 'symmetric_key' ; symmetric_key = { value = 'ZGV2aWNl' }|registration_id is missing",
                "method = 'symmetric_key' ; registration_id = 'a b' ; symmetric_key = { value = 'ZGV2aWNl' }|letters, digits",
                "method = 'symmetric_key' ; registration_id = 'b' ; symmetric_key = { value = 'no base 64' }|not base64",
                "method = 'symmetric_key' ; registration_id = 'b'|symmetric_key needs either value",
                "method = 'symmetric_key' ; registration_id = 'b' ; symmetric_key = { uri = 'file:///no/k' }|not there",
                "method = 'symmetric_key' ; registration_id = 'b' ; symmetric_key = { uri = 'pkcs11:x' }|keep it in a file"
            })
    void says_what_is_wrong_with_an_attestation(String attestation, String text) throws IOException {
        write(dps(attestation.replace(" ; ", "\n")));

        assertRefused("provisioning.attestation", text);
        assertThat(check().errors()).noneMatch(error -> error.contains("no base 64"));
    }

    @Test
    void says_what_is_wrong_beside_the_attestation() throws IOException {
        String good = """

                [provisioning.attestation]
                method = 'symmetric_key'
                registration_id = 'b'
                symmetric_key = { value = 'ZGV2aWNl' }
                """;
        write("[provisioning]\nsource = 'dps'" + good);
        assertRefused("provisioning.id_scope is missing");
        write("[provisioning]\nsource = 'dps'\nid_scope = '0ne1'\nglobal_endpoint = 'http://x'" + good);
        assertRefused("global_endpoint is \"http://x\"", "https://global.azure-devices-provisioning.net");
        write("auto_reprovisioning_mode = 'Never'\n[provisioning]\nsource = 'dps'\nid_scope = '0ne1'" + good);
        assertRefused("auto_reprovisioning_mode", "\"AlwaysOnStartup\"");
        Files.writeString(folder.resolve("p.json"), "{");
        write("[provisioning]\nsource = 'dps'\nid_scope = '0ne1'\npayload = { uri = 'file://" + folder + "/p.json' }"
                + good);
        assertRefused("p.json, which is not valid JSON");
        write("[provisioning]\nsource = 'none'\n");
        assertRefused("source is \"none\"", "\"manual\" or \"dps\"");
    }

    @Test
    void a_slip_of_the_pen_in_the_section_is_named() throws IOException {
        write(
                dps(
                        "method = 'symmetric_key'\nregistration_id = 'b'\nsymetric_key = 's3cret'\nsymmetric_key.value = 'ZGV2aWNl'"));

        assertThat(check().warnings())
                .singleElement()
                .asString()
                .contains("provisioning.attestation.symetric_key is not a setting")
                .doesNotContain("s3cret");
    }

    @Test
    void the_environment_alone_is_enough_for_dps() {
        assertThat(device(Map.of(
                        "EDGE_AGENT_DPS_ID_SCOPE", "0ne00123ABC",
                        "EDGE_AGENT_DPS_REGISTRATION_ID", "board-7",
                        "EDGE_AGENT_DPS_SYMMETRIC_KEY", "ZGV2aWNl",
                        "EDGE_AGENT_DPS_ENDPOINT", "dps.example.net")))
                .isEqualTo(new DeviceConfig.Dps(
                        "dps.example.net",
                        "0ne00123ABC",
                        "board-7",
                        KEY,
                        Optional.empty(),
                        DeviceConfig.Reprovisioning.DYNAMIC));
        assertThat(device(Map.of(
                        "EDGE_AGENT_DPS_ID_SCOPE", "0ne00123ABC",
                        "EDGE_AGENT_IDENTITY_CERT", certificate.toString(),
                        "EDGE_AGENT_IDENTITY_PK", key.toString())))
                .extracting(device -> ((DeviceConfig.Dps) device).registrationId())
                .isEqualTo("board-7");
    }

    @Test
    void the_environment_wins_over_the_file_setting_by_setting() throws IOException {
        write(dps("method = 'symmetric_key'\nregistration_id = 'b'\nsymmetric_key = { value = 'b3RoZXI=' }"));

        DeviceConfig.Dps device = (DeviceConfig.Dps)
                device(Map.of("EDGE_AGENT_DPS_REGISTRATION_ID", "board-8", "EDGE_AGENT_DPS_SYMMETRIC_KEY", "ZGV2aWNl"));

        assertThat(device.idScope()).isEqualTo("0ne00123ABC");
        assertThat(device.registrationId()).isEqualTo("board-8");
        assertThat(device.proof()).isEqualTo(KEY);
        assertThat(device(Map.of("CONNECTION_STRING", "HostName=h;DeviceId=d;SharedAccessKey=ZGV2aWNl")))
                .isEqualTo(new DeviceConfig.Manual("h", "d", KEY));
    }

    @Test
    void the_key_for_dps_may_be_a_credential_of_systemd() throws IOException {
        write(dps("method = 'symmetric_key'\nregistration_id = 'b'"));
        Files.writeString(folder.resolve("symmetric_key"), "ZGV2aWNl\n");

        assertThat(device(Map.of("CREDENTIALS_DIRECTORY", folder.toString())).proof())
                .isEqualTo(KEY);
    }

    private static String manual(Path certificate, Path key) {
        return """
                [provisioning]
                source = "manual"
                iothub_hostname = "hub.example.net"
                device_id = "board-7"
                [provisioning.authentication]
                method = "x509"
                identity_cert = "file://%s"
                identity_pk = "file://%s"
                """.formatted(certificate, key);
    }

    private static String dps(String attestation) {
        return "[provisioning]\nsource = 'dps'\nid_scope = '0ne00123ABC'\n[provisioning.attestation]\n" + attestation
                + "\n";
    }

    private void assertRefused(String... texts) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(this::device)
                .satisfies(refused -> assertThat(refused.getMessage()).contains(texts));
        assertThat(check().errors()).isNotEmpty();
    }

    private Findings check() {
        return AgentConfig.check(file, Map.of());
    }

    private DeviceConfig device() {
        return device(Map.of());
    }

    private DeviceConfig device(Map<String, String> environment) {
        return AgentConfig.load(file, Optional.empty(), environment).device();
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }
}
