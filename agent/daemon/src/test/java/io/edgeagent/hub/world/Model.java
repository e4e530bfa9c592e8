package io.edgeagent.hub.world;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubFigures;
import io.edgeagent.hub.Message;
import io.edgeagent.hub.MessageStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What must hold, kept apart from the hub: it knows what was handed to the hub, what the hub acknowledged, what arrived where, and
 * which faults there were. A message that a client sends twice is two copies here, because the hub cannot know.
 */
final class Model {
    /** What is noted on the disk late, by design: the hub saves it a second after, and a slow disk takes its time. */
    private static final long SETTLED_LATE = 60 * SimTime.SECOND;

    static final long WATCHED = Long.getLong("watch", -1);
    private static final long GRACE = 2 * SimTime.MINUTE;
    private static final long TIDY = 30 * SimTime.MINUTE;

    private final SimTime time;
    private final Map<Long, Copy> copies = new TreeMap<>();
    private final Map<String, Long> lastInSession = new HashMap<>();
    private final Map<String, Long> newestArrived = new HashMap<>();
    private final Map<String, Long> droppedSinceAudit = new TreeMap<>();
    private long nextCopy = 1;
    private long nextNumber = 1;
    private int life;
    private long lifeBegan;
    private long diskTrouble = Long.MIN_VALUE / 2;
    private long lastAudit;
    private boolean diskIsBad;
    /** When each life of the hub ended. A note that a kill left unsynced is lost with a later power cut. */
    private final Map<Integer, Long> ends = new HashMap<>();

    private long latestWall = -1;

    // of this life of the hub
    private long waitingAtStart;
    private long acceptedPlaces;
    private long offeredPlaces;
    private long received;
    private long deadPlaces;
    private long droppedPlaces;
    private long settledByReceiver;

    // of all lives
    private long acknowledged;
    private long arrived;
    private long repeated;
    private long expired;
    private long dead;
    private long dropped;
    private long audits;

    /** A message as the hub was given it. */
    private static final class Copy {
        private long number;
        private long copy;
        private ClientId sender;
        private long at;
        private long storedWall;
        private int life;
        private boolean acknowledged;
        private final Map<String, Place> places = new TreeMap<>();

        private boolean isDone() {
            return places.values().stream().allMatch(place -> place.gone);
        }
    }

    /** One copy in one queue. */
    private static final class Place {
        private long timeToLive;
        private boolean stored;
        private boolean gone;
        private boolean arrived;
        private long settledAt = -1;
        private int settledLife;
    }

    /** Something that must never be. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String what) {
            super(what);
        }
    }

    Model(SimTime time) {
        this.time = time;
        this.lastAudit = time.now();
    }

    long number() {
        return nextNumber++;
    }

    /** A client's message is handed to the hub. @return the number of the copy, which is put into the message */
    long offered(ClientId sender, long number, Map<String, Long> places) {
        Copy copy = new Copy();
        copy.copy = nextCopy++;
        copy.number = number;
        copy.sender = sender;
        copy.at = time.now();
        copy.storedWall = Math.max(0, wall());
        copy.life = life;
        places.forEach((queue, timeToLive) -> {
            Place place = new Place();
            place.timeToLive = timeToLive;
            copy.places.put(queue, place);
        });
        copies.put(copy.copy, copy);
        received++;
        offeredPlaces += places.size();
        return copy.copy;
    }

    /** The hub has told the client that it has it. */
    void acknowledged(long number) {
        Copy copy = copies.get(number);
        copy.acknowledged = true;
        say(copy, "is acknowledged");
        acknowledged++;
        acceptedPlaces += copy.places.size();
    }

    static long copy(Message message) {
        return Long.parseLong(Rules.property(message, "copy"));
    }

