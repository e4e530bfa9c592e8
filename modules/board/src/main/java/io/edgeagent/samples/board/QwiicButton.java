package io.edgeagent.samples.board;

import java.io.IOException;

/** SparkFun's Qwiic button: a push button and an LED behind one I2C address. */
public final class QwiicButton {
    /** What register {@link #ID} holds on every such board. */
    static final int DEVICE_ID = 0x5D;

    static final int ID = 0x00;
    static final int BUTTON_STATUS = 0x03;
    static final int PRESSED = 0x04;
    static final int LED_BRIGHTNESS = 0x19;
    static final int LED_PULSE_GRANULARITY = 0x1A;
    static final int LED_PULSE_CYCLE_TIME = 0x1B;
    static final int LED_PULSE_OFF_TIME = 0x1D;

    private static final int READ_ATTEMPTS = 3;

    private final BusDevice device;

    QwiicButton(BusDevice device) {
        this.device = device;
    }

    public boolean isPressed() throws IOException {
        return (read(BUTTON_STATUS) & PRESSED) != 0;
    }

    /** @param brightness 1 to 255 */
    public void ledOn(int brightness) throws IOException {
        light(brightness);
    }

    public void ledOff() throws IOException {
        light(0);
    }

    /** @return 0 (off) to 255 */
    public int ledBrightness() throws IOException {
        return read(LED_BRIGHTNESS);
    }

    /** The value of the ID register; anything but {@link #DEVICE_ID} means that another device has this address. */
    int id() throws IOException {
        return read(ID);
    }

    /** Steady light: what SparkFun's Python driver writes, in its order. */
    private void light(int brightness) throws IOException {
        device.writeByte(LED_BRIGHTNESS, brightness);
        device.writeWord(LED_PULSE_CYCLE_TIME, 0);
        device.writeWord(LED_PULSE_OFF_TIME, 0);
        device.writeByte(LED_PULSE_GRANULARITY, 1);
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
