package io.edgeagent.samples.temperature;

/** The checksum of Sensirion's sensors: polynomial x^8 + x^5 + x^4 + 1, which is 0x31, starting with 0xFF. */
final class Crc8 {
    private static final int POLYNOMIAL = 0x31;

    private Crc8() {}

    static int of(int high, int low) {
        return add(add(0xFF, high), low);
    }

    private static int add(int crc, int value) {
        int sum = crc ^ (value & 0xFF);
        for (int bit = 0; bit < 8; bit++) {
            sum = (sum & 0x80) == 0 ? sum << 1 : (sum << 1) ^ POLYNOMIAL;
        }
        return sum & 0xFF;
    }
}
