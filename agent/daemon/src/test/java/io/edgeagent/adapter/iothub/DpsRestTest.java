package io.edgeagent.adapter.iothub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.identity.Device;
import io.edgeagent.identity.ProvisioningService;
import io.edgeagent.identity.ProvisioningServiceContract;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.Simulator;
import io.edgeagent.simulator.SimulatorOptions;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.IdentityName;
import io.edgeagent.upstream.Upstream;
import io.edgeagent.upstream.UpstreamSettings;
import io.edgeagent.x509.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against the local hub's provisioning service. */
class DpsRestTest extends ProvisioningServiceContract {
    @TempDir
    static Path folder;

    private static Simulator hub;

    private final List<Duration> pauses = new ArrayList<>();
    private boolean away;

    @BeforeAll
    static void start() throws IOException {
        hub = Simulator.start(folder.resolve("hub"), "127.0.0.1", SimulatorOptions.anyPorts());
    }

    @AfterAll
    static void stop() throws IOException {
        hub.close();
    }

    @BeforeEach
    void enroll() {
        hub.dps().enroll("board", json().put("iotEdge", true));
    }

    @AfterEach
    void heal() {
        hub.resetFaults();
    }

    @Override
    protected ProvisioningService provisioning() {
        return away ? awayService() : service("board", key("board"));
    }

    @Override
    protected Device assigned() {
        return new Device(hub.hostName(), "board");
    }

    @Override
    protected void begin(Trouble trouble) {
        away = trouble == Trouble.AWAY;
        String fault = trouble == Trouble.ASSIGNING_FOR_EVER
                ? "assigning"
                : trouble.name().toLowerCase(Locale.ROOT);
        if (!away) {
            hub.faults(json().put("provisioning", fault));
        }
    }

    @Override
    protected void end() {
        away = false;
        hub.resetFaults();
    }

    @Override
    protected void deleteDevice() {
        hub.identities().delete(IdentityName.device("board"));
    }

    @Override
    protected boolean isInHub() {
        try {
            return hub.modules("board").contains("$edgeAgent");
        } catch (HubException e) {
            return false;
        }
    }

    @Test
    void registers_with_a_key_and_asks_until_it_is_assigned() {
        hub.faults(json().put("assigningPolls", 3));

        assertThat(service("board", key("board")).register()).isEqualTo(new Device(hub.hostName(), "board"));

        assertThat(pauses).hasSize(4).allSatisfy(pause -> assertThat(pause).isPositive());
        assertThat(hub.modules("board")).contains("$edgeAgent");
    }

    @Test
    void a_device_of_a_group_registers_with_the_key_that_is_derived_for_it() {
        hub.dps().enroll("fleet", json().put("iotEdge", true).put("group", true));
        SharedKey own = SharedKey.fromBase64(hub.dps().deviceKey("fleet", "board-8"));

        assertThat(service("board-8", own).register().deviceId()).isEqualTo("board-8");
    }

    @Test
    void registers_with_a_certificate_of_itself_or_of_a_ca() throws IOException {
        OpenSsl openSsl = new OpenSsl(folder);
        openSsl.run("req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=porch -keyout porch.key -out porch.pem");
        openSsl.run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj /CN=CA"
                + " -addext keyUsage=keyCertSign -keyout ca.key -out ca.pem");
        openSsl.run(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=attic -keyout attic.key -out attic.csr");
        openSsl.run("x509 -req -in attic.csr -CA ca.pem -CAkey ca.key -days 3 -out attic.pem");
        enroll("porch", false, "porch.pem");
        enroll("line", true, "ca.pem");

        assertThat(service("porch").register().deviceId()).isEqualTo("porch");
        assertThat(service("attic").register().deviceId()).isEqualTo("attic");
    }

    @Test
    void a_certificate_that_nobody_enrolled_is_refused_in_words() {
        new OpenSsl(folder)
                .run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3 -subj /CN=nobody"
                        + " -keyout nobody.key -out nobody.pem");

