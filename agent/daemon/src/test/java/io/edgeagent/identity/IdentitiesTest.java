package io.edgeagent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.fake.FakeRegistry;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdentitiesTest {
    private static final SharedKey MASTER =
            SharedKey.of("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    private final FakeRegistry hub = new FakeRegistry();
    private final Identities identities = new Identities(hub, () -> MASTER);

    @Test
    void makes_what_is_missing_and_pushes_its_keys() {
        Map<String, ModuleIdentity> ready =
                identities.reconcile(List.of("led", "button"), Map.of()).ready();

        assertThat(ready).containsOnlyKeys("led", "button");
        assertThat(hub.calls()).containsExactly("create led", "keys led", "create button", "keys button");
        assertThat(hub.primaryKey("led")).contains(identities.keyOf(ready.get("led")));
    }

    @Test
    void takes_over_an_identity_that_the_hub_has_already() {
        ModuleIdentity existing = hub.add("led");

        Map<String, ModuleIdentity> ready =
                identities.reconcile(List.of("led"), Map.of()).ready();

        assertThat(ready).containsEntry("led", existing);
        assertThat(hub.calls()).containsExactly("keys led");
    }

    @Test
    @Warns("WARN event=module_identity_made_again")
    void pushes_keys_once_per_generation() {
        Map<String, ModuleIdentity> first =
                identities.reconcile(List.of("led"), Map.of()).ready();
        hub.forgetCalls();

        Map<String, ModuleIdentity> second =
                identities.reconcile(List.of("led"), first).ready();
        assertThat(second).isEqualTo(first);
        assertThat(hub.calls()).isEmpty();

        hub.delete("led");
        hub.add("led");
        hub.forgetCalls();
        Map<String, ModuleIdentity> third =
                identities.reconcile(List.of("led"), second).ready();
        assertThat(third).isNotEqualTo(second);
        assertThat(hub.calls()).containsExactly("keys led");
        assertThat(identities.keyOf(third.get("led"))).isNotEqualTo(identities.keyOf(second.get("led")));
    }

    @Test
    void deletes_only_what_it_made_and_is_not_wanted_any_more() {
        hub.add(Identities.EDGE_AGENT);
        hub.add("$edgeHub");
        hub.add("somebody-elses");
        Map<String, ModuleIdentity> known =
                identities.reconcile(List.of("led", "button"), Map.of()).ready();
        hub.forgetCalls();

        Map<String, ModuleIdentity> ready =
                identities.reconcile(List.of("led"), known).ready();

        assertThat(ready).containsOnlyKeys("led");
        assertThat(hub.calls()).containsExactly("delete button");
        assertThat(hub.list())
                .extracting(module -> module.identity().moduleId())
                .contains("$edgeAgent", "$edgeHub", "somebody-elses");
    }

    @Test
    void a_key_that_was_changed_in_the_hub_is_set_again_and_that_is_said() {
        Map<String, ModuleIdentity> known =
                identities.reconcile(List.of("led", "button"), Map.of()).ready();
        hub.changeKey("led", SharedKey.of(new byte[] {9}));
        hub.forgetCalls();

        try (LoggedLines lines = LoggedLines.of(Identities.class.getName())) {
            assertThat(identities.reconcile(List.of("led", "button"), known).ready())
                    .isEqualTo(known);
            assertThat(identities.reconcile(List.of("led", "button"), known).ready())
                    .isEqualTo(known);

            assertThat(lines.lines()).singleElement().asString().contains("event=module_key_set_again module=led");
        }
        assertThat(hub.calls()).containsExactly("keys led");
        assertThat(hub.primaryKey("led")).contains(identities.keyOf(known.get("led")));
    }

    @Test
    void an_identity_that_was_deleted_in_the_hub_is_made_again_and_that_is_said() {
        Map<String, ModuleIdentity> known =
                identities.reconcile(List.of("led"), Map.of()).ready();
        hub.remove("led");
        hub.forgetCalls();

        try (LoggedLines lines = LoggedLines.of(Identities.class.getName())) {
            Map<String, ModuleIdentity> ready =
                    identities.reconcile(List.of("led"), known).ready();

            assertThat(ready.get("led")).isNotEqualTo(known.get("led"));
            assertThat(hub.calls()).containsExactly("create led", "keys led");
            assertThat(lines.lines())
                    .singleElement()
                    .asString()
                    .contains("event=module_identity_made_again module=led");
        }
    }

    @Test
    void does_not_delete_what_is_gone_already() {
        Map<String, ModuleIdentity> known =
                identities.reconcile(List.of("led"), Map.of()).ready();
        hub.delete("led");
        hub.forgetCalls();

        assertThat(identities.reconcile(List.of(), known).ready()).isEmpty();
        assertThat(hub.calls()).isEmpty();
    }

    @Test
    void what_was_done_before_the_hub_failed_stands_and_the_rest_is_done_next_time() {
        hub.refuse("create button", ErrorCode.HUB_UNREACHABLE);

        Identities.Outcome first = identities.reconcile(List.of("led", "button", "other"), Map.of());
        assertThat(first.ready()).containsOnlyKeys("led");
        assertThat(first.failed()).containsOnlyKeys("button", "other");
        hub.relent();
        Map<String, ModuleIdentity> ready =
                identities.reconcile(List.of("led", "button"), Map.of()).ready();

        assertThat(ready).containsOnlyKeys("led", "button");
        assertThat(hub.calls().stream().filter(call -> call.equals("create led")))
                .hasSize(1);
    }

    @Test
    void keys_are_the_same_in_every_version_of_the_agent() {
        // the hub holds them: others lock every module of every device out until they are pushed again
        ModuleIdentity led = new ModuleIdentity("led", "637");

        assertThat(identities.keyOf(led).toBase64()).isEqualTo("fTXiTnghzpt6fullAToT5pHz+hQjXUaHexSTczbaP9A=");
    }

    @Test
    void keys_differ_by_module_generation_and_use() {
        ModuleIdentity led = new ModuleIdentity("led", "1");
        identities.pushKeys(led);

        assertThat(identities.keyOf(led))
                .isNotEqualTo(identities.keyOf(new ModuleIdentity("button", "1")))
                .isNotEqualTo(identities.keyOf(new ModuleIdentity("led", "2")))
                .isNotEqualTo(hub.secondaryKey("led").orElseThrow())
                .isNotEqualTo(MASTER);
    }
}
