package io.edgeagent.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Load for brokers, all of it in one thread. The result is JSON on standard output.
 *
 * <pre>
 * Load compare MODULES IOTHUB WINDOW ROUNDS SECONDS TARGET...   20 publishers; rates of each target, round by round
 * Load fill    MODULES IOTHUB COUNT TARGET                      publishes so many messages
 * Load latency MODULES IOTHUB SECONDS TARGET                    from the first module to the second
 * Load hold    MODULES IOTHUB COUNT TARGET                      stays connected until it is stopped; says READY
 * </pre>
 */
public final class Load {
    private static final int PUBLISHERS = 20;
    private static final int PAYLOAD = 256;
    private static final long PATIENCE = Duration.ofSeconds(60).toNanos();
    private static final ObjectMapper JSON = new ObjectMapper();
    /** A broker other than the hub keeps messages for this one, which is not there. */
    private static final String KEEPER = "keeper";

    private final Selector selector = Selector.open();

    private Load() throws IOException {}

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        Path modules = Path.of(args[1]);
        List<LoadTarget> targets = new ArrayList<>();
        for (String text : Arrays.asList(args).subList(args[0].equals("compare") ? 6 : 4, args.length)) {
            targets.add(LoadTarget.of(text, modules, args[2]));
        }
        Load load = new Load();
        int number = Integer.parseInt(args[3]);
        switch (args[0]) {
            case "compare" -> load.compare(number, Integer.parseInt(args[4]), Integer.parseInt(args[5]), targets);
            case "fill" -> load.fill(number, targets.get(0));
            case "latency" -> load.latency(number, targets.get(0));
            case "hold" -> load.hold(number, targets.get(0));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private void turn(long millis) throws IOException {
        selector.select(millis);
        for (SelectionKey key : selector.selectedKeys()) {
            ((LoadClient) key.attachment()).read();
        }
        selector.selectedKeys().clear();
    }

    private void until(BooleanSupplier done) throws IOException {
        long end = System.nanoTime() + PATIENCE;
        while (!done.getAsBoolean()) {
            turn(10);
            if (System.nanoTime() - end > 0) {
                throw new IOException("the broker did not answer in time");
            }
        }
    }

    /** Publishes as fast as the broker acknowledges. */
    private final class Publisher extends LoadClient {
        private final ByteBuffer packet;
        private final int idAt;
        private final int window;
        private boolean accepted;
        private boolean stopped = true;
        private int inFlight;
        private long acknowledged;

        Publisher(LoadTarget target, LoadTarget.Module module, int window) throws IOException {
            super(selector, target.broker(), target.engine(), module.connect(true));
            this.window = window;
            this.packet = LoadPackets.publish(module.topic() + "/messages/events/%24.on=kept", 1, new byte[PAYLOAD]);
            this.idAt = packet.remaining() - PAYLOAD - 2;
        }

        @Override
        void accepted() {
            accepted = true;
        }

        private void begin() throws IOException {
            stopped = false;
            publish(window);
            flush();
        }

        private void publish(int count) {
            for (int i = 0; i < count; i++) {
                send(packet, idAt);
            }
            inFlight += count;
        }

        @Override
        void acknowledged(int count) {
            acknowledged += count;
            inFlight -= count;
            if (!stopped) {
                publish(count);
            }
        }
    }

    private List<Publisher> publishers(LoadTarget target, int window) throws IOException {
        List<Publisher> publishers = new ArrayList<>();
        for (LoadTarget.Module module : target.modules().subList(0, PUBLISHERS)) {
            publishers.add(new Publisher(target, module, window));
        }
        until(() -> publishers.stream().allMatch(one -> one.accepted));
        return publishers;
    }

    private static long acknowledged(List<Publisher> publishers) {
        long sum = 0;
        for (Publisher publisher : publishers) {
            sum += publisher.acknowledged;
        }
        return sum;
    }

    private void end(List<Publisher> publishers) throws IOException {
        publishers.forEach(one -> one.stopped = true);
        until(() -> publishers.stream().allMatch(one -> one.inFlight == 0));
        for (Publisher publisher : publishers) {
            publisher.close();
        }
    }

    private void compare(int window, int rounds, int seconds, List<LoadTarget> targets) throws IOException {
        ObjectNode result = JSON.createObjectNode();
        for (LoadTarget target : targets) {
            result.putObject(target.name()).putArray("rates");
        }
        // the first round is for both sides to get warm
        for (int round = 0; round <= rounds; round++) {
            for (LoadTarget target : targets) {
                forgetKept(target);
                long cpu = cpuNanos();
                long began = System.nanoTime();
                double rate = rate(target, window, seconds);
                if (round > 0) {
                    ObjectNode node = result.withObject("/" + target.name());
                    node.withArray("rates").add(Math.round(rate));
                    node.put("load_cpu", (cpuNanos() - cpu) / (double) (System.nanoTime() - began));
                }
            }
        }
        System.out.println(result);
    }

    private double rate(LoadTarget target, int window, int seconds) throws IOException {
        List<Publisher> publishers = publishers(target, window);
        for (Publisher publisher : publishers) {
            publisher.begin();
        }
        run(Duration.ofMillis(500));
        long before = acknowledged(publishers);
        long began = System.nanoTime();
        run(Duration.ofSeconds(seconds));
        double rate = (acknowledged(publishers) - before) * 1e9 / (System.nanoTime() - began);
        end(publishers);
        return rate;
    }

    private void run(Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            turn(10);
        }
    }