        assertRefused(service("nobody"), ErrorCode.PROVISIONING_REFUSED, "401", "that the cloud knows the certificate");
    }

    @Test
    void a_certificate_that_has_expired_is_what_is_said() {
        OpenSsl openSsl = new OpenSsl(folder);
        openSsl.run(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=old -keyout old.key -out old.csr");
        openSsl.run("x509 -req -in old.csr -signkey old.key -days -1 -out old.pem");

        assertRefused(service("old"), ErrorCode.CERTIFICATE_INVALID, "old.pem has expired on", "replace it");
    }

    @Test
    void a_wrong_key_is_refused_in_words_without_the_key() {
        SharedKey wrong = SharedKey.of(new byte[] {1, 2, 3});

        assertRefused(
                service("board", wrong),
                ErrorCode.PROVISIONING_REFUSED,
                "401",
                "id_scope " + hub.dps().idScope(),
                "compute-device-key");
    }

    @ParameterizedTest
    @CsvSource({
        "unassigned, PROVISIONING_REFUSED, assigned it to no hub",
        "disabled, PROVISIONING_REFUSED, disabled",
        "failed, PROVISIONING_REFUSED, error 400207",
        "throttled, HUB_THROTTLED, tried again later",
        "unauthorized, PROVISIONING_REFUSED, registration_id board",
        "assigning, HUB_UNREACHABLE, still assigning",
    })
    void every_end_of_a_registration_has_its_words(String fault, ErrorCode code, String text) {
        hub.faults(json().put("provisioning", fault));

        assertRefused(service("board", key("board")), code, text, "127.0.0.1:" + hub.httpsPort());
    }

    @Test
    void a_service_that_is_not_there_can_be_asked_again_later() {
        assertRefused(awayService(), ErrorCode.HUB_UNREACHABLE, "127.0.0.1:1 cannot be reached");
    }

    @Test
    void hands_the_payload_over() {
        DpsRest service = new DpsRest(
                "127.0.0.1:" + hub.httpsPort(),
                new DpsRest.Registration(hub.dps().idScope(), "board", Optional.of(json().put("site", 5))),
                byKey(key("board")),
                pauses::add);

        service.register();

        assertThat(hub.dps().toJson().path("registrations").toString()).contains("\"site\":5");
    }

    private static void assertRefused(DpsRest service, ErrorCode code, String... texts) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(service::register)
                .satisfies(refused -> {
                    assertThat(refused.problem().text()).contains(texts);
                    assertThat(refused.problem().code()).isEqualTo(code);
                });
    }

    private static SharedKey key(String id) {
        for (var enrollment : hub.dps().toJson().path("enrollments")) {
            if (enrollment.path("id").asText().equals(id)) {
                return SharedKey.fromBase64(
                        enrollment.at("/attestation/primaryKey").asText());
            }
        }
        throw new IllegalStateException("there is no enrollment " + id);
    }

    private static void enroll(String id, boolean group, String pem) throws IOException {
        ObjectNode enrollment = json().put("iotEdge", true).put("group", group);
        enrollment
                .putObject("attestation")
                .put("type", "x509")
                .putArray("certificates")
                .add(Files.readString(folder.resolve(pem)));
        hub.dps().enroll(id, enrollment);
    }

    private DpsRest service(String id, SharedKey key) {
        return service(id, byKey(key));
    }

    private DpsRest service(String name) {
        return service(
                name,
                DeviceAccess.byCertificate(
                        folder.resolve(name + ".pem"),
                        folder.resolve(name + ".key"),
                        Optional.of(hub.caFile()),
                        Upstream.of(UpstreamSettings.DIRECT),
                        InstantSource.system()));
    }

    private DpsRest service(String id, DeviceAccess access) {
        return new DpsRest(
                "127.0.0.1:" + hub.httpsPort(),
                new DpsRest.Registration(hub.dps().idScope(), id, Optional.empty()),
                access,
                pauses::add);
    }

    private DpsRest awayService() {
        return new DpsRest(
                "127.0.0.1:1",
                new DpsRest.Registration("0ne1", "board", Optional.empty()),
                byKey(key("board")),
                pauses::add);
    }

    private static DeviceAccess byKey(SharedKey key) {
        return DeviceAccess.byKey(
                key,
                HubTrust.context(Optional.of(hub.caFile())),
                Upstream.of(UpstreamSettings.DIRECT),
                InstantSource.system());
    }

    private static ObjectNode json() {
        return JsonNodeFactory.instance.objectNode();
    }
}
