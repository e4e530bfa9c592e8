package io.edgeagent.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.edgeagent.model.DeviceKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What every inventory does: the one of a Linux board and the fake that other tests plug and unplug. */
public abstract class DeviceInventoryContract {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String PATH = "/dev/i2c-1";

    private final LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();

    protected abstract DeviceInventory inventory();

    /** The bus i2c-1 appears, as a new node also where there was one. */
    protected abstract void plug();

    protected abstract void unplug();

    @Test
    void a_node_has_its_names_its_numbers_and_its_owner() {
        plug();

        assertThat(bus()).hasValueSatisfying(bus -> {
            assertThat(bus.kind()).isEqualTo(DeviceKind.I2C);
            assertThat(bus.name()).isEqualTo("i2c-1");
            assertThat(bus.otherNames()).contains("1");
            assertThat(bus.path()).isEqualTo(PATH);
            assertThat(bus.type()).isEqualTo('c');
            assertThat(bus.major()).isEqualTo(89);
            assertThat(bus.minor()).isEqualTo(1);
            assertThat(bus.mode()).isEqualTo(0660);
        });
        assertThat(look().visible()).isTrue();
    }

    @Test
    void what_is_asked_for_by_its_path_is_found_by_its_path() {
        plug();

        assertThat(look().asked()).containsOnlyKeys(PATH);
        unplug();
        assertThat(look().asked()).isEmpty();
        assertThat(look().nodes()).isEmpty();
    }

    @Test
    void paths_that_no_file_can_have_are_not_there() {
        Set<String> strange = Set.of("/dev/\0x", "/dev/usb-Ger\u00e4t", "/dev/" + "x".repeat(5000), "/dev/a\nb");

        assertThat(inventory().look(strange).asked()).isEmpty();
    }

    @Test
    void a_node_is_the_same_as_long_as_it_stays_and_another_once_it_was_made_anew() {
        plug();
        DeviceNode first = bus().orElseThrow();
        assertThat(bus()).contains(first);

        unplug();
        plug();

        DeviceNode second = bus().orElseThrow();
        assertThat(second.instance()).isNotEmpty().isNotEqualTo(first.instance());
        assertThat(second.handle()).isNotEqualTo(first.handle());
    }

    @Test
    void tells_of_what_comes_goes_and_is_replaced_at_once() {
        HostDevices known = look();

        try (var watch = inventory().watch(known, () -> Set.of(PATH), () -> told.add("changed"))) {
            assertThat(watch).isNotNull();
            changes(this::plug);
            assertThat(bus()).isPresent();
            changes(() -> {
                unplug();
                plug();
            });
            assertThat(bus()).isPresent();
            changes(this::unplug);
            assertThat(bus()).isEmpty();
        }
    }

    @Test
    void tells_of_what_changed_between_the_look_and_the_watch() {
        plug();
        HostDevices known = look();
        unplug();
        plug();

        try (var watch = inventory().watch(known, () -> Set.of(PATH), () -> told.add("changed"))) {
            assertThat(watch).isNotNull();
            await().atMost(SOON).until(() -> !told.isEmpty());
        }
    }

    @Test
    void remembers_what_modules_held_for_the_agent_after_this_one() {
        Map<String, DeviceInventory.Held> held =
                Map.of("reader", new DeviceInventory.Held("made", Set.of("/dev/i2c-1 c 89:1 7", "a b\n\"")));
        assertThat(inventory().held()).isEmpty();

        inventory().remember(held);

        assertThat(inventory().held()).isEqualTo(held);
    }

    private void changes(Runnable what) {
        told.clear();
        what.run();
        await().atMost(SOON).until(() -> !told.isEmpty());
    }

    private HostDevices look() {
        return inventory().look(Set.of(PATH));
    }

    private Optional<DeviceNode> bus() {
        List<DeviceNode> buses = look().of(DeviceKind.I2C).toList();
        assertThat(buses).hasSizeLessThan(2);
        return buses.stream().findFirst();
    }
}
