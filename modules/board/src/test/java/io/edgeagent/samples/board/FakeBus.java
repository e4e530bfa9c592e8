package io.edgeagent.samples.board;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Registers in memory; writes down every transaction, fails as often as told. */
final class FakeBus implements BusDevice {
    final int[] registers = new int[256];
    final List<String> transactions = new ArrayList<>();
    int failures;
    boolean closed;

    FakeBus() {
        registers[0] = 0x5D;
    }

    @Override
    public int readByte(int register) throws IOException {
        record("read %02X".formatted(register));
        return registers[register];
    }

    @Override
    public void writeByte(int register, int value) throws IOException {
        record("byte %02X %02X".formatted(register, value));
        registers[register] = value;
    }

    @Override
    public void writeWord(int register, int value) throws IOException {
        record("word %02X %04X".formatted(register, value));
    }

    @Override
    public void close() {
        closed = true;
    }

    private void record(String transaction) throws IOException {
        transactions.add(transaction);
        if (failures > 0) {
            failures--;
            throw new IOException("Remote I/O error");
        }
    }
}
