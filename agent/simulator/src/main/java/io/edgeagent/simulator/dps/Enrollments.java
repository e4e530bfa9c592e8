package io.edgeagent.simulator.dps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.HubJson;
import io.edgeagent.simulator.hub.StateFolder;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The service's scope id, enrollments and registrations, in one file. */
final class Enrollments {
    private static final String FILE = "provisioning.json";

    private final StateFolder folder;
    private final String idScope;
    private final Map<String, Enrollment> enrollments = new TreeMap<>();
    private final Map<String, Registration> registrations = new TreeMap<>();

    private Enrollments(StateFolder folder, String idScope) {
        this.folder = folder;
        this.idScope = idScope;
    }

    /** The first time makes a scope id, eleven characters as Azure's are. */
    static Enrollments open(StateFolder folder) throws IOException {
        Optional<byte[]> file = folder.read(FILE);
        if (file.isEmpty()) {
            Enrollments made = new Enrollments(folder, String.format("0ne%08X", new SecureRandom().nextInt()));
            made.save();
            return made;
        }
        JsonNode state = HubJson.parse(file.get());
        Enrollments read = new Enrollments(folder, state.path("idScope").asText());
        state.path("enrollments").forEach(json -> {
            Enrollment enrollment = Enrollment.parse(json.path("id").asText(), json);
            read.enrollments.put(enrollment.id(), enrollment);
        });
        state.path("registrations").forEach(json -> {
            Registration registration = Registration.fromState(json);
            read.registrations.put(registration.registrationId(), registration);
        });
        return read;
    }

    String idScope() {
        return idScope;
    }

    Collection<Enrollment> all() {
        return List.copyOf(enrollments.values());
    }

    Optional<Enrollment> find(String id) {
        return Optional.ofNullable(enrollments.get(id));
    }

    Collection<Registration> registrations() {
        return List.copyOf(registrations.values());
    }

    Optional<Registration> registration(String registrationId) {
        return Optional.ofNullable(registrations.get(registrationId));
    }

    void put(Enrollment enrollment) {
        enrollments.put(enrollment.id(), enrollment);
        save();
    }

    void put(Registration registration) {
        registrations.put(registration.registrationId(), registration);
        save();
    }

    /** Takes its registrations with it; the devices stay in the hub, as with Azure. */
    void remove(String id) {
        if (enrollments.remove(id) == null) {
            throw new HubException(HubError.NOT_FOUND, "There is no enrollment " + id);
        }
        registrations
                .values()
                .removeIf(registration -> registration.enrollmentId().equals(id));
        save();
    }

    private void save() {
        ObjectNode state = HubJson.object().put("idScope", idScope);
        enrollments.values().forEach(each -> state.withArray("enrollments").add(each.toJson()));
        registrations.values().forEach(each -> state.withArray("registrations").add(each.toState()));
        folder.writePrivate(FILE, HubJson.bytes(state));
    }
}
