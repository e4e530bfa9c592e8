package io.edgeagent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.edgeagent.protocol.SharedKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every registry of module identities does, the fake one and the hub's. */
public abstract class IdentityRegistryContract {
    private static final SharedKey FIRST = SharedKey.of(new byte[] {1, 2, 3});
    private static final SharedKey SECOND = SharedKey.of(new byte[] {4, 5, 6});

    protected abstract IdentityRegistry registry();

    private List<String> ids() {
        return registry().list().stream()
                .map(module -> module.identity().moduleId())
                .toList();
    }

    @Test
    protected void what_is_made_is_listed_and_made_once() {
        ModuleIdentity made = registry().create("led");

        assertThat(made.moduleId()).isEqualTo("led");
        assertThat(made.generationId()).isNotBlank();
        assertThat(registry().create("led")).isEqualTo(made);
        assertThat(ids()).containsOnlyOnce("led");
    }

    @Test
    protected void keys_that_were_set_are_listed() {
        ModuleIdentity made = registry().create("button");

        registry().setKeys(made, FIRST, SECOND);
        assertThat(registry().list()).contains(new HubModule(made, Optional.of(FIRST)));
        registry().setKeys(made, SECOND, FIRST);

        assertThat(registry().list()).contains(new HubModule(made, Optional.of(SECOND)));
    }

    @Test
    protected void what_is_deleted_is_gone_and_may_be_deleted_again_and_made_anew() {
        ModuleIdentity before = registry().create("sensor");

        registry().delete("sensor");

        assertThat(ids()).doesNotContain("sensor");
        assertThatCode(() -> registry().delete("sensor")).doesNotThrowAnyException();
        assertThat(registry().create("sensor").generationId()).isNotEqualTo(before.generationId());
    }

    @Test
    protected void an_id_may_have_every_character_that_a_hub_allows() {
        String id = "a-:.+%_#*?!(),=@;$'%41";

        ModuleIdentity made = registry().create(id);
        registry().setKeys(made, FIRST, SECOND);

        assertThat(registry().list()).contains(new HubModule(made, Optional.of(FIRST)));
        registry().delete(id);
        assertThat(ids()).doesNotContain(id);
    }
}