    /** The hub keeps messages for an input of a module that is not there; another broker for a session that is not connected. */
    private void forgetKept(LoadTarget target) throws IOException {
        if (!target.name().equals("hub")) {
            for (boolean clean : List.of(true, false)) {
                Subscriber keeper =
                        new Subscriber(target, LoadPackets.connect(KEEPER, "", "", clean), List.of("devices/#"));
                until(() -> keeper.subscribed);
                keeper.close();
            }
        }
    }

    /** Subscribes, and measures how old is what it gets. */
    private class Subscriber extends LoadClient {
        private final List<String> filters;
        private final List<Long> ages = new ArrayList<>();
        private boolean subscribed;

        Subscriber(LoadTarget target, ByteBuffer connect, List<String> filters) throws IOException {
            super(selector, target.broker(), target.engine(), connect);
            this.filters = filters;
        }

        @Override
        void accepted() {
            send(LoadPackets.subscribe(nextId(), filters));
        }

        @Override
        void subscribed() {
            subscribed = true;
        }

        @Override
        void received(ByteBuffer payload) {
            if (payload.remaining() == PAYLOAD) {
                ages.add(System.nanoTime() - payload.getLong());
            }
        }
    }

    private void fill(int count, LoadTarget target) throws IOException {
        List<Publisher> publishers = publishers(target, 20);
        for (Publisher publisher : publishers) {
            publisher.begin();
        }
        until(() -> acknowledged(publishers) >= count - 20L * PUBLISHERS);
        end(publishers);
        System.out.println(JSON.createObjectNode().put("messages", acknowledged(publishers)));
    }

    private void latency(int seconds, LoadTarget target) throws IOException {
        LoadTarget.Module from = target.modules().get(0);
        LoadTarget.Module to = target.modules().get(1);
        Subscriber receiver = new Subscriber(target, to.connect(true), List.of(to.topic() + "/inputs/#"));
        Subscriber sender = new Subscriber(target, from.connect(true), List.of(from.topic() + "/inputs/#"));
        until(() -> receiver.subscribed && sender.subscribed);
        int messages = 100 * seconds;
        // as many again before, to get warm
        for (int i = 0; i < 2 * messages; i++) {
            byte[] payload =
                    ByteBuffer.allocate(PAYLOAD).putLong(System.nanoTime()).array();
            sender.send(LoadPackets.publish(from.topic() + "/messages/events/%24.on=ping", sender.nextId(), payload));
            sender.flush();
            run(Duration.ofMillis(i < messages ? 3 : 10));
        }
        until(() -> receiver.ages.size() >= 2 * messages);
        List<Long> ages =
                receiver.ages.subList(messages, 2 * messages).stream().sorted().toList();
        System.out.println(JSON.createObjectNode()
                .put("p50_ms", ages.get(messages / 2) / 1e6)
                .put("p99_ms", ages.get(messages * 99 / 100) / 1e6));
        receiver.close();
        sender.close();
    }

    /** As modules of Azure's clients, which want everything. */
    private void hold(int count, LoadTarget target) throws IOException {
        List<Subscriber> clients = new ArrayList<>();
        for (LoadTarget.Module module : target.modules().subList(0, count)) {
            clients.add(new Subscriber(
                    target,
                    module.connect(true),
                    List.of(
                            module.inputs(),
                            "$iothub/methods/POST/#",
                            "$iothub/twin/PATCH/properties/desired/#",
                            "$iothub/twin/res/#")));
            Subscriber last = clients.get(clients.size() - 1);
            until(() -> last.subscribed);
            last.send(LoadPackets.publish("$iothub/twin/GET/?$rid=1", last.nextId(), new byte[0]));
            last.send(LoadPackets.publish(module.topic() + "/messages/events/", last.nextId(), new byte[PAYLOAD]));
            last.flush();
        }
        System.out.println("READY");
        while (!Thread.currentThread().isInterrupted()) {
            run(Duration.ofMinutes(1));
            for (Subscriber client : clients) {
                client.send(LoadPackets.pingReq());
                client.flush();
            }
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