    /**
     * A message has reached its receiver.
     *
     * @param session of the receiver's connection: within one everything comes once and in order
     */
    void arrived(String session, String queue, Message message) {
        Copy copy = copies.get(copy(message));
        if (copy == null) {
            throw new Violation("a message came long after it was done: " + message);
        }
        Place place = place(copy, queue);
        String sequence = session + "\n" + queue + "\n" + copy.sender;
        Long before = lastInSession.put(sequence, copy.copy);
        if (before != null && before >= copy.copy) {
            throw new Violation("order: " + name(copy, queue) + " came after copy " + before + " in " + session);
        }
        if (!message.sender().equals(copy.sender)
                || !Rules.property(message, "n").equals(String.valueOf(copy.number))) {
            throw new Violation("content: " + message + " is not " + name(copy, queue));
        }
        if (place.arrived) {
            repeated++;
        }
        String way = queue + "\n" + copy.sender;
        long newest = newestArrived.getOrDefault(way, 0L);
        // one whose end was noted and forgotten in a power cut comes behind those that did not wait for it
        boolean over = place.timeToLive >= 0 && trueAge(copy) > place.timeToLive;
        if (!place.arrived && copy.acknowledged && !over && copy.copy < newest) {
            throw new Violation("order: " + name(copy, queue) + " came for the first time after copy " + newest);
        }
        newestArrived.put(way, Math.max(newest, copy.copy));
        place.arrived = true;
        say(copy, "has come to " + queue.replace('\n', ' '));
        arrived++;
    }

    /** The hub sends a message: what it knows to have arrived it does not send again. */
    void sent(String queue, Message message) {
        Copy copy = copies.get(copy(message));
        Place place = place(copy, queue);
        say(copy, "is sent to " + queue.replace('\n', ' '));
        if (place.settledAt >= 0) {
            mayComeBack(copy, queue, place);
        }
    }

    /** A receiver that refused something gets what followed once more. */
    void sessionStartsOver(String session) {
        lastInSession.keySet().removeIf(key -> key.startsWith(session + "\n"));
    }

    /** For finding out what became of one copy: -Dwatch=NUMBER. */
    private void say(Copy copy, String what) {
        if (copy.copy == WATCHED) {
            System.out.println(
                    "second " + time.now() / SimTime.SECOND + ", life " + life + ": copy " + copy.copy + " " + what);
        }
    }

    private static Place place(Copy copy, String queue) {
        Place place = copy.places.get(queue);
        if (place == null) {
            throw new Violation("wrong way: " + name(copy, queue));
        }
        return place;
    }

    /** What the hub knows to have arrived comes again only if a power cut or a kill took that knowledge. */
    private void mayComeBack(Copy copy, String queue, Place place) {
        boolean lateNote = place.settledLife != life
                && (ends.getOrDefault(place.settledLife, 0L) - place.settledAt <= SETTLED_LATE
                        || diskTrouble >= place.settledAt - SETTLED_LATE);
        if (!lateNote) {
            throw new Violation("it is back although it was settled " + (time.now() - place.settledAt) / SimTime.SECOND
                    + " s ago: " + name(copy, queue));
        }
    }

    /** The receiver's acknowledgement has reached the hub. */
    void receiverAcknowledged(String queue, Message message) {
        Copy copy = copies.get(copy(message));
        if (copy != null) {
            Place place = place(copy, queue);
            if (place.settledAt < 0 || place.settledLife != life) {
                settledByReceiver++;
            }
            settledNow(place);
        }
    }

    /** @param shown the queue's name for a person */
    void deadLetter(String shown, MessageStore.Entry entry, String reason) {
        Copy copy = copies.get(copy(entry.message()));
        if (!reason.contains("refused") && !reason.contains("too large")) {
            throw new Violation("no reason for a dead letter: " + reason);
        }
        String queue = copy.places.keySet().stream()
                .filter(name -> shown(name).equals(shown))
                .findFirst()
                .orElseThrow(() -> new Violation("a dead letter of " + shown + ", where it never was"));
        Place place = place(copy, queue);
        settledNow(place);
        deadPlaces++;
        dead++;
    }

    private static String shown(String queue) {
        String[] parts = queue.split("\n", -1);
        String endpoint = parts[1].equals("input")
                ? "/modules/" + parts[2] + "/inputs/" + parts[3]
                : "$upstream from " + parts[2] + (parts[3].isEmpty() ? "" : "/" + parts[3]);
        return endpoint + (parts[0].equals("2000000000") ? "" : ", priority " + parts[0]);
    }

