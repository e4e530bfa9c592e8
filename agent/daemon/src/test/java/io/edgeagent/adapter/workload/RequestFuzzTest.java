package io.edgeagent.adapter.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.board.UpdateLockStore;
import io.edgeagent.board.UpdateLocks;
import io.edgeagent.identity.Identities;
import io.edgeagent.identity.IdentityRegistry;
import io.edgeagent.identity.KeyStore;
import io.edgeagent.identity.ModuleIdentity;
import io.edgeagent.identity.Workload;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.runtime.Clock;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RequestFuzzTest {
    private static final int INPUTS = 1_000_000;

    @Test
    void a_million_requests_are_all_answered_or_waited_for() {
        KeyStore keys = () -> SharedKey.of(new byte[] {7});
        IdentityRegistry nobody = (IdentityRegistry) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {IdentityRegistry.class}, (proxy, method, args) -> {
                    throw new AssertionError("the hub is not asked");
                });
        WorkloadRoutes routes = new WorkloadRoutes(
                new Workload(new Identities(nobody, keys), keys, TestCertificates.modules(), () -> ""),
                new UpdateLocks(Clock.SYSTEM, UpdateLockStore.NONE),
                () -> List.of("led"));
        ModuleIdentity led = new ModuleIdentity("led", "637");
        Random random = new Random(20);
        Map<Integer, Integer> statuses = new TreeMap<>();
        for (int i = 0; i < INPUTS; i++) {
            statuses.merge(status(routes, led, HostileRequests.next(random), random), 1, Integer::sum);
        }

        // deep enough: some got through, each check refused some, and none failed us
        assertThat(statuses).containsKeys(0, 200, 400, 403, 404, 411, 422).doesNotContainKey(500);
    }

    private static int status(WorkloadRoutes routes, ModuleIdentity led, byte[] bytes, Random random) {
        RequestReader reader = new RequestReader();
        int cut = random.nextInt(bytes.length + 1);
        try {
            Optional<WorkloadRequest> request = reader.offer(ByteBuffer.wrap(bytes, 0, cut));
            if (request.isEmpty()) {
                request = reader.offer(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            }
            return request.map(whole -> routes.answer(led, whole).status()).orElse(0);
        } catch (Refusal e) {
            return e.status;
        }
    }
}
