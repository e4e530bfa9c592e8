package io.edgeagent.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What came in one round of the hub's thread. At the round's end it is on the disk, then its senders are told, then it is sent on. If
 * the disk does not take it, nobody is told: all senders of the round are disconnected, and send it again.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final Duration SETTLED_DELAY = Duration.ofSeconds(1);
    private static final long SAY_AGAIN = Duration.ofMinutes(1).toNanos();

    private final HubRuntime runtime;
    private final MessageStore store;
    private final Ledger ledger;
    private final HubMetrics metrics;
    private final Expiry expiry;
    private final StoreRoom room;
    private final Consumer<String> wake;
    private final List<Runnable> taken = new ArrayList<>();
    /** Those of {@link #taken}. */
    private final List<Message> messages = new ArrayList<>();

    private final Set<String> grown = new LinkedHashSet<>();
    private final Set<HubPeer> senders = new LinkedHashSet<>();
    private Optional<String> failure = Optional.empty();
    private long routed;
    private boolean uncommitted;
    private boolean savingSettled;
    private long saidAt;
    private boolean said;

    /** @param wake is given the name of a queue that has something new */
    Intake(
            HubRuntime runtime,
            MessageStore store,
            Ledger ledger,
            HubMetrics metrics,
            Expiry expiry,
            StoreRoom room,
            Consumer<String> wake) {
        this.runtime = runtime;
        this.store = store;
        this.ledger = ledger;
        this.metrics = metrics;
        this.expiry = expiry;
        this.room = room;
        this.wake = wake;
    }

    /** @param whenTaken is run at the end of the round */
    void take(HubPeer sender, Message message, List<MessageStore.Target> targets, Runnable whenTaken) {
        ledger.received++;
        senders.add(sender);
        if (targets.isEmpty()) {
            ledger.unrouted++;
        } else if (room.refuses()) {
            refused(message);
            refuse(sender, "the store has its " + (room.bytes() >> 20) + " MB");
            return;
        } else {
            try {
                expiry.stored(store.append(message, targets, expiry.stamp()));
            } catch (IOException e) {
                refused(message);
                // others of this round may have gone with it
                failure = Optional.of(String.valueOf(e.getMessage()));
                return;
            }
            routed += targets.size();
            uncommitted = true;
            targets.forEach(target -> grown.add(target.queue()));
        }
        taken.add(whenTaken);
        messages.add(message);
    }

    private void refused(Message message) {
        ledger.refused++;
        metrics.count(
                "messages_unack",
                "reason",
                "storage_failure",
                "from",
                message.sender().toString(),
                "from_route_output",
                message.output().orElse(""));
    }

    private void refuse(HubPeer sender, String reason) {
        say(reason);
        sender.cut("the message cannot be stored: " + reason);
    }

    private void fail(String reason) {
        messages.forEach(this::refused);
        say(reason);
        senders.forEach(sender -> sender.cut("messages cannot be stored: " + reason));
        taken.clear();
        // some of them may be on the disk all the same
        long waiting = 0;
        for (String queue : store.queues()) {
            waiting += store.depth(queue).messages();
        }
        ledger.routed += waiting - ledger.waiting();
    }

    /** A disk that fails, fails for each message. */
    private void say(String reason) {
        long now = runtime.nanos();
        if (!said || now - saidAt > SAY_AGAIN) {
            said = true;
            saidAt = now;
            LOG.error("event=messages_not_stored refused={} reason=\"{}\"", ledger.refused, reason);
        }
    }

    /** What has left a queue is noted on the disk soon, together with others: until then a power cut would send it again. */
    void settled() {
        if (!savingSettled) {
            savingSettled = true;
            runtime.after(SETTLED_DELAY, () -> {
                savingSettled = false;
                uncommitted = true;
            });
        }
    }

    void endOfRound() {
        if (uncommitted) {
            uncommitted = false;
            try {
                store.commit();
            } catch (IOException e) {
                failure = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        ledger.routed += routed;
        routed = 0;
        failure.ifPresent(this::fail);
        failure = Optional.empty();
        senders.clear();
        // one of them may add more, for the next round
        List<Runnable> tell = List.copyOf(taken);
        List<String> queues = List.copyOf(grown);
        taken.clear();
        messages.clear();
        grown.clear();
        tell.forEach(Runnable::run);
        queues.forEach(wake);
        room.make();
    }
}
