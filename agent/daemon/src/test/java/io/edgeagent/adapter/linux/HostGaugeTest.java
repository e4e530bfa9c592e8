package io.edgeagent.adapter.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.HostReadings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostGaugeTest {
    @TempDir
    private Path root;

    @Test
    void reads_a_raspberry_pi() throws IOException {
        file("proc/uptime", "93784.25 370000.10");
        file("proc/meminfo", "MemTotal:         929444 kB\nMemFree:          100000 kB\nMemAvailable:     512000 kB\n");
        file("proc/stat", "cpu  100 10 50 800 40 0 5 0 7 0\ncpu0 100 10 50 800 40 0 5 0 7 0\n");
        file("sys/class/thermal/thermal_zone0/temp", "48312\n");
        file("sys/class/thermal/thermal_zone1/temp", "-40000\n");
        file("sys/bus/platform/drivers/raspberrypi-firmware/soc:firmware/get_throttled", "50005\n");
        file("sys/block/mmcblk0/device/life_time", "0x01 0x03\n");
        file("sys/block/mmcblk0/device/pre_eol_info", "0x02\n");
        file("sys/block/sda/device/model", "disk\n");

        HostReadings readings = gauge().readings();

        assertThat(readings.uptime()).isEqualTo(Duration.ofMillis(93_784_250));
        assertThat(readings.memoryTotal()).isEqualTo(929_444L * 1024);
        assertThat(readings.memoryAvailable()).isEqualTo(512_000L * 1024);
        assertThat(readings.cpuTotal()).isEqualTo(1005);
        assertThat(readings.cpuBusy()).isEqualTo(165);
        assertThat(readings.celsius()).hasValue(48.312);
        HostReadings.Power power = readings.power().orElseThrow();
        assertThat(power.undervoltage()).isTrue();
        assertThat(power.throttled()).isTrue();
        assertThat(power.undervoltageSinceBoot()).isTrue();
        assertThat(readings.cards()).containsExactly(new HostReadings.Card("mmcblk0", 30, 2));
    }

    @Test
    void takes_the_alarm_of_the_voltage_where_the_firmware_says_nothing() throws IOException {
        file("sys/class/hwmon/hwmon0/name", "cpu_thermal\n");
        file("sys/class/hwmon/hwmon1/name", "rpi_volt\n");
        file("sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n");

        assertThat(gauge().readings().power()).contains(new HostReadings.Power(1));
    }

    @Test
    void a_machine_that_tells_nothing_has_no_readings() {
        HostReadings readings = gauge().readings();

        assertThat(readings.celsius()).isEmpty();
        assertThat(readings.power()).isEmpty();
        assertThat(readings.cards()).isEmpty();
        assertThat(readings.uptime()).isZero();
    }

    @Test
    void this_machine_has_memory_and_an_uptime() {
        HostReadings readings = new HostGauge().readings();

        assertThat(readings.memoryTotal()).isGreaterThan(readings.memoryAvailable());
        assertThat(readings.memoryAvailable()).isPositive();
        assertThat(readings.uptime()).isPositive();
    }

    private HostGauge gauge() {
        return new HostGauge(root.resolve("proc"), root.resolve("sys"));
    }

    private void file(String name, String content) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
