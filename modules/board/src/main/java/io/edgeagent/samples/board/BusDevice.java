package io.edgeagent.samples.board;

import java.io.Closeable;
import java.io.IOException;

/**
 * One device on a register-level bus. Registers are numbered 0 to 255; values are unsigned. Every call is one bus
 * transaction, so that two processes can use the same device without mixing up their registers.
 */
public interface BusDevice extends Closeable {
    /** Reads one register in one combined transaction: register number out, repeated start, value in. */
    int readByte(int register) throws IOException;

    void writeByte(int register, int value) throws IOException;

    /** Writes 16 bits in one message, low byte first, to {@code register} and the one after it. */
    void writeWord(int register, int value) throws IOException;
}
