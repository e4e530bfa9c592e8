package io.edgeagent.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.TwinPatch;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.twin.CloudLinkContract;
import io.edgeagent.twin.MethodAnswer;

class FakeLinkTest extends CloudLinkContract {
    private final FakeLink link = new FakeLink();
    private ObjectNode desired = Manifest.json("{'$version':1}");
    private boolean up;

    @Override
    protected CloudLink link() {
        return link;
    }

    @Override
    protected void reachable() {
        up = true;
        link.twin(desired.deepCopy());
    }

    @Override
    protected void cut() {
        link.lose();
        link.twin(desired.deepCopy());
    }

    @Override
    protected void desire(String singleQuoted) {
        ObjectNode patch = Manifest.json(singleQuoted);
        patch.put("$version", desired.path("$version").asLong() + 1);
        desired = TwinPatch.merge(desired, patch);
        desired.set("$version", patch.path("$version"));
        if (up) {
            link.patch(patch.toString());
        }
    }

    @Override
    protected JsonNode reported() {
        return link.reported();
    }

    @Override
    protected MethodAnswer call(String method, String payload) {
        return link.call(method, payload);
    }
}
