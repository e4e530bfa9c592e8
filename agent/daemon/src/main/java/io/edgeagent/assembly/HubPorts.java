package io.edgeagent.assembly;

import io.edgeagent.adapter.hubnet.ConnectionLimit;
import io.edgeagent.adapter.hubnet.EventLoop;
import io.edgeagent.adapter.hubnet.Listener;
import io.edgeagent.adapter.hubnet.Wire;
import io.edgeagent.adapter.linux.PortHolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the hub listens: for modules on their network and on loopback, and on addresses of the host where the deployment or the
 * operator asks for it. The module network may come later, or have another address when it is made anew, and a port may be
 * somebody else's for a while: all is looked at again and again. For the hub's thread, except where it says otherwise.
 */
final class HubPorts {
    private static final Logger LOG = LoggerFactory.getLogger(HubPorts.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
    private static final Duration SOONEST = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Executor slow;
    private final ConnectionLimit limit;
    private final Listener.Tls tls;
    private final Places places;
    private final PortHolder holders = new PortHolder();
    private final Map<Place, Listener> open = new LinkedHashMap<>();
    /** Places for all addresses that were not to be had, with the reason: meanwhile modules have the port on theirs. */
    private final Map<Place, String> yielded = new LinkedHashMap<>();

    private final Set<String> said = new HashSet<>();
    private Duration wait = SOONEST;
    private Optional<EventLoop.Timer> timer = Optional.empty();
    private volatile State state = new State(true, "");

    /**
     * A protocol of the hub and its port.
     *
     * @param readers what understands a connection
     * @param plain where it is spoken without TLS, and nowhere else; empty for TLS
     */
    record Head(int port, Supplier<Wire.Reader> readers, Optional<Plain> plain) {
        Head(int port, Supplier<Wire.Reader> readers) {
            this(port, readers, Optional.empty());
        }
    }

    /** @param address of loopback; empty for the addresses where modules reach the hub */
    record Plain(Optional<String> address) {}

    /**
     * What is known of the places, asked each time; from any thread, and may block.
     *
     * @param forModules addresses where modules reach the hub; empty while nobody is to come
     * @param onHost more addresses of the host for every port, by the operator
     * @param bindings more places, by the deployment
     * @param heads that are switched on
     */
    record Places(
            Supplier<Set<InetAddress>> forModules,
            List<String> onHost,
            Supplier<List<HubSwitches.Binding>> bindings,
            Supplier<List<Head>> heads) {}

    private record Place(InetSocketAddress at, int head) {
        @Override
        public String toString() {
            return at.getAddress().getHostAddress() + ":" + at.getPort();
        }

        boolean isForAll() {
            return at.getAddress().isAnyLocalAddress();
        }
    }

    /** @param served whether modules reach the hub by one of its ports at least */
    private record State(boolean served, String remark) {}

    HubPorts(EventLoop loop, Executor slow, ConnectionLimit limit, Listener.Tls tls, Places places) {
        this.loop = loop;
        this.slow = slow;
        this.limit = limit;
        this.tls = tls;
        this.places = places;
    }

    /** Whether modules reach the hub. From any thread. */
    boolean isServed() {
        return state.served();
    }

    /** Which ports are not the hub's although they should be, and whose they are. From any thread. */
    String remark() {
        return state.remark();
    }

    /** Something has changed: soon, and more often for a while. */
    void lookSoon() {
        wait = SOONEST;
        look();
    }

    void look() {
        timer.ifPresent(EventLoop.Timer::cancel);
        timer = Optional.of(loop.schedule(LONGEST_WAIT, this::look));
        List<Place> tried = List.copyOf(yielded.keySet());
        slowly(() -> {
            Set<InetAddress> forModules = places.forModules().get();
            List<Place> free = tried.stream()
                    .filter(place -> holders.of(place.at().getPort()).isEmpty())
                    .toList();
            loop.execute(() -> {
                free.forEach(yielded::remove);
                listen(forModules);
            });
        });
    }

    private void slowly(Runnable task) {
        try {
            slow.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.warn("event=hub_ports_not_looked_at reason=\"{}\"", e.toString());
                }
            });
        } catch (RejectedExecutionException e) {
            // many handshakes at once: it is looked at again
            LOG.debug("event=hub_ports_not_looked_at reason=\"{}\"", e.toString());
        }
    }

    private void listen(Set<InetAddress> forModules) {
        List<Head> heads = places.heads().get();
        Set<Place> all = wanted(forModules, heads);
        yielded.keySet().retainAll(all);
        Set<Place> wanted = new LinkedHashSet<>(all);
        wanted.removeAll(yielded.keySet());
        // the kernel gives a port to one listener for all addresses, or to several for one each
        Set<Integer> forAll = wanted.stream()
                .filter(Place::isForAll)
                .map(place -> place.at().getPort())
                .collect(Collectors.toSet());
        wanted.removeIf(place -> !place.isForAll() && forAll.contains(place.at().getPort()));
        for (Place place : List.copyOf(open.keySet())) {
            if (!wanted.contains(place)) {
                close(place);
            }
        }
        // what was closed has given its port back by the next turn
        loop.execute(() -> open(wanted, forModules, heads));
    }

    private Set<Place> wanted(Set<InetAddress> forModules, List<Head> heads) {
        Set<Place> wanted = new LinkedHashSet<>();
        if (forModules.isEmpty()) {
            return wanted;
        }
        for (Head head : heads) {
            if (head.plain().flatMap(Plain::address).isPresent()) {
                InetAddress only = address(head.plain().get().address().get());
                wanted.add(new Place(new InetSocketAddress(only, head.port()), head.port()));
                continue;
            }
            forModules.forEach(
                    address -> wanted.add(new Place(new InetSocketAddress(address, head.port()), head.port())));
            if (head.plain().isPresent()) {
                continue;
            }
            for (String address : places.onHost()) {
                wanted.add(new Place(new InetSocketAddress(address(address), head.port()), head.port()));
            }
            for (HubSwitches.Binding binding : places.bindings().get()) {
                if (binding.port() == head.port()) {
                    InetAddress address = address(binding.address());
                    wanted.add(new Place(new InetSocketAddress(address, binding.hostPort()), head.port()));
                }
            }
        }
        return wanted;
    }

    private static InetAddress address(String text) {
        try {
            InetAddress address = InetAddress.getByName(text);
            return address.isAnyLocalAddress() ? InetAddress.getByAddress(new byte[4]) : address;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(text + " is not an address", e);
        }
    }

    private void close(Place place) {
        try {
            open.remove(place).close();
            LOG.info("event=hub_stops_listening address={}", place);
        } catch (IOException e) {
            LOG.warn("event=listener_not_closed address={} reason=\"{}\"", place, e.getMessage());
        }
    }

    private void open(Set<Place> wanted, Set<InetAddress> forModules, List<Head> heads) {
        Map<Place, String> failed = new LinkedHashMap<>(yielded);
        for (Place place : wanted) {
            if (!open.containsKey(place)) {
                open(place, heads).ifPresent(reason -> failed.put(place, reason));
            }
        }
        Map<Place, String> lost = new LinkedHashMap<>(failed);
        lost.keySet().removeIf(place -> !place.isForAll() || yielded.containsKey(place));
        if (!lost.isEmpty()) {
            yielded.putAll(lost);
            listen(forModules);
            return;
        }
        boolean served = forModules.stream().allMatch(address -> isOpenAt(address, heads));
        if (failed.isEmpty()) {
            said.clear();
            state = new State(served, heads.isEmpty() ? "every protocol is switched off" : "");
        } else {
            slowly(() -> name(failed, served));
        }
        boolean settled = failed.isEmpty() && !wanted.isEmpty();
        Duration doubled = wait.multipliedBy(2);
        wait = settled || doubled.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : doubled;
        timer.ifPresent(EventLoop.Timer::cancel);
        timer = Optional.of(loop.schedule(wait, this::look));
    }

    private boolean isOpenAt(InetAddress address, List<Head> heads) {
        Set<Integer> secure = heads.stream()
                .filter(head -> head.plain().isEmpty())
                .map(Head::port)
                .collect(Collectors.toSet());
        return open.keySet().stream()
                .filter(place -> secure.contains(place.head()))
                .anyMatch(place -> place.isForAll() || place.at().getAddress().equals(address));
    }

    /** Why it cannot listen there; empty if it does. */
    private Optional<String> open(Place place, List<Head> heads) {
        Head head = heads.stream()
                .filter(known -> known.port() == place.head())
                .findFirst()
                .orElseThrow();
        Optional<Listener.Tls> secured = head.plain().isPresent() ? Optional.empty() : Optional.of(tls);
        try {
            open.put(place, new Listener(loop, place.at(), limit, secured, head.readers()));
            LOG.info("event=hub_listens address={}", place);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Looks who has the ports; not on the hub's thread, because it takes long. */
    private void name(Map<Place, String> failed, boolean served) {
        Map<Integer, Optional<String>> byPort = failed.keySet().stream()
                .filter(place -> failed.get(place).contains("in use"))
                .map(place -> place.at().getPort())
                .distinct()
                .collect(Collectors.toMap(port -> port, holders::of));
        String remark = failed.entrySet().stream()
                .map(entry -> byPort.getOrDefault(entry.getKey().at().getPort(), Optional.empty())
                        .map(holder -> entry.getKey() + " belongs to " + holder)
                        .orElseGet(() -> entry.getKey() + ": " + entry.getValue()))
                .collect(Collectors.joining("; "));
        state = new State(served, remark);
        loop.execute(() -> {
            if (said.add(remark)) {
                LOG.warn("event=hub_address_taken reason=\"{}\" action=\"it is tried again\"", remark);
            }
        });
    }
}