    void dropped(String queue, long messages) {
        droppedSinceAudit.merge(queue, messages, Long::sum);
        droppedPlaces += messages;
        dropped += messages;
    }

    /** @param begins true when a fault of the disk begins, false when all is well again */
    void diskHasTrouble(boolean begins) {
        diskTrouble = time.now();
        diskIsBad = begins;
    }

    long diskTrouble() {
        return diskIsBad ? time.now() : diskTrouble;
    }

    /** The name on the disk of the queue that a message came from. */
    String queueOf(Message message, String end) {
        Copy copy = copies.get(copy(message));
        if (copy == null) {
            throw new Violation("it came long after it was done: " + message);
        }
        return copy.places.keySet().stream()
                .filter(queue -> queue.endsWith("\n" + end))
                .findFirst()
                .orElseThrow(() -> new Violation("wrong way: " + name(copy, end)));
    }

    /** The hub's process has ended. */
    void lifeEnded() {
        ends.put(life, time.now());
        diskTrouble = diskTrouble();
        lastInSession.clear();
    }

    void lifeBegins(HubFigures figures) {
        life++;
        lifeBegan = time.now();
        waitingAtStart = figures.waiting();
        acceptedPlaces = 0;
        offeredPlaces = 0;
        received = 0;
        deadPlaces = 0;
        droppedPlaces = 0;
        settledByReceiver = 0;
    }

    /** Compares with what is in the store, and forgets what is done with. */
    void audit(MessageStore store, HubFigures figures) {
        audits++;
        Map<String, Set<Long>> stored = Inventory.of(store);
        long waiting = stored.values().stream().mapToLong(Set::size).sum();
        long calmSince = Math.max(lifeBegan, time.lastJump());
        boolean inGrace = lastAudit >= calmSince && calmSince + GRACE > time.now();
        Map<String, Long> toDrop = new TreeMap<>(droppedSinceAudit);
        for (Copy copy : copies.values()) {
            copy.places.forEach((queue, place) -> {
                boolean there = stored.containsKey(queue) && stored.get(queue).remove(copy.copy);
                if (there) {
                    isThere(copy, queue, place);
                } else if (!place.gone && (copy.acknowledged || place.stored)) {
                    isGone(copy, queue, place, toDrop, inGrace);
                }
            });
        }
        stored.forEach((queue, rest) -> {
            if (!rest.isEmpty()) {
                throw new Violation("the store holds what was done with long ago, or goes elsewhere: copies " + rest
                        + " in " + queue.replace('\n', ' '));
            }
        });
        droppedSinceAudit.clear();
        sums(figures, waiting);
        forget();
        lastAudit = time.now();
        latestWall = -1;
    }

    private void isThere(Copy copy, String queue, Place place) {
        if (place.settledAt >= 0) {
            mayComeBack(copy, queue, place);
            place.gone = false;
            place.settledAt = -1;
        }
        place.stored = true;
        say(copy, "is in " + queue.replace('\n', ' '));
        long tidy = place.timeToLive + TIDY / 1_000_000;
        boolean calm = time.now() - Math.max(lifeBegan, time.lastJump()) > TIDY && time.now() - diskTrouble() > TIDY;
        if (place.timeToLive >= 0 && calm && copy.storedWall != 0 && trueAge(copy) > tidy && wallAge(copy) > tidy) {
            throw new Violation("kept too long: " + name(copy, queue) + ", " + trueAge(copy) / 1000 + " s");
        }
    }

