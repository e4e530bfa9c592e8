package io.edgeagent.samples.board;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.exception.Pi4JException;
import com.pi4j.io.i2c.I2C;
import com.pi4j.plugin.linuxfs.provider.i2c.LinuxFsI2CProvider;
import java.io.IOException;
import java.util.Set;
import java.util.function.Supplier;

/** A device on a Linux I2C bus, by Pi4J. Needs {@code /dev/i2c-N}, readable and writable, and no privileges. */
final class LinuxI2cDevice implements BusDevice {
    private static final Set<String> CPUS_WITH_NATIVES = Set.of("arm", "arm64", "aarch64");

    private final Context context;
    private final I2C i2c;
    private final String place;

    private LinuxI2cDevice(Context context, I2C i2c, String place) {
        this.context = context;
        this.i2c = i2c;
        this.place = place;
    }

    /** Whether Pi4J brings its native library for this CPU, or the user has given one of his own. */
    static boolean runsOn(String osArch) {
        return CPUS_WITH_NATIVES.contains(osArch) || System.getProperty("pi4j.library.path") != null;
    }

    /**
     * @param address 7-bit address
     * @throws IOException when the bus is missing or not accessible, or Pi4J cannot run here
     */
    static LinuxI2cDevice open(int bus, int address) throws IOException {
        String place = "I2C bus %d, address 0x%02X".formatted(bus, address);
        String cpu = System.getProperty("os.arch");
        if (!runsOn(cpu)) {
            throw new IOException(place + ": Pi4J has no native library for this CPU (" + cpu + ")");
        }
        // Only the I2C provider: the plugin as a whole would also want JNA, for SPI
        Context context =
                Pi4J.newContextBuilder().add(LinuxFsI2CProvider.newInstance()).build();
        try {
            var config = I2C.newConfigBuilder(context)
                    .id("qwiic")
                    .bus(bus)
                    .device(address)
                    .build();
            return new LinuxI2cDevice(context, context.create(config), place);
        } catch (RuntimeException | LinkageError e) {
            context.shutdown();
            throw failure(place, e);
        }
    }

    @Override
    public byte[] transfer(byte[] message, int length) throws IOException {
        byte[] answer = new byte[length];
        if (length == 0) {
            transaction(() -> i2c.write(message));
        } else if (message.length == 0) {
            transaction(() -> i2c.read(answer, 0, length));
        } else {
            transaction(() -> i2c.readRegister(message, answer, 0, length));
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        try {
            context.shutdown();
        } catch (Pi4JException e) {
            throw failure(place, e);
        }
    }

    private int transaction(Supplier<Integer> call) throws IOException {
        try {
            return call.get();
        } catch (RuntimeException e) {
            throw failure(place, e);
        }
    }

    /** Pi4J wraps the kernel's word two or three deep; only the innermost one helps. */
    private static IOException failure(String place, Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new IOException(place + ": " + root.getMessage(), thrown);
    }
}
