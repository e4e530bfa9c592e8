package io.edgeagent.samples.board;

import java.io.Closeable;
import java.io.IOException;

/**
 * One device on an I2C bus: all that a sample needs of a library, so that another one can take the place of Pi4J.
 * Registers are numbered 0 to 255; values are unsigned. Every call is one bus transaction, so that two processes can use
 * the same device without mixing up their registers.
 */
public interface BusDevice extends Closeable {
    /**
     * Writes {@code message}, then reads {@code length} bytes: both in one combined transaction with a repeated start.
     * Either may be empty, but not both.
     */
    byte[] transfer(byte[] message, int length) throws IOException;

    default int readByte(int register) throws IOException {
        return transfer(new byte[] {(byte) register}, 1)[0] & 0xFF;
    }

    default void writeByte(int register, int value) throws IOException {
        transfer(new byte[] {(byte) register, (byte) value}, 0);
    }

    /** Writes 16 bits in one message, low byte first, to {@code register} and the one after it. */
    default void writeWord(int register, int value) throws IOException {
        transfer(new byte[] {(byte) register, (byte) value, (byte) (value >> 8)}, 0);
    }
}
