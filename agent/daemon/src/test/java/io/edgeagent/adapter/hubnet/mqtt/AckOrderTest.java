package io.edgeagent.adapter.hubnet.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckOrderTest {
    @Test
    void acknowledgements_leave_in_the_order_of_the_messages() {
        List<Integer> sent = new ArrayList<>();
        AckOrder acks = new AckOrder(sent::add);
        Runnable first = acks.expect(7);
        Runnable second = acks.expect(3);
        Runnable third = acks.expect(9);

        second.run();
        assertThat(sent).isEmpty();
        first.run();
        assertThat(sent).containsExactly(7, 3);
        third.run();
        assertThat(sent).containsExactly(7, 3, 9);
    }
}
