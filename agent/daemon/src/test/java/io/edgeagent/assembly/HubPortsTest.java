package io.edgeagent.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.adapter.hubnet.ConnectionLimit;
import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Listener;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.testing.Warns;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@Warns("WARN event=hub_address_taken")
class HubPortsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicLong ahead = new AtomicLong();
    private final ExecutorService slow = Executors.newSingleThreadExecutor();
    private EventLoop loop;
    private Thread thread;
    private int port;
    private volatile Set<InetAddress> addresses = Set.of(InetAddress.getLoopbackAddress());
    private volatile List<HubSwitches.Binding> bindings = List.of();
    private volatile List<HubPorts.Head> heads = List.of();

    @BeforeEach
    void start() throws IOException {
        loop = new EventLoop(() -> System.nanoTime() + ahead.get());
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        heads = List.of(new HubPorts.Head(port, Deaf::new));
        thread = new Thread(() -> {
            try {
                loop.run();
                loop.release();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        loop.close();
        thread.join();
        slow.shutdownNow();
    }

    private HubPorts ports() throws Exception {
        HubPorts ports = new HubPorts(
                loop,
                slow,
                new ConnectionLimit(loop, 10),
                new Listener.Tls(SSLContext.getDefault(), List::of, slow),
                new HubPorts.Places(() -> addresses, List.of(), () -> bindings, () -> heads));
        loop.execute(ports::look);
        return ports;
    }

    private boolean answers(String address) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 2000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void passUntil(java.util.concurrent.Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(() -> {
            ahead.addAndGet(Duration.ofSeconds(1).toNanos());
            loop.execute(() -> {});
            return condition.call();
        });
    }

    @Test
    void a_port_that_is_taken_is_said_with_its_holder_and_had_as_soon_as_it_is_free() throws Exception {
        ServerSocket holder = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        HubPorts ports = ports();
        await().atMost(PATIENCE).until(() -> !ports.isServed());
        // this very process is not named as somebody else
        assertThat(ports.remark()).contains("127.0.0.1:" + port).contains("in use");
        holder.close();
        passUntil(ports::isServed);
        assertThat(ports.remark()).isEmpty();
        assertThat(answers("127.0.0.1")).isTrue();
    }

    @Test
    void a_place_on_the_host_that_is_taken_leaves_modules_with_the_hub() throws Exception {
        bindings = List.of(new HubSwitches.Binding(port, "127.0.0.2", port));
        try (ServerSocket holder = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.2"))) {
            HubPorts ports = ports();
            await().atMost(PATIENCE).until(() -> !ports.remark().isEmpty());
            assertThat(ports.isServed()).isTrue();
            assertThat(ports.remark()).contains("127.0.0.2:" + holder.getLocalPort());
            assertThat(answers("127.0.0.1")).isTrue();
        }
    }

    @Test
    void a_binding_for_all_addresses_lies_beside_those_for_modules_and_goes_when_it_is_taken_back() throws Exception {
        HubPorts ports = ports();
        await().atMost(PATIENCE).until(() -> answers("127.0.0.1"));
        assertThat(answers("127.0.0.3")).isFalse();
        bindings = List.of(new HubSwitches.Binding(port, "0.0.0.0", port));
        loop.execute(ports::lookSoon);
        await().atMost(PATIENCE).until(() -> answers("127.0.0.3"));
        assertThat(ports.remark()).isEmpty();
        bindings = List.of();
        loop.execute(ports::lookSoon);
        await().atMost(PATIENCE).until(() -> !answers("127.0.0.3"));
        assertThat(answers("127.0.0.1")).isTrue();
    }

    @Test
    void modules_keep_the_hub_while_somebody_else_has_the_port_at_one_address_of_all() throws Exception {
        bindings = List.of(new HubSwitches.Binding(port, "0.0.0.0", port));
        ServerSocket holder = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.5"));
        HubPorts ports = ports();
        await().atMost(PATIENCE).until(() -> ports.remark().contains("0.0.0.0:" + port));
        assertThat(ports.isServed()).isTrue();
        assertThat(answers("127.0.0.1")).isTrue();
        holder.close();
        passUntil(() -> ports.remark().isEmpty() && answers("127.0.0.3"));
    }

    @Test
    void protocols_that_are_switched_off_have_no_port() throws Exception {
        HubPorts ports = ports();
        await().atMost(PATIENCE).until(() -> answers("127.0.0.1"));
        heads = List.of();
        loop.execute(ports::lookSoon);
        await().atMost(PATIENCE).until(() -> !answers("127.0.0.1"));
        await().atMost(PATIENCE).until(() -> ports.remark().equals("every protocol is switched off"));
    }

    private static final class Deaf implements Wire.Reader {
        @Override
        public void opened(Wire wire) {}

        @Override
        public void read(ByteBuffer in) {
            in.position(in.limit());
        }

        @Override
        public void closed(String reason) {}
    }
}