    private void isGone(Copy copy, String queue, Place place, Map<String, Long> toDrop, boolean inGrace) {
        place.gone = true;
        say(copy, "is not in " + queue.replace('\n', ' '));
        if (place.settledAt >= 0 || !copy.acknowledged) {
            // what a killed process has written and not synced is there until the power goes
            return;
        }
        boolean ends = place.timeToLive >= 0 && copy.storedWall != 0;
        boolean byTrueTime = ends && trueAge(copy) > place.timeToLive - 1000;
        boolean byWall = ends && copy.life != life && !inGrace && wallAge(copy) > place.timeToLive - 1000;
        settledNow(place);
        // of those that could have been either, nobody can say which it was
        if (byTrueTime || byWall) {
            expired++;
            return;
        }
        if (toDrop.merge(shown(queue), -1L, Long::sum) < 0) {
            throw new Violation("lost: " + name(copy, queue) + ", " + trueAge(copy) / 1000 + " s old, may be "
                    + place.timeToLive / 1000 + " s");
        }
    }

    private void settledNow(Place place) {
        place.settledAt = time.now();
        place.settledLife = life;
    }

    private long trueAge(Copy copy) {
        return (time.now() - copy.at) / 1_000_000;
    }

    /** By the latest time that the board has seen since the last audit. */
    private long wallAge(Copy copy) {
        return Math.max(latestWall, wall()) - copy.storedWall;
    }

    private long wall() {
        return time.wall().map(Instant::toEpochMilli).orElse(-1L);
    }

    /** To be called before the wall clock is set. */
    void wallWillChange() {
        latestWall = Math.max(latestWall, wall());
    }

    private void sums(HubFigures figures, long waiting) {
        equal("waiting", figures.waiting(), waiting);
        equal(
                "the sum",
                waitingAtStart + figures.routed(),
                figures.delivered() + figures.expired() + figures.deadLetters() + figures.dropped() + waiting);
        equal("dead letters", figures.deadLetters(), deadPlaces);
        equal("dropped", figures.dropped(), droppedPlaces);
        equal("received", figures.received(), received);
        if (figures.delivered() > settledByReceiver) {
            throw new Violation("delivered is " + figures.delivered() + ", but receivers have acknowledged "
                    + settledByReceiver + " only");
        }
        if (figures.routed() < acceptedPlaces || figures.routed() > offeredPlaces) {
            throw new Violation(
                    "routed is " + figures.routed() + ", not from " + acceptedPlaces + " to " + offeredPlaces);
        }
    }

    private static void equal(String what, long hub, long model) {
        if (hub != model) {
            throw new Violation(what + " is " + hub + " and should be " + model);
        }
    }

    /** What is done stays known for a while, so that it is noticed if it comes back. */
    private void forget() {
        for (Iterator<Copy> all = copies.values().iterator(); all.hasNext(); ) {
            Copy copy = all.next();
            boolean old = time.now() - copy.at > 30 * SimTime.HOUR;
            boolean neverTaken = !copy.acknowledged
                    && copy.life != life
                    && copy.places.values().stream().noneMatch(place -> place.stored);
            if (old && (copy.isDone() || neverTaken)) {
                all.remove();
            }
        }
    }

    /**
     * What there was, over all lives.
     *
     * @param repeated arrived more than once
     */
    record Totals(
            long offered,
            long acknowledged,
            long arrived,
            long repeated,
            long expired,
            long dead,
            long dropped,
            long audits) {}

    Totals totals() {
        return new Totals(nextCopy - 1, acknowledged, arrived, repeated, expired, dead, dropped, audits);
    }

    /** How many messages are dead letters, over all lives. */
    long dead() {
        return dead;
    }

    boolean livesFor(long nanos) {
        return time.now() - lifeBegan > nanos;
    }

    /** Acknowledged messages that nothing keeps from moving and that are still there. */
    void nothingIsStuck(long patience, Set<String> receivers) {
        for (Copy copy : copies.values()) {
            copy.places.forEach((queue, place) -> {
                String[] parts = queue.split("\n", -1);
                boolean reachable = parts[1].equals("upstream") || receivers.contains(parts[2]);
                if (place.stored && !place.gone && reachable && time.now() - copy.at > patience) {
                    throw new Violation("stuck: " + name(copy, queue) + ", " + trueAge(copy) / 1000 + " s old");
                }
            });
        }
    }

    private static String name(Copy copy, String queue) {
        return "message " + copy.number + " (copy " + copy.copy + ") of " + copy.sender + " to "
                + queue.replace('\n', ' ');
    }
}
