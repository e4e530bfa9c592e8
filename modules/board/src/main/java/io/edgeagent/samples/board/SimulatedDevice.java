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

    /** The first byte of a message is the register at which the others are written and reading begins. */
    @Override
    public byte[] transfer(byte[] message, int length) throws IOException {
        int register = message[0] & 0xFF;
        ByteBuffer out = ByteBuffer.wrap(message, 1, message.length - 1);
        ByteBuffer in = ByteBuffer.allocate(length);
        try (FileChannel registers = open()) {
            for (int place = register; out.hasRemaining(); ) {
                place += registers.write(out, place);
            }
            if (length > 0) {
                registers.read(in, register);
            }
        }
        return in.array();
    }

    @Override
    public void close() {}

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
