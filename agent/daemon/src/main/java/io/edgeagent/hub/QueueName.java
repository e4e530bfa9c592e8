package io.edgeagent.hub;

import io.edgeagent.hub.route.Endpoint;
import java.util.Optional;

/**
 * One queue: an endpoint and a priority; for the cloud also a sender, because each sender has a connection of its own, and one that
 * cannot connect must hold up no other.
 *
 * @param input of a module, its queue; empty for the cloud's
 * @param sender of the cloud's queue
 */
record QueueName(int priority, Optional<Endpoint.ModuleInput> input, Optional<ClientId> sender) {
    static QueueName of(Endpoint endpoint, int priority, ClientId sender) {
        return endpoint instanceof Endpoint.ModuleInput input
                ? new QueueName(priority, Optional.of(input), Optional.empty())
                : new QueueName(priority, Optional.empty(), Optional.of(sender));
    }

    /** Of a module's input, whoever sends; empty for the cloud. */
    static Optional<QueueName> ofModule(Endpoint endpoint, int priority) {
        return endpoint instanceof Endpoint.ModuleInput input
                ? Optional.of(new QueueName(priority, Optional.of(input), Optional.empty()))
                : Optional.empty();
    }

    /** Empty for a name that this version does not write. */
    static Optional<QueueName> parse(String text) {
        String[] parts = text.split("\n", -1);
        try {
            int priority = Integer.parseInt(parts[0]);
            if (parts.length == 4 && parts[1].equals("input")) {
                return Optional.of(new QueueName(
                        priority, Optional.of(new Endpoint.ModuleInput(parts[2], parts[3])), Optional.empty()));
            }
            if (parts.length == 4 && parts[1].equals("upstream")) {
                ClientId sender = parts[3].isEmpty() ? ClientId.leaf(parts[2]) : ClientId.module(parts[2], parts[3]);
                return Optional.of(new QueueName(priority, Optional.empty(), Optional.of(sender)));
            }
        } catch (NumberFormatException e) {
            // said by the caller
        }
        return Optional.empty();
    }

    /** In the store. No id and no name of an input holds a line break that would get here: they come from topics and routes. */
    String text() {
        return input.map(to -> priority + "\ninput\n" + clean(to.module()) + "\n" + clean(to.input()))
                .orElseGet(() -> priority + "\nupstream\n" + clean(sender.get().device()) + "\n"
                        + clean(sender.get().module().orElse("")));
    }

    private static String clean(String part) {
        return part.replace('\n', ' ');
    }

    /** For a person and for metrics. */
    String endpoint() {
        return input.map(Endpoint.ModuleInput::toString).orElse("$upstream");
    }

    String shown() {
        return endpoint()
                + sender.map(from -> " from " + from).orElse("")
                + (priority == HubSettings.LOWEST_PRIORITY ? "" : ", priority " + priority);
    }

    /** As {@link #shown()}; for a name that this version does not write, the name. */
    static String shown(String text) {
        return parse(text).map(QueueName::shown).orElseGet(() -> clean(text));
    }
}
