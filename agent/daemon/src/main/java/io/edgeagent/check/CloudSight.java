package io.edgeagent.check;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The cloud, as this board reaches it. Calls block and throw ProblemException. */
public interface CloudSight {

    /** What is spoken with a hub, and on which port. */
    enum Way {
        MQTT(8883),
        MQTT_OVER_WEB_SOCKET(443),
        HTTPS(443);

        private final int port;

        Way(int port) {
            this.port = port;
        }

        int port() {
            return port;
        }
    }

    /**
     * Who answered.
     *
     * @param name in its certificate
     * @param until when that certificate ends
     */
    record Answer(String name, Instant until) {}

    /** The hub that the device belongs to; empty while no provisioning service has said it. */
    Optional<String> hubHost();

    /** Addresses of a name, as this host's resolver has them; none if the name is not known. */
    List<String> resolve(String name);

    /** Opens a connection, through the proxy if there is one, and closes it. */
    Answer connect(Way way, String host);

    /** The time of a host's clock, if it tells. */
    Optional<Instant> time(String host);

    /** Number of module identities, asked for with the device's own key or certificate. */
    int identities();
}
