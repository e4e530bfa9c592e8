package io.edgeagent.device;

import io.edgeagent.model.DeviceKind;
import java.util.Map;

/** What to do about a path of HostConfig.Devices that is not there. */
final class RawAdvice {
    private static final Map<String, DeviceKind> KINDS = Map.of(
            "/dev/i2c-.*", DeviceKind.I2C,
            "/dev/spidev.*", DeviceKind.SPI,
            "/dev/gpio.*", DeviceKind.GPIO,
            "/dev/(tty|serial).*", DeviceKind.SERIAL,
            "/dev/(video|media).*", DeviceKind.VIDEO,
            "/dev/snd.*", DeviceKind.SOUND,
            "/dev/(nv|dri|tegra).*", DeviceKind.GPU);

    private RawAdvice() {}

    static String of(String path, String board) {
        DeviceKind kind = KINDS.entrySet().stream()
                .filter(entry -> path.matches(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(DeviceKind.PATH);
        return BoardModel.of(board).advice(kind);
    }
}
