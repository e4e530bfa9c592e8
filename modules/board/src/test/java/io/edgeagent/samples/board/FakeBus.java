package io.edgeagent.samples.board;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Registers in memory; writes down every transaction, fails as often as told. */
final class FakeBus implements BusDevice {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

    final int[] registers = new int[256];
    final List<String> transactions = new ArrayList<>();
    int failures;
    boolean closed;

    FakeBus() {
        registers[0] = 0x5D;
    }

    @Override
    public byte[] transfer(byte[] message, int length) throws IOException {
        int register = message[0] & 0xFF;
        record(HEX.formatHex(message) + (length > 0 ? " read " + length : ""));
        for (int i = 1; i < message.length; i++) {
            registers[register + i - 1] = message[i] & 0xFF;
        }
        byte[] answer = new byte[length];
        for (int i = 0; i < length; i++) {
            answer[i] = (byte) registers[register + i];
        }
        return answer;
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
