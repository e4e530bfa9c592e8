package io.edgeagent.assembly;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.adapter.docker.DockerLeftovers;
import io.edgeagent.adapter.store.StateOwner;
import io.edgeagent.identity.Device;
import io.edgeagent.model.Leftover;
import io.edgeagent.model.ProblemException;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.twin.ForwardingListener;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A link that removes the containers of the device that this board was before, once a hub knows it as the one that it is now: not
 * earlier, because the other name may be a slip in the settings.
 */
record FormerDevice(CloudLink link, StateOwner owner, String engineUri) implements CloudLink {
    private static final Logger LOG = LoggerFactory.getLogger(FormerDevice.class);

    @Override
    public void start(Listener listener) {
        link.start(new First(listener));
    }

    @Override
    public void requestTwin() {
        link.requestTwin();
    }

    @Override
    public void report(ObjectNode patch) {
        link.report(patch);
    }

    @Override
    public void close() {
        link.close();
    }

    private void removeWhatIsLeft() {
        Optional<Device> former = owner.former();
        if (former.isEmpty()) {
            return;
        }
        String label = former.get().hubHost() + "/" + former.get().deviceId();
        try (DockerLeftovers engine = new DockerLeftovers(engineUri)) {
            for (Leftover left : engine.find()) {
                if (left.kind() == Leftover.Kind.CONTAINER && left.device().equals(label)) {
                    engine.remove(left);
                    LOG.warn("event=container_of_former_device_removed name={} device={}", left.name(), label);
                }
            }
            owner.forgetFormer();
        } catch (ProblemException e) {
            LOG.warn("event=former_device_not_removed device={} reason=\"{}\"", label, e.problem());
        }
    }

    private final class First extends ForwardingListener {
        First(Listener listener) {
            super(listener);
        }

        @Override
        public void twinReceived(ObjectNode desired, ObjectNode reported) {
            removeWhatIsLeft();
            super.twinReceived(desired, reported);
        }
    }
}
