package io.edgeagent.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.FakeInventory;
import io.edgeagent.model.DeviceKind;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InventorySummaryTest {
    @Test
    void names_board_and_devices_by_kind() {
        FakeInventory board =
                new FakeInventory().board("Raspberry Pi 3 Model B").plug(FakeInventory.i2c(1));

        assertThat(InventorySummary.of(board.look(Set.of())).toString())
                .isEqualTo("{board=Raspberry Pi 3 Model B, i2c=i2c-1 (bcm2835 (i2c@7e804000))}");
    }

    @Test
    void stays_below_two_kilobytes_whatever_is_plugged_in_and_whatever_it_is_called() {
        FakeInventory board = new FakeInventory().board("x".repeat(1000));
        for (DeviceKind kind : DeviceKind.values()) {
            for (int i = 0; i < 100; i++) {
                board.plug(
                        FakeInventory.node(kind, "/dev/" + kind + i, "\u0000\u001b$name.".repeat(20), List.of(), 1, i));
            }
        }

        String summary = InventorySummary.of(board.look(Set.of())).toString();

        assertThat(summary).hasSizeLessThan(1500).matches("[ -~]+");
    }

    @Test
    void is_empty_where_there_is_nothing_to_tell() {
        assertThat(InventorySummary.of(HostDevices.HIDDEN)).isEmpty();
    }
}
