package io.edgeagent.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.simulator.hub.Event;
import io.edgeagent.simulator.hub.IdentityName;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

/**
 * Modules send through the built-in hub while the agent is killed, the link to the cloud is cut and the disk is full; what was
 * acknowledged must arrive. Too slow for every build: run it with {@code ./dev kills --hub [N] [--seed S]}.
 */
class HubHardship {
    private static final int SENDERS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** Of messages that were stored for a day. */
    private static final Duration DRAIN = Duration.ofMinutes(30);

    private final int kills = Integer.getInteger("kills.count", 100);
    private final Duration cut = Duration.ofSeconds(Integer.getInteger("hardship.cut", 600));
    /** How many messages each module sends during the cut, at least: 86400 is one a second for a day. */
    private final int stored = Integer.getInteger("hardship.stored", 0);

    private final Duration pause = Duration.ofMillis(stored > 0 ? 1 : 20);
    private final long seed = Long.getLong("kills.seed", System.nanoTime() & 0xffffffL);
    private final Random random = new Random(seed);

    @Test
    void every_acknowledged_message_arrives_in_its_senders_order() throws Exception {
        System.out.println("kills: " + kills + " with messages under way, seed " + seed);
        try (Lab lab = new Lab();
                Device device = new Device(lab, "hardship");
                FullDisk disk = new FullDisk(device.state(), stored > 0 ? "1g" : "128m")) {
            // an address of its own, so that it does not matter who else has a hub on this machine
            Files.writeString(
                    device.state().resolve("config.toml"),
                    "[hub]\nmax_store_mb = " + (stored > 0 ? 800 : 64) + "\nwhen_full = \"refuse\"\nlisten = [\""
                            + HubSender.ADDRESS + "\"]\n");
            Arrivals arrivals = new Arrivals(lab);
            List<HubSender> senders = begin(lab, device);
            for (int kill = 1; kill <= kills; kill++) {
                if (random.nextInt(4) > 0) {
                    // else it is killed while it starts
                    int before = acknowledged(senders);
                    await("messages to go on").atMost(PATIENCE).until(() -> acknowledged(senders) > before);
                }
                String trouble = makeTrouble(lab, device, disk);
                pause(random.nextInt(4000));
                device.agent().kill();
                disk.empty();
                device.start();
                System.out.println("kills: " + kill + " of " + kills + " done, " + trouble + ", "
                        + acknowledged(senders) + " acknowledged, " + arrivals.count() + " arrived");
            }
            lab.hub().resetFaults();
            device.agent().awaitLog("event=hub_started");
            System.out.println("kills: the link to the cloud is cut for " + cut.toSeconds() + " s");
            cutOff(lab, device);
            List<Integer> before = senders.stream().map(HubSender::acknowledged).toList();
            pause((int) cut.toMillis());
            await("messages for a day")
                    .atMost(DRAIN)
                    .until(() -> IntStream.range(0, SENDERS)
                            .allMatch(n -> senders.get(n).acknowledged() - before.get(n) >= stored));
            System.out.println(
                    "kills: the link is back, " + (acknowledged(senders) - arrivals.count()) + " messages wait");
            lab.hub().resetFaults();
            senders.forEach(HubSender::end);
            await("all senders to get their acknowledgements")
                    .atMost(PATIENCE)
                    .until(() -> senders.stream().allMatch(HubSender::isOver));
            await("what was acknowledged").atMost(DRAIN).untilAsserted(() -> {
                for (int n = 0; n < SENDERS; n++) {
                    assertThat(arrivals.missing("sender-" + n, senders.get(n).acknowledged()))
                            .as("missing of sender-" + n)
                            .isEmpty();
                }
            });
            arrivals.end();
            System.out.println("kills: " + acknowledged(senders) + " acknowledged, " + arrivals.count() + " arrived, "
                    + arrivals.twice + " of them twice, " + arrivals.late + " out of order");
            assertThat(arrivals.late).isZero();
        }
    }

    private List<HubSender> begin(Lab lab, Device device) throws IOException, GeneralSecurityException {
        Manifest manifest = Manifest.of(lab);
        for (int n = 0; n < SENDERS; n++) {
            manifest.module("sender-" + n, lab.image("1"));
        }
        device.start();
        device.apply(manifest);
        device.awaitStatus(200);
        device.agent().awaitLog("event=hub_started");
        SSLSocketFactory sockets = trustingAll();
        List<HubSender> senders = new ArrayList<>();
        for (int n = 0; n < SENDERS; n++) {
            JsonNode identity = lab.hub().identity(IdentityName.module(device.id, "sender-" + n));
            SharedKey key = SharedKey.fromBase64(
                    identity.at("/authentication/symmetricKey/primaryKey").asText());
            senders.add(new HubSender(lab.hubAddress, device.id + "/sender-" + n, key, sockets, pause));
        }
        return senders;
    }

    private String makeTrouble(Lab lab, Device device, FullDisk disk) throws IOException {
        return switch (random.nextInt(5)) {
            case 0 -> {
                cutOff(lab, device);
                yield "cloud cut off";
            }
            case 1 -> {
                disk.fill();
                yield "disk full";
            }
            case 2 -> {
                lab.hub().faults(object().put("loseAcknowledgements", 20));
                yield "acknowledgements of the cloud lost";
            }
            default -> {
                lab.hub().resetFaults();
                yield "nothing else";
            }
        };
    }

    private static void cutOff(Lab lab, Device device) throws IOException {
        lab.hub().faults(object().put("refuseConnections", true));
        for (String module : lab.hub().modules(device.id)) {
            lab.hub().disconnect(IdentityName.module(device.id, module));
        }
    }

    private static int acknowledged(List<HubSender> senders) {
        return senders.stream().mapToInt(HubSender::acknowledged).sum();
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** What is tried here are messages, not certificates. */
    private static SSLSocketFactory trustingAll() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {}

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context.getSocketFactory();
    }

    /** Reads the events of the local hub as they come, because it keeps only the newest ones. */
    private static final class Arrivals {
        private final Map<String, BitSet> numbers = new ConcurrentHashMap<>();
        private final Thread thread;
        private final Lab lab;
        private long last;
        private volatile boolean ending;
        private volatile int twice;
        private volatile int late;

        private Arrivals(Lab lab) {
            this.lab = lab;
            thread = new Thread(this::run, "arrivals");
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            while (!ending) {
                try {
                    List<Event> events = lab.hub().eventsSince(last);
                    if (!events.isEmpty()) {
                        assertThat(events.get(0).sequence()).isEqualTo(last + 1);
                        last = events.get(events.size() - 1).sequence();
                        events.forEach(this::arrived);
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
                pause(50);
            }
        }

        private synchronized void arrived(Event event) {
            BitSet seen = numbers.computeIfAbsent(event.moduleId().orElseThrow(), module -> new BitSet());
            int number = Integer.parseInt(event.text());
            if (seen.get(number)) {
                twice++;
            } else if (number < seen.length()) {
                late++;
            }
            seen.set(number);
        }

        synchronized int count() {
            return numbers.values().stream().mapToInt(BitSet::cardinality).sum();
        }

        /** At most ten of them. */
        synchronized List<Integer> missing(String module, int sent) {
            BitSet seen = numbers.getOrDefault(module, new BitSet());
            return IntStream.range(0, sent)
                    .filter(number -> !seen.get(number))
                    .limit(10)
                    .boxed()
                    .toList();
        }

        private void end() throws InterruptedException {
            ending = true;
            thread.join(10_000);
        }
    }
}
