package io.edgeagent.samples.board;

import java.io.IOException;

/** SparkFun's Qwiic button: a push button and an LED behind one I2C address. */
final class QwiicButton implements ButtonBoard {
    /** What register {@link #ID} holds on every such board. */
    static final int DEVICE_ID = 0x5D;

    static final int ID = 0x00;
    static final int BUTTON_STATUS = 0x03;
    static final int PRESSED = 0x04;
    static final int LED_BRIGHTNESS = 0x19;
    static final int LED_PULSE_GRANULARITY = 0x1A;
    static final int LED_PULSE_CYCLE_TIME = 0x1B;
    static final int LED_PULSE_OFF_TIME = 0x1D;

    private static final int FULL_BRIGHTNESS = 255;
    private static final int READ_ATTEMPTS = 3;

    private final BusDevice device;

    QwiicButton(BusDevice device) {
        this.device = device;
    }

    /** An I2C bus opens without any device on it, so the board has to answer once. */
    static QwiicButton on(BusDevice device, EventLog log) throws IOException {
        var board = new QwiicButton(device);
        int id = board.read(ID);
        if (id != DEVICE_ID) {
            log.warn("board: ID register is 0x%02X, a Qwiic button has 0x%02X; going on".formatted(id, DEVICE_ID));
        }
        return board;
    }

    @Override
    public boolean isPressed() throws IOException {
        return (read(BUTTON_STATUS) & PRESSED) != 0;
    }

    @Override
    public boolean isLit() throws IOException {
        return ledBrightness() > 0;
    }

    /** @return 0 (off) to 255 */
    int ledBrightness() throws IOException {
        return read(LED_BRIGHTNESS);
    }

    /** Steady light: what SparkFun's Python driver writes, in its order. */
    @Override
    public void light(boolean on) throws IOException {
        device.writeByte(LED_BRIGHTNESS, on ? FULL_BRIGHTNESS : 0);
        device.writeWord(LED_PULSE_CYCLE_TIME, 0);
        device.writeWord(LED_PULSE_OFF_TIME, 0);
        device.writeByte(LED_PULSE_GRANULARITY, 1);
    }

    @Override
    public void close() throws IOException {
        device.close();
    }

    private int read(int register) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return device.readByte(register);
            } catch (IOException e) {
                if (attempt == READ_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
