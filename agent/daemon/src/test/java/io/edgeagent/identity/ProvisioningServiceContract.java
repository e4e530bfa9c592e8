package io.edgeagent.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every service that assigns devices to hubs does, the fake one and Azure's. */
public abstract class ProvisioningServiceContract {
    /** What keeps the service from assigning the device, and what the caller hears of it. */
    protected enum Trouble {
        DISABLED(ErrorCode.PROVISIONING_REFUSED),
        UNASSIGNED(ErrorCode.PROVISIONING_REFUSED),
        FAILED(ErrorCode.PROVISIONING_REFUSED),
        UNAUTHORIZED(ErrorCode.PROVISIONING_REFUSED),
        THROTTLED(ErrorCode.HUB_THROTTLED),
        ASSIGNING_FOR_EVER(ErrorCode.HUB_UNREACHABLE),
        AWAY(ErrorCode.HUB_UNREACHABLE);

        private final ErrorCode code;

        Trouble(ErrorCode code) {
            this.code = code;
        }

        public ErrorCode code() {
            return code;
        }
    }

    /** The service as the device sees it, which is enrolled. */
    protected abstract ProvisioningService provisioning();

    /** Who the device is to be. */
    protected abstract Device assigned();

    /** From now on the service is in this trouble. */
    protected abstract void begin(Trouble trouble);

    protected abstract void end();

    /** Somebody deletes the device in its hub. */
    protected abstract void deleteDevice();

    protected abstract boolean isInHub();

    @Test
    protected void a_device_is_told_its_hub_and_its_name_as_often_as_it_asks_and_is_in_the_hub_then() {
        assertThat(provisioning().register()).isEqualTo(assigned());
        assertThat(isInHub()).isTrue();

        assertThat(provisioning().register()).isEqualTo(assigned());
    }

    @Test
    protected void a_device_that_was_deleted_in_its_hub_is_there_again_after_it_has_registered() {
        provisioning().register();
        deleteDevice();
        assertThat(isInHub()).isFalse();

        assertThat(provisioning().register()).isEqualTo(assigned());

        assertThat(isInHub()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    protected void each_trouble_has_its_code_and_words_and_is_over_when_it_is_over(Trouble trouble) {
        begin(trouble);

        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> provisioning().register())
                .satisfies(refused -> {
                    assertThat(refused.problem().code()).isEqualTo(trouble.code());
                    assertThat(refused.problem().text()).contains("the provisioning service");
                });

        end();
        assertThat(provisioning().register()).isEqualTo(assigned());
    }
}
