package io.edgeagent.hub;

import io.edgeagent.protocol.SharedKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Who may connect to the hub, and how that is proved: modules of this device, and what is below it in the IoT Hub. An implementation
 * gives an immutable picture of the moment and may be asked from any thread.
 */
public interface ModuleDirectory {
    /**
     * @param generation changes when the identity is made again
     * @param enabled false if somebody has disabled it in the IoT Hub
     * @param type how it proves itself, as the IoT Hub calls it: sas, selfSigned, certificateAuthority, none; or iotEdge for an edge
     *     device
     * @param keys that its tokens are signed with; none if the type is not sas
     * @param thumbprints of its certificates, in hexadecimal digits; none if the type is not selfSigned
     */
    record Known(String generation, boolean enabled, String type, List<SharedKey> keys, List<String> thumbprints) {
        public static final String SAS = "sas";
        public static final String SELF_SIGNED = "selfSigned";
        public static final String CA_SIGNED = "certificateAuthority";
        public static final String EDGE = "iotEdge";

        public Known {
            keys = List.copyOf(keys);
            thumbprints = List.copyOf(thumbprints);
        }

        /** A module of this device. */
        public Known(String generation, SharedKey key) {
            this(generation, true, SAS, List.of(key), List.of());
        }

        /** Whether it is an edge device, which has a hub of its own. */
        boolean isEdge() {
            return type.equals(EDGE);
        }

        /** Whether it proves itself with a certificate. */
        public boolean hasCertificate() {
            return type.equals(SELF_SIGNED) || type.equals(CA_SIGNED);
        }
    }

    /** Why a look at the cloud may be due. */
    enum Occasion {
        /** The link to the cloud has come up. */
        CLOUD_IS_THERE,
        /** A device was refused: what is known of it may be old. */
        CLIENT_REFUSED,
        /** A person asks for it. */
        ASKED
    }

    /** The device that all of this runs on. */
    String device();

    /** The IoT Hub's host name. */
    String iotHub();

    Optional<Known> find(ClientId id);

    /** Certificates that those of devices may lead to, where a CA signs them. */
    default List<X509Certificate> roots() {
        return List.of();
    }

    /** Whether it is a module of this device, and not something below it. */
    default boolean isOwn(ClientId id) {
        return id.device().equals(device()) && id.module().isPresent();
    }

    /** May look at what the cloud knows by now, soon, on another thread; not at each occasion. */
    default void look(Occasion occasion) {}
}
