package io.edgeagent.adapter.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.edgeagent.board.UpdateLockStore;
import io.edgeagent.board.UpdateLocks;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.KeyStore;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.Workload;
import io.edgeagent.model.Json;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.runtime.Clock;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadServerTest {
    private static final String V = "?api-version=2018-06-28";
    private static final ModuleIdentity LED = new ModuleIdentity("led", "637");
    private static final ModuleIdentity BUTTON = new ModuleIdentity("button", "638");
    private static final KeyStore KEYS = () -> SharedKey.of(new byte[] {1, 2, 3});

    @TempDir
    private Path folder;

    private SocketFolders folders;
    private Identities identities;
    private WorkloadServer server;
    private final UpdateLocks locks = new UpdateLocks(Clock.SYSTEM, UpdateLockStore.NONE);

    @BeforeEach
    void open() {
        folders = new SocketFolders(folder.resolve("w"));
        IdentityRegistry nobody = (IdentityRegistry) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {IdentityRegistry.class}, (proxy, method, args) -> {
                    throw new AssertionError("the hub is not asked");
                });
        identities = new Identities(nobody, KEYS);
        start();
        assertThat(server.follow(List.of(LED, BUTTON))).isTrue();
    }

    private void start() {
        server = new WorkloadServer(
                folders,
                new Workload(identities, KEYS, TestCertificates.modules(), () -> "a\nü"),
                locks,
                Duration.ofSeconds(1));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void a_module_takes_holds_and_gives_back_its_update_lock() throws IOException {
        assertThat(lock("GET", "")).endsWith("{\"held\":false,\"updateWaits\":false}");
        assertThat(lock("PUT", ""))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("{\"held\":true,\"seconds\":600,\"updateWaits\":false}");
        assertThat(locks.held()).containsExactly("led");

        assertThat(lock("PUT", "{\"seconds\":20}")).contains("\"seconds\":20,");
        assertThat(lock("DELETE", "")).endsWith("{\"held\":false,\"updateWaits\":false}");
        assertThat(locks.held()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'seconds':0}|422",
                "{'seconds':3601}|422",
                "{'seconds':1.5}|422",
                "{'seconds':'60'}|422",
                "[]|422",
                "no JSON|422"
            },
            quoteCharacter = '"')
    void an_update_lock_is_bounded(String body, int status) throws IOException {
        assertThat(lock("PUT", body.replace('\'', '"'))).startsWith("HTTP/1.1 " + status + " ");
        assertThat(locks.held()).isEmpty();
    }

    @Test
    void a_module_cannot_take_the_update_lock_of_another_one() throws IOException {
        assertThat(WorkloadClient.say(led(), "PUT /modules/button/update-lock" + V + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(locks.held()).isEmpty();
    }

    private String lock(String method, String body) throws IOException {
        return WorkloadClient.say(
                led(),
                method + " /modules/led/update-lock" + V
                        + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body);
    }

    @Test
    void signs_as_the_module_whose_socket_it_is() throws IOException {
        String body = "{\"keyId\":\"primary\",\"algo\":\"HMACSHA256\",\"data\":\"aGVsbG8\\u003d\"}";

        String answer = WorkloadClient.post(led(), "/modules/%6ced/genid/637/sign" + V, body);

        String digest = Base64.getEncoder()
                .encodeToString(identities.keyOf(LED).sign("hello".getBytes(StandardCharsets.US_ASCII)));
        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nContent-Length: ", "\r\nConnection: close\r\n")
                .endsWith("\r\n\r\n{\"digest\":\"" + digest + "\"}");
    }

    @ParameterizedTest
    @CsvSource({"sign", "encrypt", "decrypt"})
    void a_module_can_only_act_as_itself(String verb) throws IOException {
        for (String other : List.of("button", "%24edgeAgent", "LED", "led%2F..%2Fbutton")) {
            assertThat(WorkloadClient.post(led(), "/modules/" + other + "/genid/637/" + verb + V, "{\"data\":\"\"}"))
                    .startsWith("HTTP/1.1 403 Forbidden\r\n")
                    .endsWith("{\"message\":\"forbidden\"}");
        }
    }

    @Test
    void what_a_module_encrypts_only_it_can_decrypt() throws IOException {
        String sealed = field(
                "ciphertext",
                WorkloadClient.post(
                        led(),
                        "/modules/led/genid/637/encrypt" + V,
                        "{\"plaintext\":\"c2VjcmV0\",\"initializationVector\":\"aXY=\"}"));
        String request = "{\"ciphertext\":\"" + sealed + "\",\"initializationVector\":\"%s\"}";

        assertThat(field(
                        "plaintext",
                        WorkloadClient.post(led(), "/modules/led/genid/637/decrypt" + V, request.formatted("aXY="))))
                .isEqualTo("c2VjcmV0");
        assertThat(WorkloadClient.post(led(), "/modules/led/genid/637/decrypt" + V, request.formatted("aXYy")))
                .startsWith("HTTP/1.1 400 ");
        assertThat(WorkloadClient.post(led(), "/modules/led/genid/1/decrypt" + V, request.formatted("aXY=")))
                .startsWith("HTTP/1.1 400 ");
        assertThat(WorkloadClient.post(
                        folder.resolve("w/button/workload.sock"),
                        "/modules/button/genid/637/decrypt" + V,
                        request.formatted("aXY=")))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void the_trust_bundle_comes_in_one_line_of_ascii() throws IOException {
        assertThat(WorkloadClient.get(led(), "/trust-bundle" + V))
                .endsWith("\r\n\r\n{\"certificate\":\"a\\n\\u00FC\"}");
    }

    @Test
    void lists_modules() throws IOException {
        assertThat(WorkloadClient.get(led(), "/modules?x&api-version=2022-08-03"))
                .startsWith("HTTP/1.1 200 OK")
                .contains("\"name\":\"led\"", "\"name\":\"button\"");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/modules,400,api-version not specified",
        "GET,/modules?api-version=2017-01-01,400,invalid api-version",
        "GET,/nothing?api-version=2018-06-28,404,not found",
        "GET,/?api-version=2018-06-28,404,not found",
        "GET,/systeminfo?api-version=2018-06-28,404,management API",
        "GET,/systeminfo/supportbundle?api-version=2018-06-28,404,management API",
        "GET,/identities/?api-version=2018-06-28,404,management API",
        "PUT,/identities/x?api-version=2018-06-28,404,management API",
        "POST,/device/reprovision?api-version=2019-10-22,404,management API",
        "GET,/modules/led/logs?api-version=2018-06-28,404,edge-agent logs",
        "PUT,/modules/led?api-version=2018-06-28&start=true,404,management API",
        "GET,/modules/led/nothing?api-version=2018-06-28,404,not found",
        "POST,/modules/led/restart?api-version=2018-06-28,404,management API",
        "PUT,/modules?api-version=2018-06-28,400,method not allowed",
        "GET,/modules/led/genid/637/sign?api-version=2018-06-28,400,method not allowed",
        "POST,/modules/led/genid/637/sign?api-version=2018-06-28,422,no JSON body",
        "GET,/%zz,400,hexadecimal",
        "GET,modules,400,slash"
    })
    void says_what_is_wrong_in_a_status_line_of_three_words(String method, String target, int status, String text)
            throws IOException {
        String answer = WorkloadClient.say(led(), method + " " + target + " HTTP/1.1\r\n\r\n");

        assertThat(answer.lines().findFirst().orElseThrow()).matches("HTTP/1.1 " + status + " [A-Za-z]+");
        assertThat(answer).contains("{\"message\":\"", text);
    }

    @Test
    void bad_bodies_are_refused_without_being_quoted() throws IOException {
        for (String body :
                List.of("{\"data\":\"s3cret!\"}", "s3cret", "[]", "{\"data\":1}", "{}", "{\"data\":\"\"}x")) {
            assertThat(WorkloadClient.post(led(), "/modules/led/genid/637/sign" + V, body))
                    .startsWith("HTTP/1.1 422 Unprocessable\r\n")
                    .doesNotContain("s3cret");
        }
    }

    @Test
    void chunks_and_sizes_without_end_are_refused() throws IOException {
        assertThat(WorkloadClient.say(led(), "POST /modules HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .startsWith("HTTP/1.1 411 ");
        assertThat(WorkloadClient.say(led(), "POST /modules HTTP/1.1\r\nContent-Length: 65537\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(WorkloadClient.say(led(), "GET /" + "a".repeat(8191) + " HTTP/1.1\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void a_slow_request_ends_with_408() throws IOException {
        assertThat(WorkloadClient.say(led(), "GET /modules")).startsWith("HTTP/1.1 408 Timeout\r\n");
    }

    @Test
    void one_module_cannot_take_all_connections() throws IOException {
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < WorkloadServer.CONNECTIONS; i++) {
                idle.add(WorkloadClient.connect(led()));
            }
            try (SocketChannel excess = WorkloadClient.connect(led())) {
                assertThat(WorkloadClient.untilEnd(excess)).isEmpty();
            }
            assertThat(WorkloadClient.get(folder.resolve("w/button/workload.sock"), "/modules" + V))
                    .startsWith("HTTP/1.1 200 ");
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    @Test
    void any_user_in_the_container_may_ask_but_no_other_user_of_the_board() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(led())))
                .isEqualTo("rw-rw-rw-");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("w"))))
                .isEqualTo("rwx------");
    }

    @Test
    void a_link_that_a_module_put_in_place_of_its_socket_is_replaced_and_its_target_untouched() throws IOException {
        Path secret = Files.writeString(folder.resolve("master.key"), "secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        server.close();
        Files.delete(led());
        Files.createSymbolicLink(led(), secret);

        start();
        assertThat(server.follow(List.of(LED, BUTTON))).isTrue();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-------");
        assertThat(secret).hasContent("secret");
        assertThat(WorkloadClient.get(led(), "/modules" + V)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void a_folder_in_place_of_the_socket_and_files_beside_it_are_no_obstacle() throws IOException {
        server.close();
        Files.delete(led());
        Files.createDirectories(led().resolve("deep/er"));
        Path outside = Files.writeString(folder.resolve("outside"), "stays");
        Files.createSymbolicLink(led().resolveSibling("link"), outside);

        start();
        assertThat(server.follow(List.of(LED, BUTTON))).isTrue();

        assertThat(WorkloadClient.get(led(), "/modules" + V)).startsWith("HTTP/1.1 200 ");
        assertThat(server.follow(List.of())).isTrue();
        server.keepOnly(Set.of());
        assertThat(led().getParent()).doesNotExist();
        assertThat(outside).hasContent("stays");
    }

    @Test
    void a_restarted_agent_listens_in_the_same_folder_which_containers_have_mounted() throws IOException {
        Object before = Files.getAttribute(folder.resolve("w/led"), "unix:ino");
        server.close();
        start();

        assertThat(server.follow(List.of(LED))).isTrue();

        assertThat(Files.getAttribute(folder.resolve("w/led"), "unix:ino")).isEqualTo(before);
        assertThat(WorkloadClient.get(led(), "/modules" + V)).startsWith("HTTP/1.1 200 ");
        assertThat(folder.resolve("w/button"))
                .as("a container may have it mounted")
                .isDirectory();
        server.keepOnly(Set.of("led"));
        assertThat(folder.resolve("w/button")).doesNotExist();
    }

    @Test
    void a_module_that_is_gone_has_no_socket() {
        assertThat(server.follow(List.of(BUTTON))).isTrue();

        assertThatThrownBy(() -> WorkloadClient.connect(led())).isInstanceOf(IOException.class);
    }

    @Test
    void the_longest_name_has_a_socket_too() throws IOException {
        String name = "m".repeat(128);
        assertThat(server.follow(List.of(new ModuleIdentity(name, "1")))).isTrue();

        assertThat(WorkloadClient.get(SocketFolders.socket(folders.of(name)), "/modules" + V))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void hostile_connections_leak_neither_threads_nor_descriptors() throws IOException {
        Random random = new Random(5);
        WorkloadClient.get(led(), "/modules" + V);
        long before = descriptors();
        long threads = threads();
        for (int i = 0; i < 3000; i++) {
            try (SocketChannel channel = WorkloadClient.connect(led())) {
                channel.write(ByteBuffer.wrap(HostileRequests.next(random)));
                if (random.nextBoolean()) {
                    channel.shutdownOutput();
                    WorkloadClient.untilEnd(channel);
                }
            } catch (IOException e) {
                // refused or closed at once: its right
                assertThat(e).isNotNull();
            }
        }
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(before));
        assertThat(threads()).isLessThanOrEqualTo(threads);
        assertThat(WorkloadClient.get(led(), "/modules" + V)).startsWith("HTTP/1.1 200 ");
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().startsWith("awaitility"))
                .count();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private Path led() {
        return folder.resolve("w/led/workload.sock");
    }

    private static String field(String name, String answer) throws IOException {
        return Json.MAPPER
                .readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4))
                .path(name)
                .asText();
    }
}
