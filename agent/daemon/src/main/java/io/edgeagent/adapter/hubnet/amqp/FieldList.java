package io.edgeagent.adapter.hubnet.amqp;

import io.edgeagent.adapter.hubnet.Wire.ProtocolViolation;
import java.util.List;
import java.util.Optional;

/**
 * Fields of a frame or a section, by their places in the standard. Those at the end may be left out.
 *
 * @param values as {@link TypeReader} gives them
 */
record FieldList(List<?> values) {
    /** Empty if it is not there, or null. */
    Optional<Object> get(int place) {
        return place < values.size() ? Optional.ofNullable(values.get(place)) : Optional.empty();
    }

    Optional<String> text(int place) throws ProtocolViolation {
        return of(place, String.class);
    }

    Optional<Long> number(int place) throws ProtocolViolation {
        return of(place, Long.class);
    }

    boolean isTrue(int place) throws ProtocolViolation {
        return of(place, Boolean.class).orElse(false);
    }

    <T> Optional<T> of(int place, Class<T> type) throws ProtocolViolation {
        Optional<Object> value = get(place);
        if (value.isPresent() && !type.isInstance(value.get())) {
            throw new ProtocolViolation("field " + place + " of a frame or section is not a " + type.getSimpleName());
        }
        return value.map(type::cast);
    }

    /** A number that must be there. */
    long required(int place) throws ProtocolViolation {
        return number(place).orElseThrow(() -> new ProtocolViolation("field " + place + " of a frame is not there"));
    }
}
