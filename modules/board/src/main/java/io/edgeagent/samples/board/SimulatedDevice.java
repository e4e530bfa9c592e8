package io.edgeagent.samples.board;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The simulated Qwiic button board: a file of 256 bytes, one per register. Any number of processes share it, and
 * anything that can write a byte into a file can press the button.
 *
 * <p>The file is opened for every access, so that deleting or replacing it while the containers run does no harm.
 */
final class SimulatedDevice implements BusDevice {
    private static final int REGISTERS = 256;

    private final Path file;

    /** @throws IOException when the file cannot be created or is not writable */
    SimulatedDevice(Path file) throws IOException {
        this.file = file.toAbsolutePath();
        try {
            Files.createDirectories(this.file.getParent());
        } catch (IOException e) {
            throw unusable(e);
        }
        open().close();
    }

    @Override
    public int readByte(int register) throws IOException {
        ByteBuffer value = ByteBuffer.allocate(1);
        try (FileChannel registers = open()) {
            registers.read(value, register);
        }
        return value.get(0) & 0xFF;
    }

    @Override
    public void writeByte(int register, int value) throws IOException {
        write(register, (byte) value);
    }

    @Override
    public void writeWord(int register, int value) throws IOException {
        write(register, (byte) value, (byte) (value >> 8));
    }

    @Override
    public void close() {}

    private void write(int register, byte... values) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(values);
        try (FileChannel registers = open()) {
            while (buffer.hasRemaining()) {
                registers.write(buffer, register + buffer.position());
            }
        }
    }

    /**
     * Opens the file and makes a complete board of whatever it finds: nothing, an empty file, a single byte written by
     * dd. Both writes are constants at places that nobody else writes, so processes that do this at the same time
     * cannot disturb each other or lose a press, and no lock is needed.
     */
    private FileChannel open() throws IOException {
        FileChannel registers;
        try {
            registers = FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        } catch (IOException e) {
            throw unusable(e);
        }
        if (registers.size() < REGISTERS) {
            registers.write(ByteBuffer.wrap(new byte[] {0}), REGISTERS - 1);
            registers.write(ByteBuffer.wrap(new byte[] {(byte) QwiicButton.DEVICE_ID}), QwiicButton.ID);
        }
        return registers;
    }

    /** File exceptions often say no more than a path. */
    private IOException unusable(IOException e) {
        return new IOException("simulated board " + file + " cannot be used: " + e, e);
    }
}
