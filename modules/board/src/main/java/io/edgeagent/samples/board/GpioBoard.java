package io.edgeagent.samples.board;

import com.diozero.api.GpioEventTrigger;
import com.diozero.internal.provider.builtin.gpio.GpioChip;
import com.diozero.internal.provider.builtin.gpio.GpioLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A button or an LED on one line of a GPIO chip, by the kernel's character device. Needs that device, readable and
 * writable, and no privileges. The first press or light that is asked for decides the direction of the line, so that
 * the button's module and the LED's share this class.
 */
final class GpioBoard implements ButtonBoard {
    private final LineSettings settings;
    private final GpioChip chip;
    private Optional<GpioLine> line = Optional.empty();

    private GpioBoard(LineSettings settings, GpioChip chip) {
        this.settings = settings;
        this.chip = chip;
    }

    /** @throws IOException when the chip is missing or not accessible, or has no such line */
    static GpioBoard open(LineSettings settings) throws IOException {
        Path path = Path.of(settings.chip());
        if (!Files.exists(path)) {
            throw new IOException("GPIO line " + settings + ": " + path + " does not exist");
        }
        if (!Files.isReadable(path) || !Files.isWritable(path)) {
            throw new IOException("GPIO line " + settings + ": this user may not open " + path);
        }
        GpioChip chip = call(settings, () -> GpioChip.openChip(settings.chip()));
        if (chip == null) {
            throw new IOException("GPIO line " + settings + ": " + path + " is no GPIO chip");
        }
        if (settings.offset() >= chip.getNumLines()) {
            chip.close();
            throw new IOException("GPIO line " + settings + ": " + path + " has " + chip.getNumLines() + " lines");
        }
        return new GpioBoard(settings, chip);
    }

    @Override
    public boolean isPressed() throws IOException {
        if (line.isEmpty()) {
            // diozero asks for the line's interrupt in any case. Without edges a PL061 repeats it without end, and the
            // board does nothing else. Nobody reads the events.
            line = Optional.of(call(
                    settings,
                    () -> chip.provisionGpioInputDevice(settings.offset(), settings.pull(), GpioEventTrigger.BOTH)));
        }
        return active(line.get());
    }

    @Override
    public void light(boolean on) throws IOException {
        int level = on == settings.activeLow() ? 0 : 1;
        if (line.isEmpty()) {
            line = Optional.of(call(settings, () -> chip.provisionGpioOutputDevice(settings.offset(), level)));
        } else {
            GpioLine output = line.get();
            call(settings, () -> {
                output.setValue(level);
                return level;
            });
        }
    }

    /** A line that was never driven is not lit. */
    @Override
    public boolean isLit() throws IOException {
        return line.isPresent() && active(line.get());
    }

    @Override
    public void close() {
        line.ifPresent(GpioLine::close);
        chip.close();
    }

    private boolean active(GpioLine of) throws IOException {
        return call(settings, of::getValue) == (settings.activeLow() ? 0 : 1);
    }

    private static <T> T call(LineSettings settings, Supplier<T> action) throws IOException {
        try {
            return action.get();
        } catch (RuntimeException | LinkageError e) {
            throw new IOException("GPIO line " + settings + ": " + e.getMessage(), e);
        }
    }
}
