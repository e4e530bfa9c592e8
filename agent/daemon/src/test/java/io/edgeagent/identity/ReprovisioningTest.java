package io.edgeagent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.fake.FakeClock;
import io.edgeagent.fake.FakeProvisioning;
import io.edgeagent.fake.FakeRegistry;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import io.edgeagent.runtime.SavedState;
import io.edgeagent.testing.LoggedLines;
import io.edgeagent.testing.Warns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReprovisioningTest {
    private static final Device BOARD = new Device("hub.example.net", "board");
    private static final Device ELSEWHERE = new Device("other.example.net", "board");

    private final FakeRegistry hub = new FakeRegistry();
    private final List<Device> moves = new ArrayList<>();
    private Optional<Device> kept = Optional.of(BOARD);
    private final FakeProvisioning service = new FakeProvisioning(BOARD);
    private boolean full;
    private final FakeClock clock = new FakeClock();
    private Duration time = Duration.ZERO;

    private final ProvisioningMemory memory = new ProvisioningMemory() {
        @Override
        public Optional<Device> assigned() {
            return kept;
        }

        @Override
        public void keep(Device device) {
            if (full) {
                throw new ProblemException(ErrorCode.DISK_FULL, "no space left on device");
            }
            kept = Optional.of(device);
        }
    };

    private SavedState<Device> saved = memory.saved(Runnable::run, clock);

    private ProvisionedRegistry registry(Reprovisioning.Mode mode) {
        return new ProvisionedRegistry(
                hub, new Reprovisioning(BOARD, service, saved(), mode, () -> time.toNanos(), moves::add));
    }

    private SavedState<Device> saved() {
        saved = memory.saved(Runnable::run, clock);
        return saved;
    }

    @Test
    void a_device_that_the_hub_refuses_registers_again_and_the_call_is_made_again() {
        ProvisionedRegistry registry = registry(Reprovisioning.Mode.DYNAMIC);
        registry.create("led");
        hub.refuse("create button", ErrorCode.HUB_UNAUTHORIZED);
        service.onRegister(hub::relent);

        try (LoggedLines lines = LoggedLines.of(Reprovisioning.class.getName())) {
            assertThat(registry.create("button").moduleId()).isEqualTo("button");
            assertThat(lines.lines()).singleElement().asString().contains("event=provisioned_again");
        }
        assertThat(service.registrations()).isEqualTo(1);
        assertThat(moves).isEmpty();
    }

    @Test
    void a_device_that_stays_refused_asks_less_and_less_often() {
        ProvisionedRegistry registry = registry(Reprovisioning.Mode.DYNAMIC);
        hub.refuse("list", ErrorCode.HUB_UNAUTHORIZED);

        for (int minute = 0; minute < 24 * 60; minute++) {
            refused(registry);
            time = time.plusMinutes(1);
        }

        assertThat(service.registrations()).isBetween(20, 35);
        hub.relent();
        registry.list();
        hub.refuse("list", ErrorCode.HUB_UNAUTHORIZED);
        int before = service.registrations();
        refused(registry);
        assertThat(service.registrations()).isEqualTo(before + 1);
    }

    @Test
    @Warns("WARN event=device_moved")
    void a_person_may_ask_at_any_time_and_what_was_known_stays_until_there_is_an_answer() {
        Reprovisioning provisioning = new Reprovisioning(
                BOARD, service, saved(), Reprovisioning.Mode.ON_ERROR_ONLY, () -> time.toNanos(), moves::add);
        service.refuse(ErrorCode.HUB_UNREACHABLE, "has no network");

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(provisioning::again)
                .withMessage("the provisioning service has no network");
        assertThat(kept).contains(BOARD);
        assertThat(moves).isEmpty();

        service.relent();
        assertThat(provisioning.again()).isEqualTo(BOARD);
        service.assign(ELSEWHERE);
        assertThat(provisioning.again()).isEqualTo(ELSEWHERE);
        assertThat(moves).containsExactly(ELSEWHERE);
        assertThat(kept).contains(ELSEWHERE);
    }

    @Test
    void what_the_service_says_is_said_once() {
        ProvisionedRegistry registry = registry(Reprovisioning.Mode.DYNAMIC);
        hub.refuse("list", ErrorCode.HUB_UNAUTHORIZED);
        service.refuse(ErrorCode.PROVISIONING_REFUSED, "says that the enrollment is disabled");

        try (LoggedLines lines = LoggedLines.of(Reprovisioning.class.getName())) {
            for (int hour = 0; hour < 10; hour++) {
                refused(registry);
                time = time.plusHours(2);
            }
            assertThat(lines.lines()).singleElement().asString().contains("the enrollment is disabled");
        }
        assertThat(service.registrations()).isEqualTo(10);
    }

    @Test
    @Warns("WARN event=device_moved")
    void a_device_that_belongs_to_another_hub_is_kept_and_told() {
        ProvisionedRegistry registry = registry(Reprovisioning.Mode.DYNAMIC);
        hub.refuse("list", ErrorCode.HUB_UNAUTHORIZED);
        service.assign(ELSEWHERE);

        refused(registry);

        assertThat(moves).containsExactly(ELSEWHERE);
        assertThat(kept).contains(ELSEWHERE);
    }

    @Test
    @Warns({"ERROR event=not_saved", "WARN event=device_moved"})
    void what_the_service_said_is_written_when_there_is_room_and_a_full_disk_keeps_no_device_from_moving() {
        ProvisionedRegistry registry = registry(Reprovisioning.Mode.DYNAMIC);
        hub.refuse("list", ErrorCode.HUB_UNAUTHORIZED);
        service.assign(ELSEWHERE);
        full = true;

        refused(registry);

        assertThat(moves).containsExactly(ELSEWHERE);
        assertThat(kept).contains(BOARD);
        full = false;
        clock.advance(Duration.ofSeconds(5));
        saved.writeIfDue();
        assertThat(kept).contains(ELSEWHERE);
    }

    @Test
    void who_the_device_is_gets_written_by_the_next_agent_where_the_one_before_could_not() {
        kept = Optional.empty();

        registry(Reprovisioning.Mode.DYNAMIC);

        assertThat(kept).contains(BOARD);
    }

    @Test
    void a_hub_that_throttles_or_fails_later_is_no_reason() {
        ProvisionedRegistry registry = registry(Reprovisioning.Mode.DYNAMIC);
        registry.list();
        for (ErrorCode code : List.of(ErrorCode.HUB_THROTTLED, ErrorCode.HUB_UNREACHABLE, ErrorCode.HUB_REFUSED)) {
            hub.refuse("list", code);
            refused(registry);
        }

        assertThat(service.registrations()).isZero();
    }

    @Test
    void on_error_only_asks_at_the_start_also_for_a_hub_that_is_gone_but_not_later() {
        ProvisionedRegistry registry = registry(Reprovisioning.Mode.ON_ERROR_ONLY);
        hub.refuse("list", ErrorCode.HUB_UNREACHABLE);
        refused(registry);
        assertThat(service.registrations()).isEqualTo(1);
        hub.relent();
        registry.list();

        hub.refuse("list", ErrorCode.HUB_UNAUTHORIZED);
        time = time.plusHours(2);
        refused(registry);

        assertThat(service.registrations()).isEqualTo(1);
    }

    @Test
    @Warns("WARN event=provisioning_failed")
    void always_on_startup_asks_once_before_the_hub_is_called_and_goes_on_without_an_answer() {
        ProvisionedRegistry registry = registry(Reprovisioning.Mode.ALWAYS_ON_STARTUP);
        service.refuse(ErrorCode.HUB_UNREACHABLE, "cannot be reached");

        registry.list();
        registry.list();

        assertThat(service.registrations()).isEqualTo(1);
        assertThat(kept).contains(BOARD);
    }

    private static void refused(ProvisionedRegistry registry) {
        assertThatExceptionOfType(ProblemException.class).isThrownBy(registry::list);
    }
}
