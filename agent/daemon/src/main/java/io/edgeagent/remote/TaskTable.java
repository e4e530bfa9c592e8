package io.edgeagent.remote;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Printable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Tasks that a method began, and what became of them: the newest 100, until the agent ends. Safe for several threads. */
final class TaskTable {
    private static final int MOST = 100;
    private static final int MOST_TEXT = 1000;

    private final Map<String, Entry> tasks = new LinkedHashMap<>();

    /** Where a task stands, by the names that IoT Edge has. */
    enum Status {
        NOT_STARTED("NotStarted"),
        RUNNING("Running"),
        COMPLETED("Completed"),
        CANCELLED("Cancelled"),
        FAILED("Failed"),
        UNKNOWN("Unknown");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        boolean isOver() {
            return this != NOT_STARTED && this != RUNNING;
        }
    }

    private record Entry(Status status, String message) {}

    /** A new task. @return its id; empty if there are too many that are not over */
    synchronized Optional<String> add() {
        if (tasks.size() >= MOST) {
            List<String> over = tasks.entrySet().stream()
                    .filter(task -> task.getValue().status.isOver())
                    .map(Map.Entry::getKey)
                    .limit(1)
                    .toList();
            if (over.isEmpty()) {
                return Optional.empty();
            }
            tasks.remove(over.get(0));
        }
        String id = UUID.randomUUID().toString();
        tasks.put(id, new Entry(Status.NOT_STARTED, ""));
        return Optional.of(id);
    }

    synchronized void set(String id, Status status, String message) {
        tasks.replace(
                id,
                new Entry(
                        status, message.length() <= MOST_TEXT ? message : message.substring(0, MOST_TEXT - 3) + "..."));
    }

    /** As GetTaskStatus answers; one that is not known any more is Unknown. */
    synchronized ObjectNode toJson(String id) {
        Entry entry = tasks.getOrDefault(id, new Entry(Status.UNKNOWN, ""));
        return JsonNodeFactory.instance
                .objectNode()
                .put("status", entry.status.text)
                .put("message", entry.message)
                .put("correlationId", Printable.of(id, 100));
    }
}
