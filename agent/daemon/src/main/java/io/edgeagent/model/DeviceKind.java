package io.edgeagent.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a device is for, as grants name it. */
public enum DeviceKind {
    I2C,
    SPI,
    GPIO,
    SERIAL,
    VIDEO,
    SOUND,
    GPU,
    /** Any node, by its path. */
    PATH;

    /** As in a grant. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<DeviceKind> of(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }
}
