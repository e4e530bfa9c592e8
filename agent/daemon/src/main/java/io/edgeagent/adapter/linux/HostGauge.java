package io.edgeagent.adapter.linux;

import io.edgeagent.check.HostSight;
import io.edgeagent.model.HostReadings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The host's health as the kernel tells it in /proc and /sys. Reads some small files each time; takes milliseconds. */
public final class HostGauge implements HostSight {
    private static final Pattern MEMORY = Pattern.compile("(\\w+):\\s+(\\d{1,15}) kB");
    private static final Pattern LIFE = Pattern.compile("0x([0-9a-fA-F]{1,2}) 0x([0-9a-fA-F]{1,2})");
    private static final int STEP = 10;
    private static final int IDLE = 3;
    private static final int WAITING = 4;
    /** Guest time is in user time already. */
    private static final int GUEST = 8;

    private final Path proc;
    private final Path sys;

    public HostGauge() {
        this(Path.of("/proc"), Path.of("/sys"));
    }

    HostGauge(Path proc, Path sys) {
        this.proc = proc;
        this.sys = sys;
    }

    @Override
    public HostReadings readings() {
        Map<String, Long> memory = memory();
        List<Long> cpu = numbers(first(proc.resolve("stat")).replaceFirst("^cpu\\s+", ""));
        List<Long> counted = cpu.subList(0, Math.min(GUEST, cpu.size()));
        long total = counted.stream().mapToLong(Long::longValue).sum();
        long idle = counted.size() > WAITING ? counted.get(IDLE) + counted.get(WAITING) : 0;
        return new HostReadings(
                uptime(),
                memory.getOrDefault("MemTotal", 0L),
                memory.getOrDefault("MemAvailable", 0L),
                total - idle,
                total,
                temperature(),
                power(),
                cards());
    }

    @Override
    public Optional<String> listener(int port) {
        return new PortHolder(proc).of(port);
    }

    @Override
    public boolean exists(Path file) {
        return Files.exists(file);
    }

    private static String first(Path file) {
        return Sysfs.text(file);
    }

    private Duration uptime() {
        String seconds = first(proc.resolve("uptime")).split(" ", 2)[0];
        return seconds.matches("\\d{1,12}(\\.\\d{1,3})?")
                ? Duration.ofMillis((long) (Double.parseDouble(seconds) * 1000))
                : Duration.ZERO;
    }

    /** In bytes. */
    private Map<String, Long> memory() {
        Map<String, Long> found = new TreeMap<>();
        Sysfs.lines(proc.resolve("meminfo")).forEach(line -> {
            Matcher matcher = MEMORY.matcher(line);
            if (matcher.lookingAt()) {
                found.put(matcher.group(1), Long.parseLong(matcher.group(2)) * 1024);
            }
        });
        return found;
    }

    private static List<Long> numbers(String line) {
        List<Long> found = new ArrayList<>();
        for (String word : line.strip().split("\\s+", -1)) {
            if (word.matches("\\d{1,18}")) {
                found.add(Long.parseLong(word));
            }
        }
        return found;
    }

    /** Thousandths of a degree; some sensors that are off say nonsense. */
    private OptionalDouble temperature() {
        return Sysfs.list(sys.resolve("class/thermal")).stream()
                .filter(zone -> zone.getFileName().toString().startsWith("thermal_zone"))
                .map(zone -> first(zone.resolve("temp")))
                .filter(text -> text.matches("\\d{1,6}"))
                .mapToDouble(text -> Integer.parseInt(text) / 1000.0)
                .filter(degrees -> degrees > 0 && degrees < 150)
                .max();
    }

    /** From Raspberry Pi's kernel all flags; from others the alarm of the voltage. */
    private Optional<HostReadings.Power> power() {
        for (Path firmware : Sysfs.list(sys.resolve("bus/platform/drivers/raspberrypi-firmware"))) {
            String flags = first(firmware.resolve("get_throttled"));
            if (flags.matches("(0x)?[0-9a-fA-F]{1,7}")) {
                return Optional.of(new HostReadings.Power(Integer.parseInt(flags.replaceFirst("^0x", ""), 16)));
            }
        }
        for (Path sensor : Sysfs.list(sys.resolve("class/hwmon"))) {
            if (first(sensor.resolve("name")).equals("rpi_volt")) {
                return Optional.of(new HostReadings.Power(
                        first(sensor.resolve("in0_lcrit_alarm")).equals("1") ? 1 : 0));
            }
        }
        return Optional.empty();
    }

    /** In steps of a tenth: 1 is up to 10 per cent, 11 is more than the whole life; 0 is not told. */
    private List<HostReadings.Card> cards() {
        List<HostReadings.Card> found = new ArrayList<>();
        for (Path block : Sysfs.list(sys.resolve("block"))) {
            Matcher life = LIFE.matcher(first(block.resolve("device/life_time")));
            if (life.matches()) {
                int steps = Math.max(Integer.parseInt(life.group(1), 16), Integer.parseInt(life.group(2), 16));
                String reserve = first(block.resolve("device/pre_eol_info")).toLowerCase(Locale.ROOT);
                if (steps > 0) {
                    found.add(new HostReadings.Card(
                            block.getFileName().toString(),
                            steps * STEP,
                            reserve.matches("0x0[0-3]") ? reserve.charAt(3) - '0' : 0));
                }
            }
        }
        return found;
    }
}
