package io.edgeagent.adapter.hubnet.mqtt;

import io.edgeagent.hub.ClientId;
import io.edgeagent.hub.HubSession.Interest;
import java.util.Optional;

/** What a filter of a client means (hub contract 4.4). */
final class SubscriptionTopic {
    private SubscriptionTopic() {}

    /** Empty for a filter that means nothing here, or names another client. */
    static Optional<Interest> interest(ClientId id, String filter) {
        if (filter.startsWith("$iothub/methods/POST/")) {
            return Optional.of(Interest.METHODS);
        }
        if (filter.startsWith("$iothub/twin/PATCH/properties/desired/")) {
            return Optional.of(Interest.DESIRED);
        }
        if (filter.equals("$iothub/twin/res/#")) {
            return Optional.of(Interest.TWIN_ANSWERS);
        }
        // some SDKs encode the dollar sign of an id
        String plain = filter.replace("%24", "$");
        String own = "devices/" + id.device()
                + id.module().map(module -> "/modules/" + module).orElse("");
        if (plain.equals(own + "/messages/devicebound/#")) {
            return Optional.of(Interest.CLOUD_MESSAGES);
        }
        boolean inputs = id.module().isPresent() && plain.startsWith(own + "/") && plain.endsWith("/#");
        return inputs ? Optional.of(Interest.INPUTS) : Optional.empty();
    }
}
