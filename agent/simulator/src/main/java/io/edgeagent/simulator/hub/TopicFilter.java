package io.edgeagent.simulator.hub;

import io.edgeagent.protocol.Topics;
import java.util.List;

/** Topic filters: what matches (MQTT 3.1.1, section 4.7) and what a client of an IoT Hub may subscribe to. */
public final class TopicFilter {
    private static final List<String> COMMON =
            List.of(Topics.TWIN_RESPONSES, Topics.DESIRED_PATCHES, Topics.METHOD_CALLS);

    private TopicFilter() {}

    static boolean matches(String filter, String topic) {
        String[] wanted = filter.split("/", -1);
        String[] levels = topic.split("/", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].equals("#")) {
                return true;
            }
            if (i >= levels.length || (!wanted[i].equals("+") && !wanted[i].equals(levels[i]))) {
                return false;
            }
        }
        return wanted.length == levels.length;
    }

    /** Whether the filter is one that IoT Hub serves to this identity. */
    public static boolean isKnown(String filter, IdentityName name) {
        String own = own(name);
        return startsLike(filter, COMMON)
                || startsLike(filter, List.of(own + "messages/devicebound/#", own + "inputs/#"));
    }

    /** Whether the filter reaches for topics of somebody else. */
    public static boolean isForeign(String filter, IdentityName name) {
        return filter.startsWith("devices/") && !filter.startsWith(own(name));
    }

    private static boolean startsLike(String filter, List<String> known) {
        return known.stream().anyMatch(one -> filter.startsWith(one.substring(0, one.length() - 1)));
    }

    private static String own(IdentityName name) {
        return "devices/" + name.deviceId() + "/"
                + name.moduleId().map(module -> "modules/" + module + "/").orElse("");
    }
}
