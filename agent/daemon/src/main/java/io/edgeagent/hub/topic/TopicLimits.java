package io.edgeagent.hub.topic;

import java.time.Duration;

/** What plain topics may take of a small board. */
final class TopicLimits {
    /** Retained messages, and bytes of their topics and payloads together. */
    static final int MOST_RETAINED = 5000;

    static final int MOST_RETAINED_BYTES = 4 << 20;

    /** Retained messages of QoS 0 that are in memory alone, and how long. */
    static final int MOST_UNSAVED_BYTES = 256 << 10;

    static final Duration SAVE_DELAY = Duration.ofSeconds(30);

    /** Sessions, those of clients that are away included. */
    static final int MOST_SESSIONS = 200;

    /** Of them those of one local client: the oldest that is away goes first. */
    static final int MOST_SESSIONS_OF_ONE = 50;

    static final int MOST_FILTERS = 200;

    /** Memory for the filters of all clients. */
    static final int MOST_FILTER_BYTES = 8 << 20;

    /** What waits for one client. */
    static final int MOST_WAITING = 1000;

    static final int MOST_WAITING_BYTES = 2 << 20;

    /** The same for a client whose session ends with its connection: it waits in memory. */
    static final int MOST_IN_MEMORY = 100;

    static final int MOST_BYTES_IN_MEMORY = 128 << 10;

    /** What waits for all clients, on the disk. */
    static final long MOST_ON_DISK = 32L << 20;

    /** Characters of a client's text in a log line. */
    static final int LONGEST_SHOWN = 200;

    private TopicLimits() {}
}
