package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.TwinPatch;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.twin.ForwardingListener;
import io.edgeagent.upstream.Upstream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads of the twin what it says of the way to the hub, and passes everything on. Used by one thread at a time. */
final class UpstreamReader extends ForwardingListener {
    private static final String ENV = "/systemModules/edgeAgent/env";

    private final Upstream upstream;
    private ObjectNode env = JsonNodeFactory.instance.objectNode();

    UpstreamReader(CloudLink.Listener told, Upstream upstream) {
        super(told);
        this.upstream = upstream;
    }

    @Override
    public void twinReceived(ObjectNode desired, ObjectNode reported) {
        follow(desired.at(ENV) instanceof ObjectNode table ? table : JsonNodeFactory.instance.objectNode());
        super.twinReceived(desired, reported);
    }

    @Override
    public void desiredPatched(ObjectNode patch) {
        if (patch.at(ENV) instanceof ObjectNode changes) {
            ObjectNode before;
            synchronized (this) {
                before = env;
            }
            follow(TwinPatch.merge(before, changes));
        }
        super.desiredPatched(patch);
    }

    private void follow(ObjectNode table) {
        synchronized (this) {
            env = table;
        }
        Map<String, String> values = new LinkedHashMap<>();
        table.properties().forEach(entry -> {
            JsonNode value = entry.getValue().path("value");
            if (value.isValueNode() && !value.isNull()) {
                values.put(entry.getKey(), value.asText());
            }
        });
        upstream.follow(values);
    }
}
